// validate.js: whether a delivered config, and each secret, obeys the contract. Self-contained.
import type { Key, Service } from "@veltrix/compiler";
import { isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import { HEADER } from "../text.ts";
import { printHelpers } from "./helpers.ts";
import { isPlain, RulesWriter } from "./plain.ts";

/** The text of validate.js. */
export async function printValidator(service: Service): Promise<string> {
  const writer = new RulesWriter();
  const { delivered, keys } = service.contract;
  const secretRules = Object.fromEntries(keys.filter((key) => key.secret).map((key) => [key.pointer, textRules(key)]));
  const hasSecrets = Object.keys(secretRules).length > 0;
  if (hasSecrets) writer.helpers.add("has");
  const secrets = hasSecrets ? writer.writeAll("secrets", secretRules) : "";
  const config = isPlain(delivered) ? printPlain(writer, delivered) : await printComposed(writer, delivered);
  return `${HEADER}${printHelpers(writer.helpers)}${writer.printTables()}${secrets}${config}
export function validateSecret(pointer, value) {
  const out = [];
${hasSecrets ? "  if (has(secrets, pointer)) check(out, secrets[pointer], value, pointer);\n" : ""}  return out;
}
`;
}

function printPlain(writer: RulesWriter, schema: JsonObject): string {
  return `${writer.write("rules", schema)}
export function validate(value) {
  const out = [];
  check(out, rules, value ?? null, "");
  return out;
}
`;
}

async function printComposed(writer: RulesWriter, schema: JsonObject): Promise<string> {
  const { CONVERT, printStandalone } = await import("./standalone.ts");
  const { code, helpers } = await printStandalone(schema);
  for (const helper of helpers) writer.helpers.add(helper);
  return `${code}
${CONVERT}
export function validate(value) {
  return conforms(value) ? [] : violationsOf(conforms.errors);
}
`;
}

/** The rules of a secret's text. */
function textRules(key: Key): JsonObject {
  const schema = isJsonObject(key.schema) ? key.schema : {};
  const checks: { [keyword: string]: JsonValue } = { type: "string" };
  for (const keyword of ["minLength", "maxLength", "pattern", "format", "enum", "const"]) {
    const value = schema[keyword];
    if (value !== undefined) checks[keyword] = value;
  }
  return checks;
}
