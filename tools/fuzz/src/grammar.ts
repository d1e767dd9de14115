// Random workspaces from a grammar of schemas and values: mostly sensible, with something hostile here and there.
import type { Chance } from "./random.ts";

/** Files by path. */
export type Files = { readonly [path: string]: string };

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

const NAMES = [
  "host",
  "port",
  "a",
  "b-c",
  "tls",
  "__proto__",
  "constructor",
  "toString",
  "a/b~c",
  "x y",
  "*/ evil()",
  "`${evil()}`",
  "\u2028",
  "",
  "ß",
];
const TEXTS = [...NAMES, "30s", "https://example.org", "!ref other#/a", "*/", "<script>", "'); evil(", "\u0000", "2026-02-30"];
const PATTERNS = ["^[a-z]+$", "^a{2,3}$", "(a+)+$", "[", "^\\p{L}$", "(?=a)", "\\", "^(a|b)*c$"];
const FORMATS = ["date", "uri", "email", "duration", "iri-reference", "nothing", "__proto__"];
const REFS = [
  "#",
  "#/$defs/a",
  "#/$defs/b",
  "#anchor",
  "../shared/x.schema.json",
  "../../../etc/passwd",
  "http://127.0.0.1:9/x",
  "file:///etc/passwd",
  "#/properties/host",
  "%00",
];
const ANNOTATIONS: readonly (readonly [string, readonly Json[]])[] = [
  ["x-secret", [true, false, "yes"]],
  ["x-env", ["PORT", "a b", "PATH", 1]],
  ["x-reload", ["hot", "restart", 1]],
  ["x-exported", [true, null]],
  ["x-required-in", [["dev"], ["nowhere"], []]],
  ["x-type", ["duration", "port", "url", "nothing"]],
  ["x-unique", ["scope", 1]],
  ["x-bound-to", ["env", "x"]],
  ["x-renamed-to", ["host", 1]],
  ["x-kubernetes-validations", [[{ rule: "self.size() > 0", message: "m" }], [{ rule: "((((" }], 1]],
  ["description", TEXTS],
  ["title", TEXTS],
  ["default", TEXTS],
  ["tsType", ["any; evil()"]],
  ["$id", ["https://example.org/a", "#anchor", "folder/", "%"]],
  ["$anchor", ["anchor"]],
  ["$dynamicAnchor", ["anchor", "node"]],
  ["$dynamicRef", ["#anchor", "#node", "other#node"]],
];

/** A value of any shape. */
export function randomValue(chance: Chance, depth = 3): Json {
  const kind = chance.below(depth > 0 ? 7 : 5);
  if (kind === 0) return chance.pick(TEXTS);
  if (kind === 1) return chance.pick([0, 1, -1, 1.5, 1e21, 1e308, -0, 5e-324, 2 ** 53]);
  if (kind === 2) return chance.chance(0.5);
  if (kind === 3) return null;
  if (kind === 4) return chance.pick(["host", "30s", 80]);
  if (kind === 5) return Array.from({ length: chance.below(4) }, () => randomValue(chance, depth - 1));
  return objectOf(chance, chance.below(4), () => randomValue(chance, depth - 1));
}

function objectOf(chance: Chance, count: number, make: () => Json): { readonly [key: string]: Json } {
  // fromEntries defines own members, whatever they are called.
  return Object.fromEntries(Array.from({ length: count }, () => [chance.pick(NAMES), make()]));
}

/** A schema, now and then a faulty one. */
export function randomSchema(chance: Chance, depth = 3): Json {
  if (chance.chance(0.04)) return chance.chance(0.5);
  if (chance.chance(0.01)) return randomValue(chance, 1);
  const below = (): Json => randomSchema(chance, depth - 1);
  const some = (): Json => Array.from({ length: chance.below(3) + 1 }, below);
  const members: [string, Json][] = [];
  const add = (name: string, value: Json): void => void members.push([name, value]);
  const type = chance.pick(["string", "integer", "number", "boolean", "object", "array", "null"]);
  if (chance.chance(0.9)) add("type", chance.chance(0.1) ? [type, "null"] : type);
  if (type === "string") addText(chance, add);
  if (type === "integer" || type === "number")
    for (const rule of ["minimum", "maximum", "exclusiveMinimum", "multipleOf"])
      if (chance.chance(0.2)) add(rule, chance.pick([0, 1, 0.1, 100, 1e21]));
  if (type === "object" && depth > 0) addObject(chance, add, below);
  if (type === "array" && depth > 0) addArray(chance, add, below, some);
  if (depth > 0 && chance.chance(0.15)) add(chance.pick(["anyOf", "oneOf", "allOf"]), some());
  if (depth > 0 && chance.chance(0.05)) add(chance.pick(["not", "if", "then", "else"]), below());
  if (chance.chance(0.05))
    add(
      "enum",
      Array.from({ length: chance.below(3) + 1 }, () => randomValue(chance, 1)),
    );
  if (chance.chance(0.05)) add("const", randomValue(chance, 1));
  if (chance.chance(0.06)) add("$ref", chance.pick(REFS));
  if (chance.chance(0.12)) {
    const [name, values] = chance.pick(ANNOTATIONS);
    add(name, chance.pick(values));
  }
  return Object.fromEntries(members);
}

type Add = (name: string, value: Json) => void;

function addText(chance: Chance, add: Add): void {
  if (chance.chance(0.2)) add("pattern", chance.pick(PATTERNS));
  if (chance.chance(0.2)) add("format", chance.pick(FORMATS));
  if (chance.chance(0.2)) add(chance.pick(["minLength", "maxLength"]), chance.pick([0, 1, 5, 1e9]));
}

function addObject(chance: Chance, add: Add, below: () => Json): void {
  add("properties", objectOf(chance, chance.below(5), below));
  if (chance.chance(0.4)) add("required", [chance.pick(NAMES)]);
  if (chance.chance(0.6)) add("additionalProperties", chance.chance(0.8) ? false : below());
  if (chance.chance(0.1)) add("patternProperties", Object.fromEntries([[chance.pick(PATTERNS), below()]]));
  if (chance.chance(0.05)) add("propertyNames", below());
  if (chance.chance(0.05)) add("unevaluatedProperties", below());
  if (chance.chance(0.05))
    add(
      "dependentRequired",
      objectOf(chance, 1, () => [chance.pick(NAMES)]),
    );
  if (chance.chance(0.05)) add("dependentSchemas", objectOf(chance, 1, below));
}

function addArray(chance: Chance, add: Add, below: () => Json, some: () => Json): void {
  add("items", below());
  if (chance.chance(0.2)) add("prefixItems", some());
  if (chance.chance(0.2)) add("uniqueItems", true);
  if (chance.chance(0.1)) add("contains", below());
  if (chance.chance(0.1)) add("minContains", 0);
  if (chance.chance(0.1)) add("unevaluatedItems", below());
}

/** A workspace of one service. Half of them have no values, so that more contracts come through to the emitters. */
export function randomWorkspace(chance: Chance): Files {
  const properties = objectOf(chance, 1 + chance.below(5), () => randomSchema(chance));
  const contract = {
    "x-veltrix": { version: "1.0.0" },
    type: "object",
    additionalProperties: false,
    properties,
    ...(chance.chance(0.3) ? { $defs: { a: randomSchema(chance), b: randomSchema(chance) } } : {}),
  };
  const values = objectOf(chance, chance.below(4), () => randomValue(chance));
  return {
    "schemas/veltrix.yaml": "environments: { dev: { namespace: fuzz }, prod: { namespace: fuzz-prod, production: true } }\n",
    "schemas/probe/config.schema.json": JSON.stringify(contract),
    ...(chance.chance(0.3) ? { "schemas/shared/x.schema.json": JSON.stringify(randomSchema(chance)) } : {}),
    ...(chance.chance(0.5) ? { "schemas/probe/values/base.yaml": JSON.stringify(values) } : {}),
  };
}
