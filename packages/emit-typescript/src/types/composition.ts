// Types of compositions (`anyOf`, `oneOf`, `$ref`, `patternProperties` ...), by json-schema-to-typescript.
// It fetches references, reads files, pastes `tsType` as code and lets titles rename types: so it is given only
// what `normalise` leaves of a linked, checked schema, and loaded only where a contract needs it.
import { mapSchema } from "@veltrix/compiler";
import { isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";

/** A type that was asked for by name. */
export interface NamedSchema {
  readonly name: string;
  readonly schema: JsonObject;
}

/** The declarations of `named`, exported, one after another; `definitions` are what their `$ref`s name. */
export async function printCompositions(named: readonly NamedSchema[], definitions: JsonValue | undefined): Promise<string> {
  if (named.length === 0) return "";
  const { compile } = await import("json-schema-to-typescript");
  // One root that holds all of them: then each definition is declared once.
  const prefix = named[0]?.name ?? "";
  const properties = Object.fromEntries(named.map(({ name }) => [name, { $ref: `#/definitions/${name}` }]));
  const owned = isJsonObject(definitions)
    ? Object.entries(definitions).map(([name, schema]) => [`${prefix}_${name}`, normalise(schema, prefix)])
    : [];
  const root = {
    type: "object",
    additionalProperties: false,
    required: named.map(({ name }) => name),
    properties,
    definitions: Object.fromEntries([...named.map(({ name, schema }) => [name, normalise(schema, prefix)]), ...owned]),
  };
  // The library's own JSONSchema4 type does not know a schema that was only checked, not typed.
  const text = await compile(root as Parameters<typeof compile>[0], `${prefix}Root`, {
    bannerComment: "",
    format: false,
    ignoreMinAndMaxItems: true,
    strictIndexSignatures: false,
    additionalProperties: true,
    declareExternallyReferenced: true,
    unreachableDefinitions: false,
    $refOptions: { resolve: { external: false } },
  });
  return withoutRoot(text, `${prefix}Root`);
}

/** Keywords that the library may see. Everything else (titles, annotations, `ts*`) it would act upon. */
const KNOWN: ReadonlySet<string> = new Set([
  "$ref",
  "type",
  "enum",
  "const",
  "properties",
  "required",
  "additionalProperties",
  "patternProperties",
  "items",
  "additionalItems",
  "prefixItems",
  "anyOf",
  "oneOf",
  "allOf",
]);

function normalise(schema: JsonValue, prefix: string): JsonValue {
  return mapSchema(schema, (node) => {
    const kept: { [keyword: string]: JsonValue } = {};
    for (const [keyword, value] of Object.entries(node)) if (KNOWN.has(keyword)) kept[keyword] = value;
    const ref = kept["$ref"];
    if (typeof ref === "string") kept["$ref"] = `#/definitions/${prefix}_${ref.slice("#/$defs/".length)}`;
    const prefixItems = kept["prefixItems"];
    if (Array.isArray(prefixItems)) {
      // The library reads tuples the way draft-07 wrote them.
      const rest = kept["items"];
      delete kept["prefixItems"];
      kept["items"] = prefixItems;
      if (rest !== undefined) kept["additionalItems"] = rest;
    }
    return kept;
  });
}

/** The root was only there to hold the others. It is the one declaration whose name we chose and nobody asked for. */
function withoutRoot(text: string, root: string): string {
  const start = text.indexOf(`export interface ${root} {`);
  if (start === -1) throw new Error(`json-schema-to-typescript did not declare ${root}`);
  const end = text.indexOf("\n}", start);
  return `${text.slice(0, start)}${text.slice(end + 2)}`.trim();
}
