// What ajv says of a value: the second judge, written by others and by another method. It shares with the first the
// grammar of formats and the matcher of patterns, which JSON Schema leaves to whoever implements it.
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import { formatNames, isOfFormat } from "@veltrix/protocol/engine";
import { compilePattern } from "../validate/index.ts";

/** A verdict: empty where the value is taken, else what is said of it; undefined where ajv's own code broke, and there is none. */
export type SecondJudge = (value: JsonValue) => readonly string[] | undefined;

/** Makes the second judge of a contract. */
export async function loadSecondJudge(): Promise<(schema: JsonObject) => SecondJudge> {
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const regExp = Object.assign(
    (source: string) => ({ test: (text: string) => compilePattern(source).test(text), toString: () => source }),
    { code: "patternOf" },
  );
  return (schema) => {
    const rules = {
      strict: false,
      validateSchema: false,
      allErrors: true,
      ownProperties: true,
      unicodeRegExp: true,
      multipleOfPrecision: 10,
    };
    const ajv = new Ajv2020({ ...rules, logger: false, code: { regExp } });
    for (const name of formatNames) ajv.addFormat(name, { type: "string", validate: (text: string) => isOfFormat(name, text) });
    const judge = ajv.compile(schema);
    return (value) => {
      try {
        return judge(value) ? [] : (judge.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`.trim());
      } catch {
        // Its code sets a member of an object that it has not made.
        return undefined;
      }
    };
  };
}

const IN_PLACE = ["$ref", "allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas"];

/**
 * What ajv is known to judge otherwise than the specification: with `minContains: 0` it still wants one item that
 * `maxContains` counts (JSON Schema 2020-12 validation, section 6.4.5), and it forgets what the alternatives and conditions beside
 * `unevaluatedProperties` and `unevaluatedItems` have looked at (JSON Schema 2020-12 core, section 11), or remembers it of
 * those that do not hold.
 */
export function knownFaults(schema: JsonValue): readonly string[] {
  const found = new Set<string>();
  visit(schema, found);
  return [...found].sort();
}

function visit(value: JsonValue, found: Set<string>): void {
  if (isJsonArray(value)) for (const item of value) visit(item, found);
  if (!isJsonObject(value)) return;
  for (const keyword of ["unevaluatedProperties", "unevaluatedItems"])
    if (Object.hasOwn(value, keyword))
      for (const other of [...IN_PLACE, "contains"]) if (Object.hasOwn(value, other)) found.add(`${keyword} beside ${other}`);
  if (value["minContains"] === 0 && Object.hasOwn(value, "maxContains")) found.add("maxContains beside minContains: 0");
  // A key of a contract that is called like a keyword only costs a second opinion.
  for (const below of Object.values(value)) visit(below, found);
}
