// One text to one value, by a strict grammar per type: the whole string, nothing trimmed, nothing guessed.
import type { JsonValue } from "@veltrix/protocol";
import type { VariableType } from "./definition.ts";
import { parseStrict } from "@veltrix/protocol/strict-json";

/** The value, or what the text should have been. */
export type Decoded = { readonly kind: "value"; readonly value: JsonValue } | { readonly kind: "undecodable"; readonly expected: string };

const integerPattern = /^-?(0|[1-9][0-9]*)$/;
const numberPattern = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/;

/** Decodes `text` as `type`. Numbers have no exponent, no hex, no sign but `-`; `json` is any JSON. */
export function decodeText(type: VariableType, text: string): Decoded {
  switch (type) {
    case "string":
      return { kind: "value", value: text };
    case "integer":
      return number(text, integerPattern, Number.isSafeInteger, "an integer such as 42");
    case "number":
      return number(text, numberPattern, Number.isFinite, "a number such as 42 or 0.5");
    case "boolean":
      return text === "true" || text === "false"
        ? { kind: "value", value: text === "true" }
        : { kind: "undecodable", expected: "true or false" };
    case "json": {
      const parsed = parseStrict(text);
      return parsed.kind === "value" ? parsed : { kind: "undecodable", expected: `JSON (${parsed.reason})` };
    }
  }
}

function number(text: string, grammar: RegExp, isExact: (value: number) => boolean, expected: string): Decoded {
  const value = grammar.test(text) ? Number(text) : Number.NaN;
  // Zero has one spelling: the canonical form of -0 is 0.
  return isExact(value) ? { kind: "value", value: value === 0 ? 0 : value } : { kind: "undecodable", expected };
}
