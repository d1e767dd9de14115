// Texts that nobody meant to deploy: placeholders that were never filled in, and blanks that nobody sees.
import type { JsonObject } from "@veltrix/protocol";
import type { Finding } from "../validate/interpreter.ts";

const words = /^(?:change[-_ ]?me|replace[-_ ]?me|fill[-_ ]?me[-_ ]?in|todo|tbd|fixme|x{4,}|<[a-z][a-z0-9 _-]*>)$/i;
const templates: readonly RegExp[] = [/\$\{[A-Za-z_][A-Za-z0-9_.:-]*\}/, /\{\{[^}]*\}\}/, /<no value>/, /%[A-Z][A-Z0-9_]{2,}%/];

/** What is wrong with a text, whatever its contract says of it; undefined when nothing is. */
export function judgeText(text: string, schema: JsonObject, pointer: string): Finding | undefined {
  // A contract that says what kind of document its text is, or lists its texts, means what it says.
  if (schema["contentMediaType"] !== undefined || schema["enum"] !== undefined || schema["const"] !== undefined) return undefined;
  const placeholder = words.exec(text)?.[0] ?? templates.map((template) => template.exec(text)?.[0]).find((found) => found !== undefined);
  if (placeholder !== undefined) return { pointer, rule: "placeholder", expected: placeholder, schema };
  const isSeveralLines = text.trimEnd().includes("\n");
  if (/^\s/.test(text)) return { pointer, rule: "blank", expected: "begins", schema };
  if (/\s$/.test(text) && !isSeveralLines) return { pointer, rule: "blank", expected: "ends", schema };
  return undefined;
}
