// A linked schema as a TypeScript type, in its two readings: `values`, raw as people and tests write them, and
// `config`, as a service reads them (units parsed, secrets wrapped, hot subtrees live).
import { withAllOf } from "@veltrix/compiler";
import { isJsonObject, isUnitName, type JsonObject, type JsonValue, type UnitName, isJsonArray } from "@veltrix/protocol";
import { docComment, literal, propertyName } from "../text.ts";
import { type ClosedShape, closedShapes } from "./closed-shapes.ts";

export type TypeSide = "values" | "config";

/** How a printing differs, and what it collects. */
export interface PrintContext {
  readonly reading: TypeSide;
  /** Called for a schema that is a composition; returns its type: a name, or in parentheses. */
  readonly nameOf: (schema: JsonObject, indent: string) => string;
  /** True for what a composition says itself, beside its members. */
  readonly isOwn?: boolean;
  /** Collects the names of runtime types that are used. */
  readonly imports: Set<string>;
}

/** The type that each unit is parsed to. */
const unitTypeNames: { readonly [unit in UnitName]: string } = {
  duration: "Milliseconds",
  bytes: "Bytes",
  port: "Port",
  "host-port": "HostPort",
  url: "UrlString",
  cron: "CronExpression",
};

/** Keywords that make a schema a composition: its type is not printed here. */
const COMPOSITION = ["$ref", "anyOf", "oneOf", "allOf", "patternProperties"];

/** The body of an object type, braces included. `members` are the schemas whose properties it has. */
export function printObject(schema: JsonObject, indent: string, context: PrintContext): string {
  const shapes = closedShapes(schema);
  if (shapes !== undefined && shapes.length > 0) return printShapes(shapes, schema, indent, context);
  const members = withAllOf(schema);
  const required = new Set(
    members.flatMap((member) => (Array.isArray(member["required"]) ? (member["required"] as readonly string[]) : [])),
  );
  const inner = `${indent}  `;
  const types = new Map<string, string>();
  let body = "";
  for (const member of members) {
    const properties = isJsonObject(member["properties"]) ? member["properties"] : {};
    for (const [name, property] of Object.entries(properties)) {
      if (types.has(name) || isRenamed(property)) continue;
      const { text, type } = printProperty({ name, schema: property, isRequired: required.has(name) }, inner, context);
      types.set(name, type);
      body += text;
    }
  }
  for (const name of required) if (!types.has(name)) body += printUndeclared(name, members, inner, context);
  body += printIndex(schema, [...types.values()], inner, context);
  return body === "" ? emptyObject(schema) : `{\n${body}${indent}}`;
}

/** All shapes of a closed object as one: a key is required where every shape requires it, and of the type that one of them gives it. */
function printShapes(shapes: readonly ClosedShape[], whole: JsonObject, indent: string, context: PrintContext): string {
  const inner = `${indent}  `;
  const names = new Set(shapes.flatMap(({ properties, conditional }) => [...properties.keys(), ...conditional.keys()]));
  let body = "";
  for (const name of names) {
    const given = shapes.flatMap(({ properties, conditional }) => {
      const own = properties.get(name);
      return own === undefined ? (conditional.get(name) ?? []) : [everyOf(own)];
    });
    if (given.some(isRenamed)) continue;
    const isRequired = shapes.every((shape) => shape.properties.has(name) && shape.required.has(name));
    body += printProperty({ name, schema: someOf(given), isRequired }, inner, context).text;
  }
  return body === "" ? emptyObject({ ...whole, additionalProperties: false }) : `{\n${body}${indent}}`;
}

function everyOf(schemas: readonly JsonValue[]): JsonValue {
  const [only = true, ...more] = distinct(schemas);
  return more.length === 0 ? only : { allOf: [only, ...more] };
}

function someOf(schemas: readonly JsonValue[]): JsonValue {
  const [only = true, ...more] = distinct(schemas);
  return more.length === 0 ? only : { anyOf: [only, ...more] };
}

function distinct(schemas: readonly JsonValue[]): readonly JsonValue[] {
  return [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
}

/** A key that is required and declared elsewhere, if at all. */
function printUndeclared(name: string, members: readonly JsonObject[], indent: string, { reading }: PrintContext): string {
  const isDeclared = members.some((member) => isJsonObject(member["properties"]) && Object.hasOwn(member["properties"], name));
  return isDeclared || reading === "config" ? "" : `${indent}readonly ${propertyName(name)}: unknown;\n`;
}

/** Values may still be written under an old name; they are delivered, and read, under the new one. */
function isRenamed(schema: JsonValue): boolean {
  return isJsonObject(schema) && schema["x-renamed-to"] !== undefined;
}

function printProperty(
  { name, schema, isRequired }: { readonly name: string; readonly schema: JsonValue; readonly isRequired: boolean },
  indent: string,
  context: PrintContext,
): { readonly text: string; /** What a key of any name may be, where this is one of them. */ readonly type: string } {
  const docs = isJsonObject(schema) ? docComment(docsOf(schema), indent) : "";
  const isHot = context.reading === "config" && isJsonObject(schema) && schema["x-reload"] === "hot";
  const plain = printType(schema, indent, context);
  const maybe = isRequired ? plain : `${plain} | undefined`;
  if (!isHot) return { text: `${docs}${indent}readonly ${propertyName(name)}${isRequired ? "" : "?"}: ${plain};\n`, type: maybe };
  // A Live is always there; what it holds may not be.
  context.imports.add("Live");
  return { text: `${docs}${indent}readonly ${propertyName(name)}: Live<${maybe}>;\n`, type: `Live<${maybe}>` };
}

/**
 * An open object takes any further key. Where its contract says what they are, they are read; where it does not, a service
 * may read only those that it names. `named`: the types of the keys with a name of their own, which TypeScript wants
 * every further key to allow.
 */
function printIndex(schema: JsonObject, named: readonly string[], indent: string, context: PrintContext): string {
  const rest = schema["additionalProperties"];
  if (schema["unevaluatedProperties"] === false && rest === undefined && schema["patternProperties"] === undefined) return "";
  const byPattern = isJsonObject(schema["patternProperties"]) ? Object.values(schema["patternProperties"]) : [];
  if (rest === false && byPattern.length === 0) return "";
  const isSaid = rest === false || (isJsonObject(rest) && Object.keys(rest).length > 0);
  if (named.length > 0 && !isSaid && byPattern.length === 0 && context.reading === "config") return "";
  const further = [...byPattern, ...(isJsonObject(rest) ? [rest] : [])];
  const types = isSaid ? further.map((below) => printType(below, indent, context)) : ["unknown"];
  const type = types.includes("unknown") ? "unknown" : union([...types, ...named].flatMap((part) => part.split(/ \| (?=undefined$)/)));
  return `${indent}readonly [key: string]: ${type};\n`;
}

/** `{}` would be any value but null. */
const NO_KEYS = "{ readonly [key: string]: never }";

function emptyObject(schema: JsonObject): string {
  return schema["additionalProperties"] === false ? NO_KEYS : "{ readonly [key: string]: unknown }";
}

/** The type of one schema. */
export function printType(schema: JsonValue, indent: string, context: PrintContext): string {
  if (!isJsonObject(schema)) return schema === false ? "never" : "unknown";
  if (schema["x-secret"] === true && context.reading === "config") {
    context.imports.add("Secret");
    return "Secret<string>";
  }
  if (schema["const"] !== undefined) return printLiteral(schema["const"]);
  if (isJsonArray(schema["enum"])) return union(allowedIn(schema, schema["enum"]).map(printLiteral));
  const shapes = context.isOwn === true ? undefined : closedShapes(schema);
  if (shapes !== undefined && shapes.length > 0) return union(shapes.map((shape) => printShapes([shape], schema, indent, context)));
  if (context.isOwn !== true && isComposition(schema)) return context.nameOf(schema, indent);
  if (context.isOwn === true) return printOwn(schema, indent, { ...context, isOwn: false });
  return printOwn(schema, indent, context);
}

/** The values of an `enum` that the type beside it takes too: the validator refuses the others. All of them, if there is none. */
export function allowedIn({ type }: JsonObject, values: readonly JsonValue[]): readonly JsonValue[] {
  if (type === undefined) return values;
  const types: readonly JsonValue[] = Array.isArray(type) ? type : [type];
  const taken = values.filter((value) => types.includes(typeNameOf(value)) || (Number.isInteger(value) && types.includes("integer")));
  return taken.length === 0 ? values : taken;
}

function typeNameOf(value: JsonValue): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** True for a schema whose type is made of those of others. */
export function isComposition(schema: JsonObject): boolean {
  return COMPOSITION.some((keyword) => schema[keyword] !== undefined) && !isFlatObject(schema);
}

function printOwn(schema: JsonObject, indent: string, context: PrintContext): string {
  const unit = schema["x-type"];
  if (isUnitName(unit) && context.reading === "config") {
    context.imports.add(unitTypeNames[unit]);
    return unitTypeNames[unit];
  }
  const type = schema["type"];
  const types = Array.isArray(type) ? (type as readonly string[]) : typeof type === "string" ? [type] : impliedTypes(schema);
  return types.length === 0 ? "unknown" : union(types.map((name) => printOneType(name, schema, indent, context)));
}

/** A schema without `type` that speaks of properties still allows every other type. */
function impliedTypes(schema: JsonObject): readonly string[] {
  return isJsonObject(schema["properties"]) && Array.isArray(schema["required"]) ? ["object"] : [];
}

/** An object whose `allOf` members are plain objects too: printed as one. */
function isFlatObject(schema: JsonObject): boolean {
  if (schema["type"] !== "object" || schema["$ref"] !== undefined || schema["patternProperties"] !== undefined) return false;
  const hasProperties = withAllOf(schema).some((member) => isJsonObject(member["properties"]));
  const allOf = isJsonArray(schema["allOf"]) ? schema["allOf"] : [];
  return (
    hasProperties &&
    allOf.every(
      (member) =>
        isJsonObject(member) &&
        member["$ref"] === undefined &&
        member["anyOf"] === undefined &&
        member["oneOf"] === undefined &&
        member["patternProperties"] === undefined,
    )
  );
}

function printOneType(name: string, schema: JsonObject, indent: string, context: PrintContext): string {
  switch (name) {
    case "integer":
    case "number":
      return "number";
    case "object":
      return printObject(schema, indent, context);
    case "array":
      return printArray(schema, indent, context);
    default:
      return name;
  }
}

function printArray(schema: JsonObject, indent: string, context: PrintContext): string {
  const prefix = isJsonArray(schema["prefixItems"]) ? schema["prefixItems"] : [];
  const items = schema["items"];
  const item = items === undefined ? "unknown" : printType(items, indent, context);
  if (prefix.length === 0) return `readonly ${/^[\w.]+(<[\w ]+>)?$/.test(item) ? item : `(${item})`}[]`;
  const least = typeof schema["minItems"] === "number" ? schema["minItems"] : 0;
  const places = prefix.map((below, index) => `(${printType(below, indent, context)})${index < least ? "" : "?"}`);
  return `readonly [${[...places, ...(items === false ? [] : [`...(${item})[]`])].join(", ")}]`;
}

function printLiteral(value: JsonValue): string {
  if (Array.isArray(value)) return `readonly [${value.map((item: JsonValue) => printLiteral(item)).join(", ")}]`;
  if (!isJsonObject(value)) return literal(value);
  const members = Object.entries(value);
  if (members.length === 0) return NO_KEYS;
  return `{ ${members.map(([key, member]) => `readonly ${propertyName(key)}: ${printLiteral(member)}`).join("; ")} }`;
}

function union(types: readonly string[]): string {
  return [...new Set(types)].join(" | ");
}

function docsOf(schema: JsonObject): readonly string[] {
  const { description, title, format } = schema;
  const lines: string[] = [];
  if (typeof description === "string") lines.push(description);
  else if (typeof title === "string") lines.push(title);
  const limits = describeLimits(schema);
  if (limits !== "") lines.push(limits);
  if (typeof format === "string") lines.push(`Format: ${format}.`);
  const reload = schema["x-reload"];
  if (reload === "hot") lines.push("Hot: may change in a running process.");
  return lines;
}

function describeLimits({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonObject): string {
  const low =
    minimum === undefined ? (exclusiveMinimum === undefined ? undefined : `more than ${literal(exclusiveMinimum)}`) : literal(minimum);
  const high =
    maximum === undefined ? (exclusiveMaximum === undefined ? undefined : `less than ${literal(exclusiveMaximum)}`) : literal(maximum);
  if (low === undefined && high === undefined) return "";
  return low !== undefined && high !== undefined ? `From ${low} to ${high}.` : low === undefined ? `At most ${high}.` : `At least ${low}.`;
}
