// Every keyword that a contract may use, and the shape of its value. Linting, linking and walking all go by this table.

/** What stands behind a keyword. */
export type Shape =
  | "schema"
  | "schemas"
  | "schema-map"
  | "text"
  | "number"
  | "positive"
  | "count"
  | "flag"
  | "texts"
  | "texts-map"
  | "types"
  | "values"
  | "list"
  | "any"
  /** draft-07 only: `items` as a list, `dependencies` as texts or schemas. */
  | "schema-or-schemas"
  | "dependencies";

/** Keywords of 2020-12, and those of draft-07 that have a meaning of their own. */
export const keywordShapes: { readonly [keyword: string]: Shape } = Object.assign(Object.create(null), {
  $schema: "text",
  $id: "text",
  $ref: "text",
  $anchor: "text",
  $dynamicRef: "text",
  $dynamicAnchor: "text",
  $comment: "text",
  $defs: "schema-map",
  definitions: "schema-map",
  title: "text",
  description: "text",
  default: "any",
  examples: "list",
  // OpenAPI's word for one of them.
  example: "any",
  deprecated: "flag",
  readOnly: "flag",
  writeOnly: "flag",
  type: "types",
  enum: "values",
  const: "any",
  multipleOf: "positive",
  minimum: "number",
  maximum: "number",
  exclusiveMinimum: "number",
  exclusiveMaximum: "number",
  minLength: "count",
  maxLength: "count",
  pattern: "text",
  format: "text",
  contentEncoding: "text",
  contentMediaType: "text",
  contentSchema: "schema",
  properties: "schema-map",
  patternProperties: "schema-map",
  additionalProperties: "schema",
  unevaluatedProperties: "schema",
  propertyNames: "schema",
  required: "texts",
  minProperties: "count",
  maxProperties: "count",
  dependentRequired: "texts-map",
  dependentSchemas: "schema-map",
  dependencies: "dependencies",
  items: "schema-or-schemas",
  additionalItems: "schema",
  prefixItems: "schemas",
  unevaluatedItems: "schema",
  contains: "schema",
  minContains: "count",
  maxContains: "count",
  minItems: "count",
  maxItems: "count",
  uniqueItems: "flag",
  allOf: "schemas",
  anyOf: "schemas",
  oneOf: "schemas",
  not: "schema",
  if: "schema",
  // oxlint-disable-next-line no-thenable -- a keyword of JSON Schema, in an object that nobody awaits
  then: "schema",
  else: "schema",
} satisfies { readonly [keyword: string]: Shape });

/** Our annotations. `x-veltrix` stands at the root, all others at keys. */
export const annotations = [
  "x-veltrix",
  "x-secret",
  "x-env",
  "x-reload",
  "x-exported",
  "x-required-in",
  "x-type",
  "x-unique",
  "x-bound-to",
  "x-renamed-to",
  "x-kubernetes-validations",
] as const;

/** Rules in CEL. They may stand at any schema, lists and alternatives included. */
export const RULES = "x-kubernetes-validations";

/** The name of an annotation of ours: whatever is said of each of them is a record of these. */
export type Annotation = (typeof annotations)[number];

const known: ReadonlySet<string> = new Set(annotations);

/** True for the name of an annotation of ours. */
export function isAnnotation(keyword: string): keyword is Annotation {
  return known.has(keyword);
}

/** Words that are rules in other dialects, libraries or people's minds. A rule that nobody keeps is worse than none. */
export const foreignRules: ReadonlySet<string> = new Set([
  // draft-03, draft-04
  ..."id extends disallow divisibleBy optional requires".split(" "),
  // OpenAPI, and generators of types
  ..."nullable discriminator tsType tsEnumNames bsonType".split(" "),
  // ajv and its plug-ins
  ..."instanceof typeof regexp range exclusiveRange prohibited patternRequired allRequired anyRequired oneRequired".split(" "),
  ..."deepProperties deepRequired uniqueItemProperties select selectCases selectDefault switch transform".split(" "),
  ..."formatMinimum formatMaximum formatExclusiveMinimum formatExclusiveMaximum".split(" "),
  // what people write for `minimum`, `maxLength`, `enum`, `required`, `pattern`
  ..."min max minValue maxValue minSize maxSize length size values choices options allowed allowedValues mandatory nonEmpty".split(" "),
  ..."regex match sensitive unique immutable secret hot reload exported env".split(" "),
]);

/** Keywords that describe and check nothing: the contract's fingerprint does not see them. */
export const descriptive: ReadonlySet<string> = new Set([
  "title",
  "description",
  "examples",
  "example",
  "$comment",
  "deprecated",
  "readOnly",
  "writeOnly",
]);

/** The JSON types of a schema. */
export const typeNames = ["string", "number", "integer", "boolean", "object", "array", "null"] as const;
type TypeName = (typeof typeNames)[number];

const rulesOfType: { readonly [type in TypeName]?: string } = {
  object:
    "properties patternProperties additionalProperties propertyNames required minProperties maxProperties dependentRequired dependentSchemas",
  array: "items prefixItems additionalItems contains minItems maxItems uniqueItems",
  string: "minLength maxLength pattern format",
  number: "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf",
};

/** The one type whose values a rule is for; values of every other type keep it. */
export const typeOfRule: ReadonlyMap<string, string> = new Map(
  Object.entries(rulesOfType).flatMap(([type, keywords]) => keywords.split(" ").map((keyword) => [keyword, type] as const)),
);
