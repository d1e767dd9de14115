// A linked schema as the engine reads it: each schema as one list of its rules, references by number.
import { isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import { formatNames, type Limits, type Pattern, type RuleNode, type Rules } from "@veltrix/protocol/engine";
import { judgePattern } from "../link/patterns.ts";

/** The rules in the order in which they are written: first those whose limit is the keyword's own value. */
const RULES = [
  ..."enum const minLength maxLength pattern format x-type minimum maximum exclusiveMinimum exclusiveMaximum multipleOf".split(" "),
  ..."minItems maxItems uniqueItems minProperties maxProperties required".split(" "),
  ..."x-required-in dependentRequired members propertyNames items contains ref allOf anyOf oneOf not if dependentSchemas".split(" "),
  ..."unevaluatedItems unevaluatedProperties".split(" "),
];
/** Keywords that make rules of other names. */
const RENAMED: { readonly [keyword: string]: readonly string[] } = {
  properties: ["x-required-in", "members"],
  patternProperties: ["members"],
  additionalProperties: ["members"],
  prefixItems: ["items"],
  $ref: ["ref"],
};
/** The places among `RULES` of what each keyword makes. */
const PLACES: ReadonlyMap<string, readonly number[]> = new Map(
  [...RULES.map((rule) => [rule, [rule]] as const), ...Object.entries(RENAMED)].map(([keyword, rules]) => [
    keyword,
    rules.map((rule) => RULES.indexOf(rule)),
  ]),
);
const formats: ReadonlySet<string> = new Set(formatNames);

/** A pattern as the engine takes it: in a list of its own where only the linear matcher may match it. */
export function patternOf(source: string): Pattern {
  return judgePattern(source).kind === "linear" ? [source] : source;
}

/** Makes rules of the schemas of one contract. Each schema is made once. */
export class Compactor {
  /** What numbers refer to. */
  readonly definitions: RuleNode[] = [];
  readonly #schemas: JsonObject;
  readonly #numbers: Map<string, number> = new Map();
  readonly #rules: WeakMap<JsonObject, RuleNode> = new WeakMap();
  readonly #sources: WeakMap<Rules, JsonObject> = new WeakMap();

  /** `root`: whose `$defs` the references name. */
  constructor(root: JsonValue) {
    const definitions = isJsonObject(root) ? root["$defs"] : undefined;
    this.#schemas = isJsonObject(definitions) ? definitions : {};
  }

  /** The schema that rules were made of; one without a word where nobody wrote it. */
  sourceOf(rules: RuleNode): JsonObject {
    return (typeof rules === "object" ? this.#sources.get(rules) : undefined) ?? {};
  }

  /** The rules of a schema of this contract. */
  compact(schema: JsonValue): RuleNode {
    if (!isJsonObject(schema)) return schema !== false;
    const known = this.#rules.get(schema);
    if (known !== undefined) return known;
    const made = this.#make(schema);
    this.#rules.set(schema, made);
    if (typeof made === "object") this.#sources.set(made, schema);
    return made;
  }

  #make(schema: JsonObject): RuleNode {
    const { $ref } = schema;
    if (typeof $ref === "string" && Object.keys(schema).length === 1) return this.#refer($ref);
    const rules: [JsonValue, ...unknown[]] = [schema["type"] ?? 0];
    // What is not there is not asked for: a schema has few of the many keywords.
    const places = Object.keys(schema).flatMap((keyword) => PLACES.get(keyword) ?? []);
    for (const place of new Set(places.sort((one, other) => one - other))) {
      const rule = RULES[place] ?? "";
      const limit = this.#limit(rule, schema);
      if (limit !== undefined) rules.push(rule, limit);
    }
    return rules;
  }

  #limit(rule: string, schema: JsonObject): unknown {
    switch (rule) {
      case "x-required-in":
        return requiredIn(schema);
      case "dependentRequired":
        return pairs(schema[rule], (names) => names);
      case "members":
        return this.#members(schema);
      case "items":
        return this.#items(schema);
      case "contains":
        return this.#contains(schema);
      case "ref":
        return typeof schema["$ref"] === "string" ? this.#refer(schema["$ref"]) : undefined;
      case "allOf":
      case "anyOf":
      case "oneOf":
        return this.#list(schema[rule]);
      case "if":
        return this.#branch(schema);
      case "dependentSchemas":
        return pairs(schema[rule], (below) => this.compact(below));
      case "propertyNames":
      case "not":
      case "unevaluatedItems":
      case "unevaluatedProperties":
        return this.#below(schema[rule]);
      default:
        return limitOf(rule, schema[rule]);
    }
  }

  #below(schema: JsonValue | undefined): RuleNode | undefined {
    return schema === undefined ? undefined : this.compact(schema);
  }

  #list(schemas: JsonValue | undefined): readonly RuleNode[] | undefined {
    return Array.isArray(schemas) ? schemas.map((schema: JsonValue) => this.compact(schema)) : undefined;
  }

  /** The number of a definition; one that there is nothing at, where the contract has no such. */
  #refer(ref: string): number {
    const name = ref.slice("#/$defs/".length);
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const schema = Object.hasOwn(this.#schemas, name) ? this.#schemas[name] : undefined;
    if (schema === undefined) return -1;
    const number = this.definitions.push(true) - 1;
    this.#numbers.set(name, number);
    this.definitions[number] = this.compact(schema);
    return number;
  }

  #members({ properties, patternProperties, additionalProperties }: JsonObject): Limits["members"] | undefined {
    if (properties === undefined && patternProperties === undefined && additionalProperties === undefined) return undefined;
    const byPattern = Object.entries(isJsonObject(patternProperties) ? patternProperties : {});
    const own = Object.entries(isJsonObject(properties) ? properties : {});
    return [
      this.#below(additionalProperties) ?? null,
      byPattern.flatMap(([pattern, below]) => [patternOf(pattern), this.compact(below)]),
      ...own.flatMap(([name, below]) => [name, this.compact(below)]),
    ];
  }

  #items({ items, prefixItems }: JsonObject): Limits["items"] | undefined {
    return items === undefined && prefixItems === undefined ? undefined : [this.#below(items) ?? null, ...(this.#list(prefixItems) ?? [])];
  }

  #contains({ contains, minContains, maxContains }: JsonObject): Limits["contains"] | undefined {
    if (contains === undefined) return undefined;
    const least = typeof minContains === "number" ? minContains : 1;
    return [this.compact(contains), least, typeof maxContains === "number" ? maxContains : null];
  }

  #branch(schema: JsonObject): Limits["if"] | undefined {
    const { if: condition, then: met, else: unmet } = schema;
    // Without branches it still looks at what its condition names.
    return condition === undefined ? undefined : [this.compact(condition), this.#below(met) ?? true, this.#below(unmet) ?? true];
  }
}

function limitOf(keyword: string, value: JsonValue | undefined): unknown {
  if (keyword === "pattern" && typeof value === "string") return patternOf(value);
  // What checks nothing was said to do so.
  if (keyword === "format" && !formats.has(String(value))) return undefined;
  return keyword === "uniqueItems" && value !== true ? undefined : value;
}

/** The keys that some environments require, each before their names. */
function requiredIn({ properties }: JsonObject): readonly unknown[] | undefined {
  if (!isJsonObject(properties)) return undefined;
  const found = Object.entries(properties).flatMap(([name, below]) => {
    const environments = isJsonObject(below) ? below["x-required-in"] : undefined;
    return Array.isArray(environments) ? [name, environments] : [];
  });
  return found.length === 0 ? undefined : found;
}

/** The members of an object as a list of keys and what is made of their values. */
function pairs(value: JsonValue | undefined, make: (below: JsonValue) => unknown): readonly unknown[] | undefined {
  return isJsonObject(value) ? Object.entries(value).flatMap(([name, below]) => [name, make(below)]) : undefined;
}
