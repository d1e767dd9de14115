// Types of compositions (`anyOf`, `oneOf`, `allOf`, `$ref`, `patternProperties`): unions, intersections and names.
// What no type can say (`not`, `if`, counts) is left to the validator: a type is never narrower than its schema.
import { isJsonObject, type JsonObject, type JsonValue, isJsonArray } from "@veltrix/protocol";
import { isComposition, type PrintContext, printType } from "./print-type.ts";

/** A type that was asked for by name. */
export interface NamedSchema {
  readonly name: string;
  readonly schema: JsonObject;
}

/** The declarations of `named`, exported, one after another; `definitions` are what their `$ref`s name. */
export function printCompositions(named: readonly NamedSchema[], definitions: JsonValue | undefined, prefix: string): string {
  const asked = new Set<string>();
  const context: PrintContext = {
    reading: "values",
    imports: new Set(),
    nameOf: (schema, indent) => `(${printComposition(schema, indent, { context, prefix, asked })})`,
  };
  const site = { context, prefix, asked };
  let text = named.map(({ name, schema }) => `export type ${name} = ${printComposition(schema, "", site)};\n`).join("");
  const known = isJsonObject(definitions) ? definitions : {};
  // A set grows while it is walked: what a definition asks for is printed after it.
  for (const name of asked) text += `export type ${definitionName(prefix, name)} = ${printType(known[name] ?? true, "", context)};\n`;
  return text;
}

interface CompositionSite {
  readonly context: PrintContext;
  readonly prefix: string;
  /** Names of the definitions that were referred to. */
  readonly asked: Set<string>;
}

function definitionName(prefix: string, name: string): string {
  return `${prefix}Def_${name}`;
}

function printComposition(schema: JsonObject, indent: string, site: CompositionSite): string {
  const { context, prefix, asked } = site;
  const { $ref, anyOf, oneOf, allOf, ...own } = schema;
  const parts: string[] = [];
  const member = (below: JsonValue): string => printType(withTypeOf(schema, below), indent, context);
  // What is left may be a composition still, by its patterns: its object is printed all the same.
  if (Object.keys(own).length > 0) parts.push(printType(own, indent, { ...context, isOwn: true }));
  if (typeof $ref === "string") {
    const name = $ref.slice("#/$defs/".length);
    asked.add(name);
    parts.push(definitionName(prefix, name));
  }
  for (const members of [anyOf, oneOf]) {
    if (isJsonArray(members)) parts.push([...new Set(members.map(member))].map(parenthesized).join(" | "));
  }
  if (isJsonArray(allOf)) parts.push(...allOf.map(member));
  const said = [...new Set(parts)].filter((part) => part !== "unknown");
  if (said.length === 0) return "unknown";
  return said.length === 1 ? said.join("") : said.map(parenthesized).join(" & ");
}

function parenthesized(type: string): string {
  return /^[\w.]+$/.test(type) ? type : `(${type})`;
}

/** An alternative without a type is of the type of the whole: the value must obey both. */
function withTypeOf(whole: JsonObject, below: JsonValue): JsonValue {
  if (!isJsonObject(below) || whole["type"] === undefined || below["type"] !== undefined) return below;
  return isComposition(below) ? below : { type: whole["type"], ...below };
}
