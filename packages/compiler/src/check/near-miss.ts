// Open objects take any key, so a misspelt one would pass unseen. A key that nearly is one that the contract, or a
// lower layer, has there is refused. Each layer is judged by itself: what a lower one holds must not hide the slip.
import { editDistance, isSameSpelling } from "@veltrix/diagnostics";
import { appendToken, isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import { subschemasOf } from "../link/schema.ts";
import { type Document, isRawObject, type RawObject, type RawValue, Replacement, Unset } from "../read/document.ts";
import { type Layers, mergeLayers } from "../resolve/layers.ts";
import type { SchemaViolation } from "../validate/interpreter.ts";
import { valueIn } from "../read/value-in.ts";
import { inPlace, schemasOfItem, schemasOfKey } from "./walk.ts";

/** A key that is a slip away from another one: `near-name` in a map, whose keys are the user's own, where it may be meant. */
export interface NearMiss extends SchemaViolation {
  /** The names that it may have been meant to be, nearest first. */
  readonly meant: readonly string[];
  /** The layer that holds the slip. */
  readonly file: string;
}

/** True for a violation of `findNearMisses`. */
export function isNearMiss(violation: SchemaViolation): violation is NearMiss {
  return "meant" in violation;
}

/**
 * Keys of each of `layers` that are a slip away from one that `schema` or a lower layer has. `resolved`: the layers
 * merged, references followed.
 */
export function findNearMisses(schema: JsonObject, layers: Layers, resolved: RawValue): readonly NearMiss[] {
  if (!isOpenSomewhere(schema)) return [];
  const definitions = isJsonObject(schema["$defs"]) ? schema["$defs"] : {};
  return layers.flatMap((layer, index) => {
    const isLowest = index === layers.length - 1;
    const known = isLowest ? lowest.get(layer) : undefined;
    if (known !== undefined) return known;
    const search = new Search({ definitions, file: layer.file, resolved });
    search.visit(layer.value ?? {}, "", { schemas: [schema], lower: mergeLayers(layers.slice(index + 1)) });
    if (isLowest) lowest.set(layer, search.found);
    return search.found;
  });
}

/** What was found in a lowest layer: nothing stands below it, so it is the same in every environment. */
const lowest = new WeakMap<Document, readonly NearMiss[]>();

const openness = new WeakMap<JsonObject, boolean>();

/** Whether some object of `schema` takes keys of which it says nothing. Most contracts are closed, and pay nothing here. */
export function isOpenSomewhere(schema: JsonObject): boolean {
  const known = openness.get(schema);
  if (known !== undefined) return known;
  const answer =
    isOpen(schema) || subschemasOf(schema).some(({ schema: below }) => (isJsonObject(below) ? isOpenSomewhere(below) : below === true));
  openness.set(schema, answer);
  return answer;
}

function isOpen({ type, $ref, additionalProperties, unevaluatedProperties }: JsonObject): boolean {
  const mayBeObject = type === undefined ? $ref === undefined : type === "object" || (Array.isArray(type) && type.includes("object"));
  const rest = additionalProperties ?? unevaluatedProperties;
  return mayBeObject && rest !== false;
}

/** What is known of a place besides what the layer writes there. */
interface Surroundings {
  readonly schemas: readonly JsonValue[];
  /** What the lower layers hold there. */
  readonly lower: RawValue | undefined;
}

class Search {
  readonly found: NearMiss[] = [];
  readonly #definitions: JsonObject;
  readonly #file: string;
  readonly #resolved: RawValue;

  constructor(input: { readonly definitions: JsonObject; readonly file: string; readonly resolved: RawValue }) {
    this.#definitions = input.definitions;
    this.#file = input.file;
    this.#resolved = input.resolved;
  }

  visit(written: RawValue, pointer: string, { schemas, lower }: Surroundings): void {
    // What a `!replace` hides is no part of the value any more, and its names are still those that were meant.
    const part = written instanceof Replacement ? written.value : written;
    const nodes = inPlace(schemas, this.#definitions);
    if (Array.isArray(part)) {
      // A list replaces a list: nothing of a lower layer stands beside its items.
      part.forEach((item: RawValue, index) => {
        const below = nodes.flatMap((node) => schemasOfItem(node, index));
        this.visit(item, `${pointer}/${index}`, { schemas: below, lower: undefined });
      });
    } else if (isRawObject(part)) {
      const held = this.#keysHeld(lower, part, pointer);
      this.#judge(part, pointer, { nodes, held });
      for (const [key, member] of Object.entries(part)) {
        const below = nodes.flatMap((node) => schemasOfKey(node, key));
        const under = isRawObject(lower) && Object.hasOwn(lower, key) ? lower[key] : undefined;
        this.visit(member, appendToken(pointer, key), { schemas: below, lower: under });
      }
    }
  }

  /** The object that the lower layers hold here. Of a reference it is known when it has been followed. */
  #keysHeld(lower: RawValue | undefined, part: RawObject, pointer: string): ReadonlySet<string> {
    if (lower === undefined) return new Set();
    if (isRawObject(lower)) return new Set(Object.keys(lower));
    const whole = valueIn(this.#resolved, pointer);
    return new Set(isRawObject(whole) ? Object.keys(whole).filter((key) => !Object.hasOwn(part, key)) : []);
  }

  #judge(
    part: RawObject,
    pointer: string,
    { nodes, held }: { readonly nodes: readonly JsonObject[]; readonly held: ReadonlySet<string> },
  ): void {
    const declared = new Set(nodes.flatMap((node) => (isJsonObject(node["properties"]) ? Object.keys(node["properties"]) : [])));
    const names = [...declared, ...held].filter((name) => !Object.hasOwn(part, name));
    if (names.length === 0) return;
    for (const [key, member] of Object.entries(part)) {
      // An `!unset` of what is not there is told as that.
      if (declared.has(key) || held.has(key) || member instanceof Unset) continue;
      const isOfMap = nodes.some((node) => schemasOfKey(node, key).length > 0);
      const meant = isOfMap
        ? names.filter((name) => held.has(name) && !declared.has(name) && isNearName(key, name))
        : names.filter((name) => isNear(key, name) && !(held.has(name) && isNumbered(key, name)));
      if (meant.length === 0) continue;
      const rule = isOfMap ? "near-name" : "additionalProperties";
      this.found.push({ pointer, rule, expected: key, schema: nodes[0] ?? {}, meant, file: this.#file });
    }
  }
}

/**
 * One or two slips, one in short names, none in names of two letters; or only case, `-` and `_` differ. The layer does
 * not write the name that is meant, which keeps short names of a person's own from being taken for slips.
 */
function isNear(key: string, name: string): boolean {
  if (isSameSpelling(key, name)) return true;
  const limit = name.length < 3 || key.length < 2 ? 0 : key.length < 6 ? 1 : 2;
  return limit > 0 && editDistance(key, name, limit) <= limit;
}

/** One slip in one word of a name: `us-west` beside `us-east`, or `node-b` beside `node-a`, is no slip. */
function isNearName(key: string, name: string): boolean {
  if (isSameSpelling(key, name)) return true;
  const [words, others] = [wordsOf(key), wordsOf(name)];
  if (words.length !== others.length || isNumbered(key, name)) return false;
  const different = words.flatMap((word, index) => (word === others[index] ? [] : [[word, others[index] ?? ""] as const]));
  return (
    different.length === 1 &&
    different.every(([word, other]) => Math.min(word.length, other.length) > 3 && editDistance(word, other, 1) === 1)
  );
}

function wordsOf(name: string): readonly string[] {
  return name.split(/[-_./:]|(?<=[a-z])(?=[A-Z])/);
}

/** `replica-2` beside `replica-1` is one more of a series. */
function isNumbered(key: string, name: string): boolean {
  return key.replace(/[0-9]+/g, "") === name.replace(/[0-9]+/g, "");
}
