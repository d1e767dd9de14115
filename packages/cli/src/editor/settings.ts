// .vscode/settings.json: which schema each values file has, and that our tags are known. Comments and everything else stay.
import { isJsonObject } from "@veltrix/protocol";
import type { Model } from "@veltrix/compiler";
import { applyEdits, type FormattingOptions, modify, parse, type ParseError } from "jsonc-parser";

/** The text of the settings, or what is wrong with the one that is there. */
export type SettingsEdit = { readonly kind: "text"; readonly text: string } | { readonly kind: "unusable"; readonly detail: string };

/** The tags of values files, as the YAML extension names them. */
const CUSTOM_TAGS: readonly string[] = [
  "!ref scalar",
  "!secret scalar",
  "!text scalar",
  "!unset scalar",
  "!replace mapping",
  "!replace sequence",
];

const SCHEMAS = "yaml.schemas";
const TAGS = "yaml.customTags";
const SCHEMA_FILE = "values-files.schema.json";
const layout: FormattingOptions = { insertSpaces: true, tabSize: 2, eol: "\n" };

/** Path of a service's editor schema, relative to the workspace. */
export function schemaFileOf(model: Model, service: string): string {
  return `${model.settings.outputs.folder}/${service}/${SCHEMA_FILE}`;
}

/** `before`: the present text, where there is one. */
export function editSettings(before: string | undefined, model: Model): SettingsEdit {
  const text = before === undefined || before.trim() === "" ? "{}\n" : before;
  const errors: ParseError[] = [];
  const settings: unknown = parse(text, errors, { allowTrailingComma: true });
  if (errors.length > 0 || !isJsonObject(settings)) return { kind: "unusable", detail: "is not a JSON object with comments" };
  const schemas = settings[SCHEMAS] ?? {};
  if (!isJsonObject(schemas)) return { kind: "unusable", detail: `has \`${SCHEMAS}\` that is not an object` };
  const tags = settings[TAGS] ?? [];
  if (!Array.isArray(tags)) return { kind: "unusable", detail: `has \`${TAGS}\` that is not a list` };
  return { kind: "text", text: withTags(withSchemas(text, schemas, model), tags) };
}

function withSchemas(text: string, schemas: { readonly [file: string]: unknown }, model: Model): string {
  const wanted = new Map(model.services.map(({ id }) => [`./${schemaFileOf(model, id)}`, `schemas/${id}/values/*.yaml`]));
  let edited = text;
  for (const file of Object.keys(schemas)) {
    const isOurs = file.startsWith(`./${model.settings.outputs.folder}/`) && file.endsWith(`/${SCHEMA_FILE}`);
    if (isOurs && !wanted.has(file)) edited = change(edited, [SCHEMAS, file], undefined);
  }
  for (const [file, glob] of wanted)
    if (JSON.stringify(schemas[file]) !== JSON.stringify([glob])) edited = change(edited, [SCHEMAS, file], [glob]);
  return edited;
}

function withTags(text: string, tags: readonly unknown[]): string {
  const missing = CUSTOM_TAGS.filter((tag) => !tags.includes(tag));
  return missing.length === 0 ? text : change(text, [TAGS], [...tags, ...missing]);
}

function change(text: string, path: readonly string[], value: unknown): string {
  return applyEdits(text, modify(text, [...path], value, { formattingOptions: layout }));
}
