// values-files.schema.json: what an editor is told about the values files of a service. A file is one layer, so
// nothing is required in it, any value may be a `!ref` or `!unset`, and a secret is its `!secret`. Editors see what stands
// behind a tag and not the tag (behind `!unset` an empty text), and they know draft-07 best.
import { type Annotation, GENERATED_MARK, type Service } from "@veltrix/compiler";
import { isJsonObject, type JsonObject, type JsonValue, isJsonArray } from "@veltrix/protocol";
import { typeInWords } from "./type-words.ts";
import { unitPatterns } from "./unit-patterns.ts";

/** `<service>#/<pointer>`, as the compiler reads what stands behind `!ref`. */
export const REFERENCE_PATTERN = "^[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?#(?:/(?:[^~]|~[01])*)+$";
/** `<name>/<key>`, as the compiler reads what stands behind `!secret`. */
export const SECRET_PATTERN =
  "^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*/(?!\\.\\.|\\.$)[-._a-zA-Z0-9]{1,253}$";

/** What may stand for a value of any type: in a layer also nothing, behind `!unset`. */
const STAND_INS: { readonly [reading in SchemaScope]: string } = { layer: `^$|${REFERENCE_PATTERN}`, whole: REFERENCE_PATTERN };

/** The text of values-files.schema.json. */
export function printValuesSchema(service: Service): string {
  const { schema, title } = service.contract;
  const root = objectKeywords(schema, "layer");
  const definitions = isJsonObject(schema["$defs"])
    ? Object.entries(schema["$defs"]).map(([name, below]) => [`contract.${name}`, valueSchema(below, "layer")] as const)
    : [];
  const whole = {
    $comment: `${GENERATED_MARK}. Do not edit: run "veltrix build".`,
    $schema: "http://json-schema.org/draft-07/schema#",
    title: `Values of ${title ?? service.id}`,
    type: "object",
    ...root,
    definitions: {
      ...Object.fromEntries(
        Object.entries(STAND_INS).map(([reading, pattern]) => [
          reading,
          {
            type: "string",
            pattern,
            patternErrorMessage: "expected: a value of the key's type, or `!ref <service>#/<path>/<to>/<key>`",
          },
        ]),
      ),
      ...Object.fromEntries(definitions),
    },
  };
  return `${JSON.stringify(whole, undefined, 1)}\n`;
}

/**
 * `layer`: other layers may complete an object, so rules over several of its keys wait for the build.
 * `whole`: inside a list, which no other layer completes.
 */
type SchemaScope = "layer" | "whole";

type Keywords = { [keyword: string]: JsonValue };

function valueSchema(schema: JsonValue, reading: SchemaScope): JsonValue {
  if (!isJsonObject(schema)) return schema;
  const words = describe(schema);
  if (schema["x-secret"] === true)
    return {
      type: "string",
      pattern: reading === "layer" ? `^$|${SECRET_PATTERN}` : SECRET_PATTERN,
      patternErrorMessage: "a secret is written as `!secret <secret name>/<key>`",
      ...words,
    };
  const keywords = {
    ...scalarKeywords(schema),
    ...objectKeywords(schema, reading),
    ...listKeywords(schema),
    ...compositions(schema, reading),
  };
  if (Object.keys(keywords).length === 0) return words;
  const type = keywords["type"];
  if (isFreeText(type, keywords)) return { ...keywords, ...words };
  if (
    typeof type === "string" &&
    type !== "string" &&
    keywords["enum"] === undefined &&
    keywords["const"] === undefined &&
    keywords["anyOf"] === undefined &&
    keywords["allOf"] === undefined
  ) {
    // No alternatives where none are needed: editors complete and explain a plain schema best.
    return {
      ...keywords,
      type: [type, "string"],
      pattern: STAND_INS[reading],
      patternErrorMessage: `expected: ${typeInWords(schema, backticks)}, or \`!ref <service>#/<path>/<to>/<key>\``,
      ...words,
    };
  }
  return { anyOf: [keywords, { $ref: `#/definitions/${reading}` }], ...words };
}

/** A text that every reference is, too. */
function isFreeText(type: JsonValue | undefined, keywords: Keywords): boolean {
  return type === "string" && Object.keys(keywords).length === 1;
}

const COPIED = [
  "type",
  "enum",
  "const",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "pattern",
  "format",
];

function scalarKeywords(schema: JsonObject): Keywords {
  const kept: Keywords = {};
  for (const keyword of COPIED) if (schema[keyword] !== undefined) kept[keyword] = schema[keyword];
  const unit = schema["x-type"];
  const grammar = typeof unit === "string" ? unitPatterns[unit] : undefined;
  if (grammar !== undefined) {
    // With a pattern of its own the text obeys both; the build checks the other one.
    kept["pattern"] ??= grammar;
    kept["patternErrorMessage"] = `expected: ${typeInWords(schema, backticks)}`;
  }
  const ref = schema["$ref"];
  if (typeof ref === "string") kept["allOf"] = [{ $ref: `#/definitions/contract.${ref.slice("#/$defs/".length)}` }];
  return kept;
}

function objectKeywords(schema: JsonObject, reading: SchemaScope): Keywords {
  const kept: Keywords = {};
  for (const keyword of ["properties", "patternProperties"]) {
    const members = schema[keyword];
    if (isJsonObject(members))
      kept[keyword] = Object.fromEntries(Object.entries(members).map(([name, below]) => [name, valueSchema(below, reading)]));
  }
  const rest = schema["additionalProperties"];
  if (rest !== undefined) kept["additionalProperties"] = valueSchema(rest, reading);
  else if (schema["unevaluatedProperties"] === false) closeOver(schema, kept);
  if (isJsonObject(schema["propertyNames"])) kept["propertyNames"] = stripped(schema["propertyNames"]);
  if (typeof schema["maxProperties"] === "number") kept["maxProperties"] = schema["maxProperties"];
  if (reading === "whole")
    for (const keyword of ["required", "minProperties"]) if (schema[keyword] !== undefined) kept[keyword] = schema[keyword];
  return kept;
}

/** draft-07 closes an object by names alone: those of every subschema that speaks of the same object. */
function closeOver(schema: JsonObject, kept: Keywords): void {
  const names = namesInPlace(schema);
  if (names === undefined) return;
  const others = Object.fromEntries(names.map((name) => [name, true]));
  kept["properties"] = { ...others, ...(isJsonObject(kept["properties"]) ? kept["properties"] : {}) };
  kept["additionalProperties"] = false;
}

/** Undefined where the names cannot be listed. */
function namesInPlace(schema: JsonValue): readonly string[] | undefined {
  if (!isJsonObject(schema)) return [];
  if (
    ["$ref", "patternProperties", "additionalProperties", "if", "dependentSchemas"].some(
      (keyword) => schema[keyword] !== undefined && schema[keyword] !== false,
    )
  )
    return undefined;
  const names = isJsonObject(schema["properties"]) ? Object.keys(schema["properties"]) : [];
  for (const keyword of ["allOf", "anyOf", "oneOf"]) {
    for (const member of isJsonArray(schema[keyword]) ? schema[keyword] : []) {
      const below = namesInPlace(member);
      if (below === undefined) return undefined;
      names.push(...below);
    }
  }
  return names;
}

/** Names of keys are no values: nothing refers, and nothing is secret. */
function stripped(schema: JsonObject): Keywords {
  const kept: Keywords = {};
  for (const keyword of COPIED) if (schema[keyword] !== undefined) kept[keyword] = schema[keyword];
  return kept;
}

/** A list replaces a list, so it is complete where it stands. */
function listKeywords(schema: JsonObject): Keywords {
  const { items, prefixItems, minItems, maxItems, uniqueItems } = schema;
  const kept: Keywords = {};
  if (Array.isArray(prefixItems)) {
    kept["items"] = prefixItems.map((item: JsonValue) => valueSchema(item, "whole"));
    if (items !== undefined) kept["additionalItems"] = valueSchema(items, "whole");
  } else if (items !== undefined) kept["items"] = valueSchema(items, "whole");
  for (const [keyword, value] of Object.entries({ minItems, maxItems, uniqueItems })) if (value !== undefined) kept[keyword] = value;
  return kept;
}

/** In a layer no alternative is complete, so several may fit where the whole value fits one. */
function compositions(schema: JsonObject, reading: SchemaScope): Keywords {
  const kept: Keywords = {};
  for (const keyword of ["anyOf", "oneOf"]) {
    const members = schema[keyword];
    if (Array.isArray(members) && kept["anyOf"] === undefined)
      kept["anyOf"] = members.map((member: JsonValue) => valueSchema(member, reading));
  }
  const members = schema["allOf"];
  if (Array.isArray(members)) kept["allOf"] = members.map((member: JsonValue) => valueSchema(member, reading));
  return kept;
}

/** What an editor says of each annotation, in this order; undefined where it says it in another way, or nothing. */
const notes: { readonly [annotation in Annotation]: (value: JsonValue | undefined) => string | undefined } = {
  "x-secret": (value) => (value === true ? "A secret: written as `!secret <secret name>/<key>`." : undefined),
  "x-reload": (value) => (value === "hot" ? "May change in a running process." : undefined),
  "x-required-in": (value) => (Array.isArray(value) ? `Required in ${value.join(", ")}.` : undefined),
  "x-env": (value) => (typeof value === "string" ? `Also delivered as the variable ${value}.` : undefined),
  "x-exported": (value) => (value === true ? "Other services may refer to it." : undefined),
  "x-unique": (value) => (typeof value === "string" ? `In an environment, no other key of ${value} may hold the same value.` : undefined),
  "x-bound-to": (value) => (value === "env" ? "Must differ in every environment." : undefined),
  // The type in words names the unit, and `deprecationMessage` the new name of a key.
  "x-type": () => undefined,
  "x-renamed-to": () => undefined,
  "x-veltrix": () => undefined,
  // Each rule has a message of its own, for who breaks it.
  "x-kubernetes-validations": () => undefined,
};

function describe(schema: JsonObject): Keywords {
  const lines = [
    ...(typeof schema["description"] === "string" ? [schema["description"]] : []),
    `${capital(typeInWords(schema, backticks))}.`,
    ...Object.entries(notes).flatMap(([annotation, note]) => note(schema[annotation]) ?? []),
  ];
  const renamed = schema["x-renamed-to"];
  const message = typeof renamed === "string" ? `It is now called ${renamed}.` : "It is deprecated.";
  const isGoing = schema["deprecated"] === true || typeof renamed === "string";
  return {
    description: lines.join("\n\n"),
    ...(isGoing ? { deprecationMessage: message } : {}),
    ...(schema["examples"] === undefined ? {} : { examples: schema["examples"] }),
  };
}

function backticks(text: string): string {
  return `\`${text}\``;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
