// Rules that look at a value alone, and not into what it holds.
import { isJsonObject, type JsonValue } from "../json.ts";
import { hasTwins, isSame } from "./equality.ts";
import { isOfFormat } from "./formats.ts";
import { compilePattern } from "./patterns.ts";
import type { Pattern } from "./program.ts";

/** True when `value` is of one of the types, named as JSON Schema does. */
export function isOfType(value: JsonValue, types: JsonValue): boolean {
  return Array.isArray(types) ? types.some((name: JsonValue) => isOfOneType(value, name)) : isOfOneType(value, types);
}

function isOfOneType(value: JsonValue, type: JsonValue): boolean {
  switch (type) {
    case "integer":
      return Number.isInteger(value);
    case "array":
      return Array.isArray(value);
    case "null":
      return value === null;
    case "object":
      return isJsonObject(value);
    default:
      return typeof value === type;
  }
}

/** True where `value` breaks a rule; undefined for a rule that is none of these. A rule for values of another type holds. */
export function isBroken(rule: string, limit: JsonValue, value: JsonValue): boolean | undefined {
  switch (rule) {
    case "enum":
      // The lint proved that it is a list.
      return !(limit as readonly JsonValue[]).some((item) => isSame(item, value));
    case "const":
      return !isSame(limit, value);
    case "pattern":
      // `compact.ts` writes patterns as the engine takes them.
      return typeof value === "string" && !compilePattern(limit as Pattern).test(value);
    case "format":
      return typeof value === "string" && !isOfFormat(String(limit), value);
    case "multipleOf":
      return typeof value === "number" && !isMultiple(value, Number(limit));
    case "uniqueItems":
      return limit === true && Array.isArray(value) && hasTwins(value);
    default:
      return isBeyond(rule, Number(limit), value);
  }
}

function isBeyond(rule: string, limit: number, value: JsonValue): boolean | undefined {
  switch (rule) {
    case "minimum":
      return typeof value === "number" && value < limit;
    case "maximum":
      return typeof value === "number" && value > limit;
    case "exclusiveMinimum":
      return typeof value === "number" && value <= limit;
    case "exclusiveMaximum":
      return typeof value === "number" && value >= limit;
    case "minLength":
      return typeof value === "string" && value.length < limit * 2 && lengthOf(value) < limit;
    case "maxLength":
      // No text has more code points than units: few need to be counted.
      return typeof value === "string" && value.length > limit && lengthOf(value) > limit;
    case "minItems":
      return Array.isArray(value) && value.length < limit;
    case "maxItems":
      return Array.isArray(value) && value.length > limit;
    case "minProperties":
      return isJsonObject(value) && Object.keys(value).length < limit;
    case "maxProperties":
      return isJsonObject(value) && Object.keys(value).length > limit;
    default:
      return undefined;
  }
}

/** Code points, as JSON Schema counts. */
function lengthOf(text: string): number {
  return [...text].length;
}

/** Decided on the digits, because 0.3 is a multiple of 0.1 to everyone but a float. */
function isMultiple(value: number, step: number): boolean {
  const [digits, exponent] = decimalOf(value);
  const [ofStep, exponentOfStep] = decimalOf(step);
  const lowest = Math.min(exponent, exponentOfStep);
  return (digits * 10n ** BigInt(exponent - lowest)) % (ofStep * 10n ** BigInt(exponentOfStep - lowest)) === 0n;
}

/** A number as the digits that it is written with, and the power of ten of the last one. */
function decimalOf(value: number): readonly [bigint, number] {
  const [mantissa = "", exponent = "0"] = String(value).split("e");
  const [whole = "", part = ""] = mantissa.split(".");
  return [BigInt(whole + part), Number(exponent) - part.length];
}
