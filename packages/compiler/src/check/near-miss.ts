// Open objects take any key, so a misspelt one would pass unseen. A key that nearly is a declared one is refused.
import { editDistance, isSameSpelling } from "@veltrix/diagnostics";
import { appendToken, isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import { subschemasOf } from "../link/schema.ts";
import { isRawObject, type RawValue } from "../read/document.ts";
import { compilePattern, type Finding } from "../validate/interpreter.ts";

/** Keys of open objects of `value` that are a slip away from one that `schema` declares there. */
export function findNearMisses(schema: JsonObject, value: RawValue): readonly Finding[] {
  if (!isOpenSomewhere(schema)) return [];
  const findings: Finding[] = [];
  new NearMissFinder(schema, findings).visit([schema], value, "");
  return findings;
}

const openness = new WeakMap<JsonObject, boolean>();

/** Whether some object of `schema` declares keys and takes others too. Most contracts are closed, and pay nothing here. */
function isOpenSomewhere(schema: JsonObject): boolean {
  const known = openness.get(schema);
  if (known !== undefined) return known;
  const isOpen = isJsonObject(schema["properties"]) && schema["additionalProperties"] !== false;
  const answer = isOpen || subschemasOf(schema).some(({ schema: below }) => isJsonObject(below) && isOpenSomewhere(below));
  openness.set(schema, answer);
  return answer;
}

class NearMissFinder {
  readonly #definitions: JsonObject;
  readonly #findings: Finding[];

  constructor(root: JsonObject, findings: Finding[]) {
    this.#definitions = isJsonObject(root["$defs"]) ? root["$defs"] : {};
    this.#findings = findings;
  }

  visit(schemas: readonly JsonValue[], value: RawValue, pointer: string): void {
    const nodes = this.#inPlace(schemas);
    if (Array.isArray(value)) {
      const items = nodes.map((node) => node["items"]).filter((items) => items !== undefined);
      if (items.length > 0) value.forEach((item: RawValue, index) => this.visit(items, item, `${pointer}/${index}`));
    }
    if (!isRawObject(value)) return;
    const declared = new Set(nodes.flatMap((node) => (isJsonObject(node["properties"]) ? Object.keys(node["properties"]) : [])));
    for (const [key, member] of Object.entries(value)) {
      const below = nodes.flatMap((node) => schemasOfKey(node, key));
      if (below.length > 0) this.visit(below, member, appendToken(pointer, key));
      else if (!declared.has(key)) this.#check(key, { declared, holder: value, node: nodes[0] ?? {}, pointer });
    }
  }

  #check(key: string, at: { readonly declared: ReadonlySet<string>; readonly holder: object; readonly node: JsonObject; readonly pointer: string }): void {
    for (const name of at.declared) {
      if (!isNear(key, name) || Object.hasOwn(at.holder, name)) continue;
      this.#findings.push({ pointer: at.pointer, rule: "additionalProperties", expected: key, schema: at.node });
      return;
    }
  }

  /** The nodes and everything that applies to the same value as they do. */
  #inPlace(schemas: readonly JsonValue[]): readonly JsonObject[] {
    const found = new Set<JsonObject>();
    const add = (schema: JsonValue | undefined): void => {
      if (!isJsonObject(schema) || found.has(schema)) return;
      found.add(schema);
      const ref = schema["$ref"];
      if (typeof ref === "string") add(this.#definitions[ref.slice("#/$defs/".length)]);
      for (const keyword of ["allOf", "anyOf", "oneOf"]) if (Array.isArray(schema[keyword])) for (const member of schema[keyword] as readonly JsonValue[]) add(member);
      for (const keyword of ["if", "then", "else"]) add(schema[keyword]);
      if (isJsonObject(schema["dependentSchemas"])) for (const member of Object.values(schema["dependentSchemas"])) add(member);
    };
    for (const schema of schemas) add(schema);
    return [...found];
  }
}

/** What `node` says of a key: its property, its patterns, or what it says of every other. */
function schemasOfKey(node: JsonObject, key: string): readonly JsonValue[] {
  const { properties, patternProperties, additionalProperties } = node;
  const found: JsonValue[] = [];
  if (isJsonObject(properties) && Object.hasOwn(properties, key)) found.push(properties[key] as JsonValue);
  if (isJsonObject(patternProperties)) for (const [pattern, below] of Object.entries(patternProperties)) if (compilePattern(pattern).test(key)) found.push(below);
  // A map of named things: its keys are the user's own.
  if (found.length === 0 && isJsonObject(additionalProperties)) found.push(additionalProperties);
  return found;
}

/** One or two slips, fewer for short names; or only case, `-` and `_` differ. */
function isNear(key: string, name: string): boolean {
  if (isSameSpelling(key, name)) return true;
  const shorter = Math.min(key.length, name.length);
  const limit = shorter < 4 ? 0 : shorter < 6 ? 1 : 2;
  return limit > 0 && editDistance(key, name, limit) <= limit;
}
