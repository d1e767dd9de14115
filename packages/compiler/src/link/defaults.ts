// A default is a value like any other: one that breaks its own key's rules is wrong before anybody relies on it.
import { appendToken, describeViolation, isJsonObject, type JsonValue } from "@veltrix/protocol";
import type { Key } from "../model.ts";
import type { Problems } from "../read/document.ts";
import { validateValue } from "../validate/interpreter.ts";
import { placeOfSchema } from "./schema.ts";

/**
 * Notes every default of `keys` that its own schema refuses. In lists and alternatives a default only describes:
 * nothing ever fills it in.
 */
export function checkDefaults(keys: readonly Key[], definitions: JsonValue | undefined, problemsOf: (file: string) => Problems): void {
  for (const { schema, pointer: key } of keys) {
    if (!isJsonObject(schema) || schema["default"] === undefined) continue;
    const place = placeOfSchema(schema);
    const whole = definitions === undefined ? schema : { ...schema, $defs: definitions };
    const [violation] = validateValue(whole, schema["default"]);
    if (place === undefined || violation === undefined) continue;
    const detail = `${violation.pointer === "" ? "it" : violation.pointer} ${describeViolation(violation)}`;
    const at = { pointer: appendToken(place.pointer, "default"), on: "value" as const };
    problemsOf(place.file).add("VX1120", { key, value: schema["default"], detail }, at);
  }
}
