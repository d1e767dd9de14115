// Grows schemas, and values that fit them. How often something goes wrong on the way is said once, for a whole case.
import type { Chance } from "./random.ts";
import {
  BAD_FORMATS,
  BAD_KEYWORDS,
  BAD_NAMES,
  BAD_PATTERNS,
  BAD_REFS,
  BAD_TEXTS,
  DOCUMENTS,
  FORMATS,
  type Json,
  NAMES,
  PATTERNS,
  TEXTS,
  UNITS,
} from "./words.ts";

type Members = { readonly [key: string]: Json };
export type Schema = boolean | Members;
type Mutable = { [key: string]: Json };

/** What a case is grown with. */
export interface Taste {
  /** Share of the choices in which the wrong one is made. */
  readonly slips: number;
  /** Schemas that a `$ref` can name, by their reference. */
  readonly refs?: readonly (readonly [string, Schema])[];
}

export class Grower {
  readonly #chance: Chance;
  readonly #taste: Taste;

  constructor(chance: Chance, taste: Taste) {
    this.#chance = chance;
    this.#taste = taste;
  }

  /** True when the wrong choice is to be made. */
  slips(): boolean {
    return this.#taste.slips > 0 && this.#chance.chance(this.#taste.slips);
  }

  name(): string {
    return this.#chance.pick(this.slips() ? BAD_NAMES : NAMES);
  }

  text(): string {
    return this.#chance.pick(this.slips() ? BAD_TEXTS : TEXTS);
  }

  /** A text that only describes: anything goes. */
  prose(): string {
    return this.#chance.pick(this.slips() ? BAD_TEXTS : [...TEXTS, ...DOCUMENTS]);
  }

  /** Different names. */
  names(count: number): readonly string[] {
    return [...new Set(Array.from({ length: count }, () => this.name()))];
  }

  /** A value of any shape. */
  value(depth = 3): Json {
    const chance = this.#chance;
    const kind = chance.below(depth > 0 ? 6 : 4);
    if (kind === 0) return this.text();
    if (kind === 1) return chance.pick([0, 1, -1, 1.5, 1e21, 1e308, -0, 5e-324, ...(this.slips() ? [2 ** 53] : [])]);
    if (kind === 2) return chance.chance(0.5);
    if (kind === 3) return null;
    if (kind === 4) return Array.from({ length: chance.below(4) }, () => this.value(depth - 1));
    return Object.fromEntries(this.names(chance.below(4)).map((name) => [name, this.value(depth - 1)]));
  }

  /** A schema. */
  schema(depth = 3): Schema {
    const chance = this.#chance;
    if (chance.chance(0.03)) return chance.chance(0.8);
    const { refs = [] } = this.#taste;
    if (refs.length > 0 && chance.chance(0.08)) return { $ref: chance.pick(refs)[0] };
    const schema = depth > 0 && chance.chance(0.15) ? this.#composition(depth - 1) : this.#typed(depth);
    if (chance.chance(0.15)) schema[chance.pick(["title", "description", "$comment"])] = this.prose();
    if (this.slips()) schema["$ref"] = chance.pick(BAD_REFS);
    if (this.slips()) {
      const [keyword, values] = chance.pick(BAD_KEYWORDS);
      schema[keyword] = chance.pick(values);
    }
    return schema;
  }

  #composition(depth: number): Mutable {
    const chance = this.#chance;
    const some = (): readonly Schema[] => Array.from({ length: chance.below(3) + 1 }, () => this.schema(depth));
    const kind = chance.pick(["anyOf", "anyOf", "oneOf", "allOf", "if", "not"]);
    // oxlint-disable-next-line no-thenable -- a keyword of JSON Schema, in an object that nobody awaits
    if (kind === "if") return { if: this.schema(depth), then: this.schema(depth), else: this.schema(depth) };
    if (kind === "not") return { ...this.#typed(depth), not: { const: this.value(1) } };
    return { [kind]: some() };
  }

  #typed(depth: number): Mutable {
    const chance = this.#chance;
    if (chance.chance(0.06)) return { const: this.value(1) };
    if (chance.chance(0.08)) return { enum: distinct(Array.from({ length: chance.below(3) + 1 }, () => this.value(1))) };
    const type = chance.pick(depth > 0 ? [...SCALARS, "object", "object", "array"] : SCALARS);
    const rules = this.#rulesOf(type, depth);
    if (chance.chance(0.08)) return rules;
    return { type: chance.chance(0.1) && type !== "null" ? [type, "null"] : type, ...rules };
  }

  #rulesOf(type: string, depth: number): Mutable {
    switch (type) {
      case "string":
        return this.#textRules();
      case "integer":
      case "number":
        return this.#numberRules();
      case "object":
        return this.#objectRules(depth - 1);
      case "array":
        return this.#arrayRules(depth - 1);
      default:
        return {};
    }
  }

  #textRules(): Mutable {
    const chance = this.#chance;
    const kind = chance.below(8);
    if (kind === 0) return { pattern: this.#pattern() };
    if (kind === 1) return { format: this.slips() ? chance.pick(BAD_FORMATS) : chance.pick(FORMATS)[0] };
    if (kind === 2) return { minLength: chance.pick([0, 1]), maxLength: chance.pick([1, 5, 1e9]) };
    // A unit has its place at a key, or in its list; here that is not known.
    if (kind === 3 && this.slips()) return { "x-type": chance.pick(UNITS)[0] };
    if (kind === 4) return { contentMediaType: "text/plain" };
    return {};
  }

  #pattern(): string {
    return this.slips() ? this.#chance.pick(BAD_PATTERNS) : this.#chance.pick(PATTERNS)[0];
  }

  #numberRules(): Mutable {
    const chance = this.#chance;
    const rules: Mutable = {};
    if (chance.chance(0.3)) rules[chance.pick(["minimum", "exclusiveMinimum"])] = chance.pick([-5, 0, 0.1]);
    if (chance.chance(0.3)) rules[chance.pick(["maximum", "exclusiveMaximum"])] = chance.pick([7, 100, 1e21]);
    if (chance.chance(0.15)) rules["multipleOf"] = chance.pick([1, 0.1, 0.5]);
    return rules;
  }

  #objectRules(depth: number): Mutable {
    const chance = this.#chance;
    const names = this.names(chance.below(5));
    const properties = Object.fromEntries(names.map((name) => [name, this.schema(depth)]));
    const rules: Mutable = { properties };
    const required = names.filter(() => chance.chance(0.3));
    if (required.length > 0) rules["required"] = required;
    if (chance.chance(0.6)) rules["additionalProperties"] = chance.chance(0.8) ? false : this.schema(depth);
    else if (chance.chance(0.1)) rules["unevaluatedProperties"] = chance.chance(0.6) ? false : this.schema(depth);
    if (chance.chance(0.1)) rules["patternProperties"] = Object.fromEntries([[this.#pattern(), this.schema(depth)]]);
    if (chance.chance(0.05)) rules["propertyNames"] = { maxLength: 12 };
    if (chance.chance(0.05)) rules["minProperties"] = chance.below(2);
    const [first, second] = names;
    if (first !== undefined && second !== undefined && chance.chance(0.1)) rules["dependentRequired"] = { [first]: [second] };
    if (first !== undefined && chance.chance(0.05)) rules["dependentSchemas"] = { [first]: this.schema(depth) };
    if (chance.chance(0.05)) rules["x-kubernetes-validations"] = [{ rule: "self.size() >= 0", message: this.prose() }];
    return rules;
  }

  #arrayRules(depth: number): Mutable {
    const chance = this.#chance;
    const rules: Mutable = {};
    if (chance.chance(0.25)) rules["prefixItems"] = Array.from({ length: chance.below(3) + 1 }, () => this.schema(depth));
    if (chance.chance(0.8)) rules["items"] = chance.chance(0.1) && rules["prefixItems"] !== undefined ? false : this.schema(depth);
    if (chance.chance(0.2)) rules["minItems"] = chance.below(3);
    if (chance.chance(0.1)) rules["maxItems"] = 3 + chance.below(2);
    if (chance.chance(0.15)) rules["uniqueItems"] = true;
    if (chance.chance(0.08)) Object.assign(rules, { contains: this.schema(depth), minContains: chance.below(2) });
    if (chance.chance(0.05)) rules["unevaluatedItems"] = this.schema(depth);
    return rules;
  }

  /** A value that most likely obeys `schema`. */
  fitting(schema: Schema, depth = 6): Json {
    const chance = this.#chance;
    if (typeof schema === "boolean" || depth === 0 || this.slips()) return this.value(1);
    const { $ref, enum: allowed, type } = schema;
    if (schema["const"] !== undefined) return schema["const"];
    if (Array.isArray(allowed) && allowed.length > 0) return chance.pick(allowed as readonly Json[]);
    if (typeof $ref === "string") return this.fitting(this.#taste.refs?.find(([ref]) => ref === $ref)?.[1] ?? true, depth - 1);
    for (const keyword of ["anyOf", "oneOf", "allOf"])
      // What this grower writes there are lists of schemas.
      if (Array.isArray(schema[keyword])) return this.fitting(chance.pick(schema[keyword] as readonly Schema[]), depth - 1);
    if (Array.isArray(type) && type.length === 0) return this.value(1);
    if (schema["then"] !== undefined) return this.fitting(schema["then"] as Schema, depth - 1);
    return this.#ofType(
      Array.isArray(type) ? String(chance.pick(type as readonly Json[])) : String(type ?? impliedType(schema)),
      schema,
      depth,
    );
  }

  #ofType(type: string, schema: Members, depth: number): Json {
    const chance = this.#chance;
    switch (type) {
      case "string":
        return this.#fittingText(schema);
      case "integer":
        return chance.pick([0, 1, 2, 5]);
      case "number":
        return chance.pick([0, 1, 0.5, 5]);
      case "boolean":
        return chance.chance(0.5);
      case "null":
        return null;
      case "array":
        return this.#fittingList(schema, depth);
      case "object":
        return this.#fittingObject(schema, depth);
      default:
        return this.value(1);
    }
  }

  #fittingText({ pattern, format, minLength, contentMediaType, "x-type": unit }: Members): string {
    if (contentMediaType !== undefined) return this.prose();
    const known = (words: readonly (readonly [string, string])[], word: Json | undefined): string | undefined =>
      words.find(([name]) => name === word)?.[1];
    return known(PATTERNS, pattern) ?? known(FORMATS, format) ?? known(UNITS, unit) ?? (minLength === undefined ? this.text() : "a");
  }

  #fittingList({ items, prefixItems, minItems, contains }: Members, depth: number): Json {
    const prefix = (Array.isArray(prefixItems) ? prefixItems : []) as readonly Schema[];
    const rest = (items ?? contains ?? true) as Schema;
    const least = typeof minItems === "number" ? minItems : 0;
    const count = Math.max(least, this.#chance.below(3), contains === undefined ? 0 : prefix.length + 1);
    return Array.from({ length: items === false ? Math.min(count, prefix.length) : count }, (_, index) =>
      this.fitting(prefix[index] ?? rest, depth - 1),
    );
  }

  #fittingObject({ properties, required, additionalProperties }: Members, depth: number): Json {
    const needed = (Array.isArray(required) ? required : []) as readonly string[];
    const declared = Object.entries((properties ?? {}) as { readonly [name: string]: Schema });
    const members = declared
      .filter(([name]) => needed.includes(name) || this.#chance.chance(0.6))
      .map(([name, below]): [string, Json] => [name, this.fitting(below, depth - 1)]);
    if (additionalProperties !== undefined && additionalProperties !== false && this.#chance.chance(0.3))
      members.push(["another", this.fitting(additionalProperties as Schema, depth - 1)]);
    return Object.fromEntries(members);
  }
}

const SCALARS = ["string", "string", "integer", "number", "boolean", "null"];

function impliedType(schema: Members): string {
  if (schema["properties"] !== undefined) return "object";
  return schema["pattern"] !== undefined || schema["format"] !== undefined || schema["x-type"] !== undefined ? "string" : "any";
}

function distinct(values: readonly Json[]): readonly Json[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
