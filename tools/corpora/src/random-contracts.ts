// Random schemas that use every keyword of JSON Schema 2020-12, and random values near them. A seed gives them again.
import type { JsonObject, JsonValue } from "@veltrix/protocol";
import { randomFrom } from "./typos.ts";

/** A schema and values for it. */
export interface RandomContract {
  readonly schema: JsonObject;
  readonly values: readonly JsonValue[];
}

const NAMES = ["a", "b", "c", "d", "e/f", "x~1"];
const TEXTS = ["", "a", "b", "ab", "aab", "abc", "b1", "2026-02-28", "2026-02-30", "192.0.2.1", "é"];
const NUMBERS = [-1, 0, 1, 2, 2.5, 3, 4, 6, 1.5];
// The last three are for the linear matcher: a look-ahead, and two that leave ways to share out a text.
const PATTERNS = ["^[a-c]+$", "b", "^.$", "^[0-9-]*$", "^(?!ab).*$", "^(a|ab)+$", "^(a+)+b?$"];
const KEY_PATTERNS = ["^[ab]$", "^[c-e]", "~", "^(?!a)", "^(a|b)+$"];
const TYPES = ["string", "number", "integer", "boolean", "null", "array", "object"];
const DEFINITIONS = ["n0", "n1", "n2"];

/** The contract with this number. */
export function randomContract(seed: number, values: number): RandomContract {
  const generator = new Generator(randomFrom(seed * 2_654_435_761 + 1));
  const schema = generator.contract();
  return { schema, values: Array.from({ length: values }, () => generator.value(schema, schema, 3)) };
}

class Generator {
  readonly #random: () => number;
  /** Half of all contracts do without `unevaluated*`: there is a judge more for those. */
  readonly #hasRest: boolean;

  constructor(random: () => number) {
    this.#random = random;
    this.#hasRest = random() < 0.5;
  }

  contract(): JsonObject {
    // In place, a definition refers only to earlier ones: a circle of those never ends.
    const definitions = DEFINITIONS.map((name, index) => [name, this.schema(1, index)] as const);
    return { ...this.object(2, DEFINITIONS.length), $defs: Object.fromEntries(definitions) };
  }

  /** `reach`: how many definitions may be referred to in place. */
  schema(depth: number, reach: number): JsonValue {
    if (this.#chance(0.06)) return this.#chance(0.7);
    return depth <= 0 ? this.#scalar() : this.object(depth, reach);
  }

  object(depth: number, reach: number): JsonObject {
    const schema: { [keyword: string]: JsonValue } = {};
    const below = (): JsonValue => (this.#chance(0.12) ? { $ref: `#/$defs/${this.#pick(DEFINITIONS)}` } : this.schema(depth - 1, reach));
    const here = (): JsonValue => this.schema(depth - 1, reach);
    if (this.#chance(0.3)) schema["type"] = this.#type();
    if (this.#chance(0.1) && reach > 0) schema["$ref"] = `#/$defs/${DEFINITIONS[Math.floor(this.#random() * reach)] ?? "n0"}`;
    if (this.#chance(0.5)) this.#addObject(schema, below, here);
    if (this.#chance(0.3)) this.#addList(schema, below);
    if (this.#chance(0.35)) this.#addComposition(schema, here);
    if (this.#chance(0.15)) Object.assign(schema, this.#scalar());
    if (this.#hasRest && this.#chance(0.4)) schema["unevaluatedProperties"] = this.#chance(0.6) ? false : below();
    if (this.#hasRest && this.#chance(0.25)) schema["unevaluatedItems"] = this.#chance(0.6) ? false : below();
    return schema;
  }

  #addObject(schema: { [keyword: string]: JsonValue }, below: () => JsonValue, here: () => JsonValue): void {
    const names = (chance: number): readonly string[] => NAMES.filter(() => this.#chance(chance));
    if (this.#chance(0.7)) schema["properties"] = Object.fromEntries(names(0.5).map((name) => [name, below()]));
    if (this.#chance(0.3)) schema["required"] = names(0.25);
    if (this.#chance(0.25)) schema["patternProperties"] = { [this.#pick(KEY_PATTERNS)]: below() };
    if (this.#chance(0.25)) schema["additionalProperties"] = this.#chance(0.4) ? false : below();
    if (this.#chance(0.1)) schema["propertyNames"] = { pattern: this.#pick(KEY_PATTERNS) };
    if (this.#chance(0.1)) schema["minProperties"] = this.#count(2);
    if (this.#chance(0.1)) schema["maxProperties"] = 2 + this.#count(3);
    if (this.#chance(0.12)) schema["dependentRequired"] = { [this.#pick(NAMES)]: names(0.2) };
    if (this.#chance(0.2)) schema["dependentSchemas"] = { [this.#pick(NAMES)]: here() };
  }

  #addList(schema: { [keyword: string]: JsonValue }, below: () => JsonValue): void {
    if (this.#chance(0.4)) schema["prefixItems"] = Array.from({ length: 1 + this.#count(1) }, below);
    if (this.#chance(0.4)) schema["items"] = below();
    if (this.#chance(0.4)) {
      schema["contains"] = below();
      if (this.#chance(0.4)) schema["minContains"] = this.#count(2);
      if (this.#chance(0.4)) schema["maxContains"] = 2 + this.#count(1);
    }
    if (this.#chance(0.15)) schema["minItems"] = this.#count(2);
    if (this.#chance(0.15)) schema["maxItems"] = 2 + this.#count(2);
    if (this.#chance(0.2)) schema["uniqueItems"] = this.#chance(0.8);
  }

  #addComposition(schema: { [keyword: string]: JsonValue }, here: () => JsonValue): void {
    const several = (): readonly JsonValue[] => Array.from({ length: 1 + this.#count(2) }, here);
    for (const keyword of ["allOf", "anyOf", "oneOf"]) if (this.#chance(0.35)) schema[keyword] = several();
    if (this.#chance(0.15)) schema["not"] = here();
    if (!this.#chance(0.3)) return;
    schema["if"] = here();
    for (const keyword of ["then", "else"]) if (this.#chance(0.7)) schema[keyword] = here();
  }

  #scalar(): JsonObject {
    switch (this.#count(8)) {
      case 0:
        return { enum: [this.#pick<JsonValue>([...TEXTS, ...NUMBERS]), this.plain(1), this.#pick(NUMBERS)] };
      case 1:
        return { const: this.plain(1) };
      case 2:
        return { minLength: this.#count(2), maxLength: 2 + this.#count(2) };
      case 3:
        return { pattern: this.#pick(PATTERNS) };
      case 4:
        return { type: "string", format: this.#pick(["date", "ipv4"]) };
      case 5:
        return { minimum: this.#count(2), maximum: 2 + this.#count(3) };
      case 6:
        return { exclusiveMinimum: this.#count(1), exclusiveMaximum: 3 + this.#count(2) };
      case 7:
        return { multipleOf: this.#pick([0.5, 1, 2, 3]) };
      default:
        return { type: this.#type() };
    }
  }

  #type(): JsonValue {
    return this.#chance(0.75) ? this.#pick(TYPES) : [...new Set([this.#pick(TYPES), this.#pick(TYPES)])];
  }

  /** A value without regard to any schema. */
  plain(depth: number): JsonValue {
    switch (this.#count(depth > 0 ? 6 : 4)) {
      case 0:
        return this.#pick(TEXTS);
      case 1:
        return this.#pick(NUMBERS);
      case 2:
        return this.#chance(0.5);
      case 3:
        return this.#pick(["a", "b", "ab"]);
      case 4:
        return null;
      case 5:
        return Array.from({ length: this.#count(3) }, () => this.plain(depth - 1));
      default:
        return Object.fromEntries(NAMES.filter(() => this.#chance(0.35)).map((name) => [name, this.plain(depth - 1)]));
    }
  }

  /** A value near a schema: of its type, with its keys, and often what one of its parts asks for. */
  value(schema: JsonValue | undefined, root: JsonObject, depth: number): JsonValue {
    if (typeof schema !== "object" || schema === null || Array.isArray(schema) || this.#chance(0.15)) return this.plain(depth);
    const node = schema as JsonObject;
    const { $ref, const: only, enum: allowed } = node;
    if (only !== undefined && this.#chance(0.8)) return only;
    if (Array.isArray(allowed) && this.#chance(0.8)) return this.#pick(allowed);
    if (typeof $ref === "string" && depth > 0 && this.#chance(0.6))
      return this.value((root["$defs"] as JsonObject)[$ref.slice(8)], root, depth - 1);
    const parts = ["allOf", "anyOf", "oneOf"].flatMap((keyword) => (node[keyword] as readonly JsonValue[] | undefined) ?? []);
    const branches = [...parts, node["if"], node["then"], node["else"]].filter((part) => part !== undefined);
    const isList = ["items", "prefixItems", "contains", "unevaluatedItems"].some((keyword) => node[keyword] !== undefined);
    if (branches.length > 0 && this.#chance(0.35)) return this.#mixed(this.value(this.#pick(branches), root, depth), node, root, depth);
    if (node["properties"] === undefined && isList && this.#chance(0.8)) return this.#list(node, root, depth);
    return depth > 0 && this.#chance(0.8) ? this.#members(node, root, depth) : this.plain(depth);
  }

  #mixed(part: JsonValue, node: JsonObject, root: JsonObject, depth: number): JsonValue {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return { ...(this.#members(node, root, depth) as JsonObject), ...part };
  }

  #list(node: JsonObject, root: JsonObject, depth: number): JsonValue {
    const places = (node["prefixItems"] as readonly JsonValue[] | undefined) ?? [];
    return Array.from({ length: this.#count(4) }, (_, index) => {
      const rule = places[index] ?? (this.#chance(0.4) ? node["contains"] : node["items"]);
      return this.value(rule, root, depth - 1);
    });
  }

  #members(node: JsonObject, root: JsonObject, depth: number): JsonValue {
    const properties = (node["properties"] as JsonObject | undefined) ?? {};
    const names = NAMES.filter((name) => this.#chance(Object.hasOwn(properties, name) ? 0.6 : 0.15));
    return Object.fromEntries(names.map((name) => [name, this.value(properties[name], root, depth - 1)]));
  }

  #chance(of: number): boolean {
    return this.#random() < of;
  }

  /** 0 to `most`. */
  #count(most: number): number {
    return Math.floor(this.#random() * (most + 1));
  }

  #pick<Item>(items: readonly Item[]): Item {
    // The lists here have items.
    return items[Math.floor(this.#random() * items.length)] as Item;
  }
}
