// `outputs.<name>` of the settings against the emitters of a build: every name is one of theirs, every option as they take it.
import { type Diagnostic, report, suggest } from "@veltrix/diagnostics";
import { appendToken, describeViolation, isJsonObject } from "@veltrix/protocol";
import { type Emitter, optionsOf } from "../emitter.ts";
import type { Model } from "../model.ts";
import { SETTINGS_FILE } from "../read/paths.ts";
import { validateValue, type Finding } from "../validate/interpreter.ts";

/** VX1009 for every option that no emitter takes. */
export function checkOptions(model: Model, emitters: readonly Emitter[]): readonly Diagnostic[] {
  const names = new Set(emitters.map(({ name }) => name));
  const unknown = Object.keys(model.settings.outputs.options).filter((name) => !names.has(name));
  return [...unknown.map((name) => reportUnknown(name, emitters)), ...emitters.flatMap((emitter) => checkOwn(emitter, model))];
}

function reportUnknown(name: string, emitters: readonly Emitter[]): Diagnostic {
  const takers = emitters.filter(({ optionsSchema }) => optionsSchema !== undefined).map((emitter) => emitter.name);
  const [nearest] = suggest(name, takers);
  const known = takers.length === 0 ? "no emitter of this build takes options" : `emitters that take options here: ${takers.join(", ")}`;
  return reportAt(
    appendToken("/outputs", name),
    `\`${name}\` is neither a setting of outputs nor an emitter of this build`,
    nearest === undefined ? `${known}; one of others is given by \`--emitter <package>\`` : `did you mean \`${nearest}\`?`,
  );
}

function checkOwn(emitter: Emitter, model: Model): readonly Diagnostic[] {
  const { name, optionsSchema } = emitter;
  const pointer = appendToken("/outputs", name);
  const isWritten = Object.hasOwn(model.settings.outputs.options, name);
  if (optionsSchema === undefined) return isWritten ? [reportAt(pointer, `the emitter ${name} takes no options`, "remove it")] : [];
  return validateValue(optionsSchema, optionsOf(emitter, model)).map((found) => {
    const isUnknown = found.rule === "additionalProperties" && typeof found.expected === "string";
    const [nearest] = isUnknown ? suggest(String(found.expected), namesIn(found)) : [];
    return reportAt(
      isWritten ? pointer + (isUnknown ? appendToken(found.pointer, String(found.expected)) : found.pointer) : "/outputs",
      `${pointer.slice(1)}${found.pointer}: ${describeViolation(found).replace("a key of the contract", `an option of ${name}`)}`,
      nearest === undefined ? `write it as the emitter ${name} takes it` : `did you mean \`${nearest}\`?`,
    );
  });
}

function namesIn({ schema }: Finding): readonly string[] {
  return isJsonObject(schema["properties"]) ? Object.keys(schema["properties"]) : [];
}

function reportAt(pointer: string, detail: string, hint: string): Diagnostic {
  return report("VX1009", { detail, hint }, { at: { file: SETTINGS_FILE, pointer, on: "key" } });
}
