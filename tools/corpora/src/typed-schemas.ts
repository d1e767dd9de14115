// Random contracts of everything that a TypeScript type can say and much that it cannot, values near them, and what is
// left of a contract when only the sayable counts.
import { isJsonObject, type JsonObject, type JsonValue, isJsonArray } from "@veltrix/protocol";

type Random = () => number;
const pick = <Item>(items: readonly Item[], random: Random): Item => items[Math.floor(random() * items.length)] as Item;
const some = <Item>(count: number, make: () => Item): readonly Item[] => Array.from({ length: count }, make);

const NAMES = ["host", "port", "a b", "class", "x/y", "'q\"", "0", "*/", "$"];
const LITERALS: readonly JsonValue[] = ["a", "b", "it's \"`${x}`", "", 0, 1, -1.5, 1e21, true, false, null];

/** A contract's properties and which of them it requires: a closed object, as contracts are. */
export function randomContract(random: Random): JsonObject {
  return { type: "object", additionalProperties: false, ...objectRules(random, 3) };
}

function objectRules(random: Random, depth: number, from: readonly string[] = NAMES): JsonObject {
  const names = from.filter(() => random() < 0.4);
  const required = names.filter(() => random() < 0.4);
  return {
    properties: Object.fromEntries(names.map((name) => [name, randomSchema(random, depth - 1)])),
    ...(required.length > 0 ? { required } : {}),
  };
}

/** One schema. */
function randomSchema(random: Random, depth: number): JsonObject {
  const kind = depth > 0 ? Math.floor(random() * 12) : Math.floor(random() * 6);
  switch (kind) {
    case 0:
      return pick<JsonObject>([{ type: "string" }, { type: "string", pattern: "^[a-z]*$" }, { type: "string", minLength: 2 }], random);
    case 1:
      return pick<JsonObject>([{ type: "integer" }, { type: "number" }, { type: "integer", minimum: 0 }], random);
    case 2:
      return { type: "boolean" };
    case 3:
      return {
        type: pick<JsonValue>([["string", "null"], ["integer", "boolean"], "null", ["array", "null"], ["object", "string"]], random),
      };
    case 4:
      return {
        const:
          depth > 0 && random() < 0.4 ? pick<JsonValue>([{ a: 1 }, [1, "b"], [], {}, { "x/y": [null] }], random) : pick(LITERALS, random),
      };
    case 5:
      return { enum: [...new Set(some(1 + Math.floor(random() * 3), () => pick(LITERALS, random)))] };
    case 6:
      return {
        type: "array",
        ...(random() < 0.9 ? { items: randomSchema(random, depth - 1) } : {}),
        ...(random() < 0.3 ? { minItems: 1 } : {}),
      };
    case 7:
      return randomTuple(random, depth);
    case 8:
      return { anyOf: some(2 + Math.floor(random() * 2), () => randomSchema(random, depth - 1)) };
    case 9:
      return pick<JsonObject>(
        [
          { oneOf: [{ type: "string" }, { type: "object", additionalProperties: false, ...objectRules(random, depth - 1) }] },
          randomWhole(random, depth - 1),
          { type: "object", patternProperties: { "^x-": randomSchema(random, depth - 1) }, additionalProperties: random() < 0.5 },
          { not: { const: 1 } },
        ],
        random,
      );
    default:
      return {
        type: "object",
        ...(random() < 0.85 ? objectRules(random, depth) : {}),
        ...pick<JsonObject>(
          [{ additionalProperties: false }, { additionalProperties: false }, {}, { additionalProperties: randomSchema(random, depth - 1) }],
          random,
        ),
      };
  }
}

/** An object said in two parts, of which each speaks of other keys: what both spoke of might be of no type at all. */
function randomWhole(random: Random, depth: number): JsonObject {
  const [one, other] = [NAMES.slice(0, 5), NAMES.slice(5)].map((names) => ({ type: "object", ...objectRules(random, depth, names) }));
  return { allOf: [one ?? true, other ?? true] };
}

function randomTuple(random: Random, depth: number): JsonObject {
  const prefixItems = some(1 + Math.floor(random() * 2), () => randomSchema(random, depth - 1));
  return {
    type: "array",
    prefixItems,
    ...(random() < 0.5 ? { items: false } : random() < 0.5 ? { items: randomSchema(random, depth - 1) } : {}),
    ...(random() < 0.6 ? { minItems: Math.ceil(random() * prefixItems.length) } : {}),
  };
}

/** A value that most likely obeys `schema`. */
export function fittingValue(schema: JsonValue, random: Random): JsonValue {
  if (!isJsonObject(schema)) return pick(LITERALS, random);
  if (schema["const"] !== undefined) return schema["const"];
  if (isJsonArray(schema["enum"])) return pick(schema["enum"], random);
  for (const keyword of ["anyOf", "oneOf"]) if (isJsonArray(schema[keyword])) return fittingValue(pick(schema[keyword], random), random);
  if (Array.isArray(schema["allOf"]))
    return Object.assign({}, ...(schema["allOf"] as readonly JsonValue[]).map((member) => fittingValue(member, random))) as JsonObject;
  const type = isJsonArray(schema["type"]) ? pick(schema["type"], random) : schema["type"];
  switch (type) {
    case "string":
      return pick(["ab", "bc", "abc"], random);
    case "integer":
      return pick([0, 1, 7], random);
    case "number":
      return pick([0.5, 2], random);
    case "boolean":
      return random() < 0.5;
    case "null":
      return null;
    case "array":
      return fittingList(schema, random);
    case "object":
      return fittingObject(schema, random);
    default:
      return pick(LITERALS, random);
  }
}

function fittingList({ items, prefixItems, minItems }: JsonObject, random: Random): JsonValue {
  const prefix = isJsonArray(prefixItems) ? prefixItems : [];
  const least = typeof minItems === "number" ? minItems : 0;
  const count = Math.max(least, Math.floor(random() * 4));
  return some(items === false ? Math.min(count, prefix.length) : count, () => 0).map((_, index) =>
    fittingValue(prefix[index] ?? items ?? true, random),
  );
}

function fittingObject({ properties, required, additionalProperties, patternProperties }: JsonObject, random: Random): JsonObject {
  const needed: readonly JsonValue[] = Array.isArray(required) ? required : [];
  const members = Object.entries(isJsonObject(properties) ? properties : {})
    .filter(([name]) => needed.includes(name) || random() < 0.6)
    .map(([name, below]): [string, JsonValue] => [name, fittingValue(below, random)]);
  if (additionalProperties !== false && random() < 0.4) members.push(["more", fittingValue(additionalProperties ?? true, random)]);
  if (isJsonObject(patternProperties) && random() < 0.6)
    members.push(["x-1", fittingValue(Object.values(patternProperties)[0] ?? true, random)]);
  return Object.fromEntries(members);
}

/** `value` with one thing changed somewhere: a key left out or put in, a scalar of another type, a list longer or shorter. */
export function spoil(value: JsonValue, random: Random): JsonValue {
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    const at = Math.floor(random() * items.length);
    if (items.length > 0 && random() < 0.6) return items.map((item, index) => (index === at ? spoil(item, random) : item));
    return pick<JsonValue>([items.slice(0, -1), [...items, pick(LITERALS, random)], {}], random);
  }
  if (isJsonObject(value)) {
    const entries = Object.entries(value);
    const at = Math.floor(random() * entries.length);
    const kind = random();
    if (entries.length > 0 && kind < 0.6)
      return Object.fromEntries(entries.map(([key, below], index) => [key, index === at ? spoil(below, random) : below]));
    if (entries.length > 0 && kind < 0.8) return Object.fromEntries(entries.filter((_, index) => index !== at));
    return kind < 0.95 ? { ...value, [pick([...NAMES, "more"], random)]: pick(LITERALS, random) } : [];
  }
  return pick<JsonValue>([...LITERALS, "zz", 5, [], {}], random);
}

/**
 * What a type can say of `schema`: types, literals, keys, places in lists. Inside a union TypeScript lets an object have
 * the keys of every member, so objects are open there.
 */
export function sayable(schema: JsonValue, isInUnion = false): JsonValue {
  if (!isJsonObject(schema)) return schema;
  const said: { [keyword: string]: JsonValue } = {};
  const below = (member: JsonValue): JsonValue => sayable(member, isInUnion);
  for (const keyword of ["const", "enum"]) if (schema[keyword] !== undefined) said[keyword] = schema[keyword];
  if (schema["type"] !== undefined)
    said["type"] = [...new Set([schema["type"]].flat().map((name) => (name === "integer" ? "number" : name)))] as readonly JsonValue[];
  if (Array.isArray(schema["anyOf"]) || Array.isArray(schema["oneOf"]))
    said["anyOf"] = ((schema["anyOf"] ?? schema["oneOf"]) as readonly JsonValue[]).map((member) => sayable(member, true));
  if (isJsonArray(schema["allOf"])) said["allOf"] = schema["allOf"].map(below);
  sayList(schema, said, below);
  sayObject(schema, said, { below, isInUnion: isInUnion || (Array.isArray(said["type"]) && said["type"].length > 1) });
  return said;
}

function sayList(schema: JsonObject, said: { [keyword: string]: JsonValue }, below: (member: JsonValue) => JsonValue): void {
  if (schema["items"] !== undefined) said["items"] = below(schema["items"]);
  if (!Array.isArray(schema["prefixItems"])) return;
  said["prefixItems"] = (schema["prefixItems"] as readonly JsonValue[]).map(below);
  if (typeof schema["minItems"] === "number") said["minItems"] = schema["minItems"];
}

function sayObject(
  { properties, required, additionalProperties, patternProperties }: JsonObject,
  said: { [keyword: string]: JsonValue },
  { below, isInUnion }: { readonly below: (member: JsonValue) => JsonValue; readonly isInUnion: boolean },
): void {
  if (required !== undefined) said["required"] = required;
  if (isJsonObject(properties))
    said["properties"] = Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, below(member)]));
  const hasProperties = isJsonObject(properties) && Object.keys(properties).length > 0;
  // An index signature would have to cover the declared keys too; and patterns of names are no types.
  if (patternProperties !== undefined) return;
  if (additionalProperties === false && !isInUnion) said["additionalProperties"] = false;
  if (isJsonObject(additionalProperties) && !hasProperties) said["additionalProperties"] = below(additionalProperties);
}
