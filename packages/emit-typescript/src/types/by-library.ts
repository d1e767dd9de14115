// Types of compositions by json-schema-to-typescript. It fetches references, reads files, pastes `tsType` as code and
// lets titles rename types: so it is given only what `normalise` leaves of a linked, checked schema, and is loaded only
// where a contract has a composition.
import { mapSchema } from "@veltrix/compiler";
import { isJsonObject, type JsonObject, type JsonValue, isJsonArray } from "@veltrix/protocol";
import type { NamedSchema } from "./composition.ts";
import { allowedIn } from "./print-type.ts";

/** Keywords that the library may see. Everything else (titles, annotations, `ts*`) it would act upon. */
const KNOWN: ReadonlySet<string> = new Set(
  "$ref type enum const properties required additionalProperties patternProperties items additionalItems prefixItems anyOf oneOf allOf".split(
    " ",
  ),
);

const DEEP_READONLY = "type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;\n";

/**
 * The declarations of `named`, readonly to the bottom; undefined for shapes that the library is known not to print
 * (it fails on some, and names types that it does not declare in others), which `composition.ts` prints.
 */
export async function printByLibrary(
  named: readonly NamedSchema[],
  definitions: JsonValue | undefined,
  prefix: string,
): Promise<string | undefined> {
  const { compile } = await import("json-schema-to-typescript");
  const root = `${prefix}CompositionRoot`;
  // The library's own JSONSchema4 type does not know a schema that was only checked, not typed.
  const schema = rootOf(named, definitions, prefix) as Parameters<typeof compile>[0];
  let text: string;
  try {
    text = await compile(schema, root, {
      bannerComment: "",
      format: false,
      ignoreMinAndMaxItems: true,
      additionalProperties: true,
      unreachableDefinitions: false,
      $refOptions: { resolve: { external: false } },
    });
  } catch {
    return undefined;
  }
  const declared = withoutRoot(withClosedEmpties(text), root);
  if (declared === undefined || !isComplete(declared, named, prefix)) return undefined;
  const frozen = named.map(({ name }) => `export type ${name} = DeepReadonly<${rawName(name)}>;\n`).join("");
  return `${declared}\n${frozen}${DEEP_READONLY}`;
}

/** One root that holds all of them: then each definition is declared once. */
function rootOf(named: readonly NamedSchema[], definitions: JsonValue | undefined, prefix: string): JsonObject {
  const owned = isJsonObject(definitions)
    ? Object.entries(definitions).map(([name, schema]) => [definitionName(prefix, name), normalise(schema, prefix)] as const)
    : [];
  return {
    type: "object",
    additionalProperties: false,
    required: named.map(({ name }) => rawName(name)),
    properties: Object.fromEntries(named.map(({ name }) => [rawName(name), { $ref: `#/definitions/${rawName(name)}` }])),
    definitions: Object.fromEntries([...named.map(({ name, schema }) => [rawName(name), normalise(schema, prefix)] as const), ...owned]),
  };
}

function rawName(name: string): string {
  return `${name}Raw`;
}

function definitionName(prefix: string, name: string): string {
  return `${prefix}Def${name.replace(/[^A-Za-z0-9]/g, "")}`;
}

function normalise(schema: JsonValue, prefix: string): JsonValue {
  return mapSchema(schema, (node) => {
    const kept: { [keyword: string]: JsonValue } = {};
    for (const [keyword, value] of Object.entries(node)) if (KNOWN.has(keyword)) kept[keyword] = value;
    const { $ref, prefixItems, items } = kept;
    if (isJsonArray(node["enum"])) kept["enum"] = allowedIn(node, node["enum"]);
    // The library prints `{}` for it, which is any value but null.
    if (isJsonObject(node["const"]) && Object.keys(node["const"]).length === 0) return { type: "object", additionalProperties: false };
    if (typeof $ref === "string") kept["$ref"] = `#/definitions/${definitionName(prefix, $ref.slice("#/$defs/".length))}`;
    if (!Array.isArray(prefixItems)) return kept;
    // The library reads tuples the way draft-07 wrote them.
    delete kept["prefixItems"];
    kept["items"] = prefixItems;
    if (items !== undefined) kept["additionalItems"] = items;
    return kept;
  });
}

/** `text` where a closed object without keys is none of every other type: `{}` is any value but null. */
function withClosedEmpties(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|\/\*[\s\S]*?\*\/|\{\s*\}/g, (part) => (part.startsWith("{") ? "{ [k: string]: never }" : part));
}

/** The root was only there to hold the others. */
function withoutRoot(text: string, root: string): string | undefined {
  const start = text.indexOf(`export interface ${root} {`);
  const end = start === -1 ? -1 : endOfBlock(text, text.indexOf("{", start));
  return end === -1 ? undefined : `${text.slice(0, start)}${text.slice(end)}`.trim();
}

/** Where the block that opens at `from` is over: braces count, but not inside texts and comments. */
function endOfBlock(text: string, from: number): number {
  const parts = /"(?:[^"\\]|\\.)*"|\/\*[\s\S]*?\*\/|[{}]/g;
  parts.lastIndex = from;
  let depth = 0;
  for (let match = parts.exec(text); match !== null; match = parts.exec(text)) {
    if (match[0] === "{") depth++;
    else if (match[0] === "}" && --depth === 0) return match.index + 1;
  }
  return -1;
}

/** Whether every name of ours that the text uses, or that was asked for, is declared in it. */
function isComplete(text: string, named: readonly NamedSchema[], prefix: string): boolean {
  const declared = new Set([...text.matchAll(/^export (?:type|interface) ([A-Za-z0-9_$]+)/gm)].map((match) => match[1]));
  // A text of a user may hold such a word in a literal: it is then printed by ourselves, which is never wrong.
  const used = [...text.matchAll(new RegExp(`\\b${prefix}(?:Type|Def)[A-Za-z0-9_$]*`, "g"))].map((match) => match[0]);
  return [...used, ...named.map(({ name }) => rawName(name))].every((name) => declared.has(name));
}
