// What `outputs` says to emitters: every name is one of theirs, every option as they take it.
import { type Diagnostic, report, suggest } from "@veltrix/diagnostics";
import { appendToken, describeViolation, isJsonObject, type JsonValue, isJsonArray } from "@veltrix/protocol";
import { type EmitterOptions, optionsOf, outputNames } from "./emitter-options.ts";
import type { Settings } from "../model.ts";
import { SETTINGS_FILE } from "../read/paths.ts";
import { type SchemaViolation, validateValue } from "../validate/interpreter.ts";

/** VX1009 for every option that no emitter takes: a warning where there may be `others`, whose packages are named elsewhere. */
export function checkOutputs(settings: Settings, emitters: readonly EmitterOptions[], others: boolean): readonly Diagnostic[] {
  const names = new Set(emitters.flatMap(outputNames));
  const unknown = Object.keys(settings.outputs.options).filter((name) => !names.has(name));
  return [...unknown.map((name) => reportUnknown(name, emitters, others)), ...emitters.flatMap((emitter) => checkOwn(emitter, settings))];
}

function reportUnknown(name: string, emitters: readonly EmitterOptions[], others: boolean): Diagnostic {
  const takers = emitters.filter(({ optionsSchema }) => optionsSchema !== undefined).flatMap(outputNames);
  const [nearest] = suggest(name, ["package", "folder", ...takers]);
  const known = takers.length === 0 ? "no emitter of this build takes options" : `emitters take here: ${takers.join(", ")}`;
  return reportAt(
    appendToken("/outputs", name),
    `\`${name}\` is neither a setting of outputs nor an emitter of this build`,
    nearest === undefined
      ? `${known}; an emitter of others is given by \`veltrix build --emitter <package>\``
      : `did you mean \`${nearest}\`?`,
    nearest === undefined && others ? "warning" : "error",
  );
}

function checkOwn(emitter: EmitterOptions, settings: Settings): readonly Diagnostic[] {
  const { name, optionsSchema } = emitter;
  const isOwner = emitter.ownsNames === true;
  const pointer = isOwner ? "/outputs" : appendToken("/outputs", name);
  const { options } = settings.outputs;
  const isWritten = isOwner || Object.hasOwn(options, name);
  if (optionsSchema === undefined) return isWritten ? [reportAt(pointer, `the emitter ${name} takes no options`, "remove it")] : [];
  // Whatever is written is judged, an object or not.
  const said: JsonValue = isOwner ? optionsOf(emitter, { settings }) : isWritten ? (options[name] ?? null) : {};
  return validateValue(optionsSchema, said).map((found) => {
    const isUnknown = found.rule === "additionalProperties" && typeof found.expected === "string";
    const [nearest] = isUnknown ? suggest(String(found.expected), namesIn(found)) : [];
    return reportAt(
      isWritten ? pointer + (isUnknown ? appendToken(found.pointer, String(found.expected)) : found.pointer) : "/outputs",
      `${pointer.slice(1)}${found.pointer}: ${describeViolation(found).replace("a key of the contract", isOwner ? "known here" : `an option of ${name}`)}`,
      nearest === undefined ? (hintOf(found) ?? `write it as the emitter ${name} takes it`) : `did you mean \`${nearest}\`?`,
    );
  });
}

/** An example of the emitter's own, where its schema has one for the option. */
function hintOf({ schema, rule, expected }: SchemaViolation): string | undefined {
  const properties = schema["properties"];
  const missing = rule === "required" && isJsonObject(properties) ? properties[String(expected)] : undefined;
  const examples = (isJsonObject(missing) ? missing : schema)["examples"];
  const [first] = isJsonArray(examples) ? examples : [];
  return first === undefined ? undefined : `write it like \`${typeof first === "string" ? first : JSON.stringify(first)}\``;
}

function namesIn({ schema }: SchemaViolation): readonly string[] {
  return isJsonObject(schema["properties"]) ? Object.keys(schema["properties"]) : [];
}

function reportAt(pointer: string, detail: string, hint: string, severity: "error" | "warning" = "error"): Diagnostic {
  return report("VX1009", { detail, hint }, { at: { file: SETTINGS_FILE, pointer, on: "key" }, severity });
}
