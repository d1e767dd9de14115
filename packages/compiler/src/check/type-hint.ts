// What to write instead of a value of the wrong type, or out of its range.
import { isUnitName, type JsonObject, unitExamples } from "@veltrix/protocol";
import { isRawObject, type RawValue } from "../read/document.ts";
import { placeholderFor } from "./placeholders.ts";

/** A value of the wrong type: `text` as it is written, where it does not print as that; `name` of its key. */
export interface Mistyped {
  readonly value: RawValue | undefined;
  readonly text: string | undefined;
  readonly name: string;
}

const words: ReadonlyMap<string, boolean> = new Map([
  ...["true", "yes", "on", "y", "1", "enabled"].map((word) => [word, true] as const),
  ...["false", "no", "off", "n", "0", "disabled"].map((word) => [word, false] as const),
]);

/** What to write so that the value is of the type of `schema`. */
export function typeHint({ value, text, name }: Mistyped, schema: JsonObject): string {
  const type = schema["type"];
  const unit = schema["x-type"];
  if (value === null) return `write \`${name}: ${placeholderFor(schema)}\`, or remove the key where it may be absent`;
  if (isUnitName(unit)) return `write ${unitExamples[unit]}`;
  if (type === "string" && (typeof value === "number" || typeof value === "boolean"))
    return `write it in quotes: "${text ?? String(value)}"`;
  if ((type === "integer" || type === "number") && typeof value === "string") {
    const digits = value.replace(/(?<=[0-9])[_, '](?=[0-9]{3})/g, "");
    if (/^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/.test(digits))
      return digits === value ? `write it without quotes: ${digits}` : `write ${digits}`;
    return rangeHint(schema);
  }
  if (type === "integer" && typeof value === "number") return "write a whole number, or take `number` as the type in the contract";
  if (type === "boolean" && typeof value !== "object") {
    const meant = words.get(String(value).toLowerCase());
    return meant === undefined ? "write true or false, without quotes" : `write ${meant}, without quotes`;
  }
  if (type === "array" && typeof value !== "object") return `write a list: [${JSON.stringify(value) ?? ""}]`;
  if (isRawObject(value) && type === "array")
    return `write a list, whole: \`${name}: ${placeholderFor(schema)}\`; lists do not merge, so an object cannot change an item of one`;
  if (isRawObject(value) && type !== "object") return "write a single value here";
  return `write ${placeholderFor(schema)}`;
}

/** `write a number from 1 to 65535`. */
export function rangeHint(schema: JsonObject): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, type } = schema;
  const low = minimum ?? (exclusiveMinimum === undefined ? undefined : `more than ${String(exclusiveMinimum)}`);
  const high = maximum ?? (exclusiveMaximum === undefined ? undefined : `less than ${String(exclusiveMaximum)}`);
  const range =
    low !== undefined && high !== undefined
      ? ` from ${String(low)} to ${String(high)}`
      : low !== undefined
        ? ` from ${String(low)} upward`
        : high !== undefined
          ? ` up to ${String(high)}`
          : "";
  const step = multipleOf === undefined ? "" : ` in steps of ${String(multipleOf)}`;
  return `write a ${type === "integer" ? "whole " : ""}number${range}${step}`;
}
