// Walking a value together with every schema that applies to each of its parts.
import { appendToken, isJsonObject, type JsonObject, type JsonValue, isJsonArray } from "@veltrix/protocol";
import { isRawObject, type RawValue } from "../read/document.ts";
import { compilePattern } from "../validate/interpreter.ts";

/** Called for each part of a value, parents first, with the nodes that apply to it. */
export type Visit = (value: RawValue, pointer: string, nodes: readonly JsonObject[]) => void;

/** Walks `value` along `schema`, whose `$ref`s are `#/$defs/<name>` of itself. */
export function walkTogether(schema: JsonObject, value: RawValue, visit: Visit): void {
  const definitions = isJsonObject(schema["$defs"]) ? schema["$defs"] : {};
  const step = (schemas: readonly JsonValue[], part: RawValue, pointer: string): void => {
    const nodes = inPlace(schemas, definitions);
    visit(part, pointer, nodes);
    if (Array.isArray(part)) {
      part.forEach((item: RawValue, index) => {
        const below = nodes.flatMap((node) => schemasOfItem(node, index));
        if (below.length > 0) step(below, item, `${pointer}/${index}`);
      });
    } else if (isRawObject(part)) {
      for (const [key, member] of Object.entries(part)) {
        const below = nodes.flatMap((node) => schemasOfKey(node, key));
        if (below.length > 0) step(below, member, appendToken(pointer, key));
      }
    }
  };
  step([schema], value, "");
}

/** The nodes and everything that applies to the same value as they do, whether or not it holds. */
export function inPlace(schemas: readonly JsonValue[], definitions: JsonObject): readonly JsonObject[] {
  const found = new Set<JsonObject>();
  const add = (schema: JsonValue | undefined): void => {
    if (!isJsonObject(schema) || found.has(schema)) return;
    found.add(schema);
    const ref = schema["$ref"];
    if (typeof ref === "string") add(definitions[ref.slice("#/$defs/".length)]);
    for (const keyword of ["allOf", "anyOf", "oneOf"]) if (isJsonArray(schema[keyword])) for (const member of schema[keyword]) add(member);
    for (const keyword of ["if", "then", "else"]) add(schema[keyword]);
    if (isJsonObject(schema["dependentSchemas"])) for (const member of Object.values(schema["dependentSchemas"])) add(member);
  };
  for (const schema of schemas) add(schema);
  return [...found];
}

/** What `node` says of a key: its property, its patterns, or what it says of every other. */
export function schemasOfKey(node: JsonObject, key: string): readonly JsonValue[] {
  const { properties, patternProperties, additionalProperties } = node;
  const found: JsonValue[] = [];
  // Own members only, and Object.hasOwn proved it.
  if (isJsonObject(properties) && Object.hasOwn(properties, key)) found.push(properties[key] as JsonValue);
  if (isJsonObject(patternProperties))
    for (const [pattern, below] of Object.entries(patternProperties)) if (compilePattern(pattern).test(key)) found.push(below);
  // A map of named things: its keys are the user's own.
  if (found.length === 0 && isJsonObject(additionalProperties)) found.push(additionalProperties);
  return found;
}

/** What `node` says of the item at `index` of a list. */
export function schemasOfItem(node: JsonObject, index: number): readonly JsonValue[] {
  const prefix = isJsonArray(node["prefixItems"]) ? node["prefixItems"] : [];
  const rule = index < prefix.length ? prefix[index] : node["items"];
  return rule === undefined ? [] : [rule];
}
