// A schema's type in words: for people who read a page or hover over a key.
import { isJsonObject, isUnitName, type JsonObject, type JsonValue, unitExamples } from "@veltrix/protocol";

/** How a piece of the contract is set off from our words: as a code span, or between backticks. */
export type Quote = (text: string) => string;

const names: { readonly [type: string]: string } = {
  string: "text",
  integer: "whole number",
  number: "number",
  boolean: "`true` or `false`",
  null: "`null`",
  array: "list",
  object: "object",
};

/** `whole number from 1 to 65535`, `one of "a", "b"`, `list of 1 to 16 objects`. */
export function typeInWords(schema: JsonValue, quote: Quote): string {
  if (!isJsonObject(schema)) return schema === false ? "nothing" : "anything";
  if (schema["const"] !== undefined) return `always ${quote(JSON.stringify(schema["const"]))}`;
  if (Array.isArray(schema["enum"])) return `one of ${schema["enum"].map((value: JsonValue) => quote(JSON.stringify(value))).join(", ")}`;
  for (const keyword of ["anyOf", "oneOf"] as const) {
    const members = schema[keyword];
    if (Array.isArray(members)) return [...new Set(members.map((member: JsonValue) => typeInWords(member, quote)))].join(" or ");
  }
  const types = typesOf(schema);
  if (types.length === 0) return schema["$ref"] === undefined ? "anything" : "object that may hold objects of its own kind";
  return types.map((type) => oneType(type, schema, quote)).join(" or ");
}

function typesOf({ type }: JsonObject): readonly string[] {
  if (typeof type === "string") return [type];
  return Array.isArray(type) ? type.filter((name: JsonValue) => typeof name === "string") : [];
}

function oneType(type: string, schema: JsonObject, quote: Quote): string {
  switch (type) {
    case "string":
      return textInWords(schema, quote);
    case "integer":
    case "number":
      return `${names[type]}${rangeOf(schema)}${typeof schema["multipleOf"] === "number" ? `, a multiple of ${schema["multipleOf"]}` : ""}`;
    case "array":
      return listInWords(schema, quote);
    case "object":
      return `object${count(schema, "minProperties", "maxProperties", "key")}${isOpenMap(schema) ? ` of ${typeInWords(schema["additionalProperties"] ?? true, quote)}` : ""}`;
    default:
      return names[type] ?? "anything";
  }
}

function textInWords(schema: JsonObject, quote: Quote): string {
  const unit = schema["x-type"];
  if (isUnitName(unit)) return unitExamples[unit].replace(/"([^"]*)"/g, (_match, example: string) => quote(example));
  const { format, pattern } = schema;
  const parts = [`text${count(schema, "minLength", "maxLength", "character")}`];
  if (typeof format === "string") parts.push(`format ${quote(format)}`);
  if (typeof pattern === "string") parts.push(`matching ${quote(pattern)}`);
  return parts.join(", ");
}

function listInWords(schema: JsonObject, quote: Quote): string {
  const { items, prefixItems } = schema;
  const unique = schema["uniqueItems"] === true ? ", each different" : "";
  if (Array.isArray(prefixItems))
    return `list of ${prefixItems.map((item: JsonValue) => typeInWords(item, quote)).join(", then ")}${unique}`;
  const size = count(schema, "minItems", "maxItems", "item");
  const of = items === undefined || items === true ? "" : `: ${typeInWords(items, quote)}`;
  return `list${size}${of}${unique}`;
}

/** An object whose contract says nothing but what all of its members are. */
function isOpenMap(schema: JsonObject): boolean {
  return schema["properties"] === undefined && isJsonObject(schema["additionalProperties"]);
}

function count(schema: JsonObject, low: string, high: string, noun: string): string {
  const least = schema[low];
  const most = schema[high];
  if (typeof least === "number" && typeof most === "number")
    return ` of ${least === most ? most : `${least} to ${most}`} ${noun}${most === 1 ? "" : "s"}`;
  if (typeof least === "number" && least > 0) return ` of at least ${least} ${noun}${least === 1 ? "" : "s"}`;
  return typeof most === "number" ? ` of at most ${most} ${noun}${most === 1 ? "" : "s"}` : "";
}

function rangeOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonObject): string {
  if (typeof minimum === "number" && typeof maximum === "number") return ` from ${minimum} to ${maximum}`;
  const bounds = [
    ...(typeof minimum === "number" ? [`at least ${minimum}`] : []),
    ...(typeof exclusiveMinimum === "number" ? [`more than ${exclusiveMinimum}`] : []),
    ...(typeof maximum === "number" ? [`at most ${maximum}`] : []),
    ...(typeof exclusiveMaximum === "number" ? [`less than ${exclusiveMaximum}`] : []),
  ];
  return bounds.length === 0 ? "" : `, ${bounds.join(" and ")}`;
}
