// validate.js: whether a delivered config, and each secret, obeys the contract. Self-contained.
import type { Key, Service } from "@veltrix/compiler";
import { isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import { HEADER, literal } from "../text.ts";
import { CompactWriter, isPlain } from "./compact.ts";
import { printHelpers } from "./helpers.ts";

/** The text of validate.js. */
export async function printValidator(service: Service): Promise<string> {
  const writer = new CompactWriter();
  const { delivered } = service.contract;
  const config = isPlain(delivered) ? printPlain(writer, delivered) : await printComposed(writer, delivered);
  const secrets = service.contract.keys.filter((key) => key.secret).map((key) => printSecret(writer, key));
  return `${HEADER}${printHelpers(writer.helpers)}${writer.printConstants()}${config}
export function validateSecret(pointer, value) {
  const out = [];
  switch (pointer) {
${secrets.join("")}  }
  for (const violation of out) violation.pointer = pointer;
  return out;
}
`;
}

function printPlain(writer: CompactWriter, schema: JsonObject): string {
  return `
export function validate(value) {
  const out = [];
${writer.write(schema, "value ?? null", "  ")}  return out;
}
`;
}

async function printComposed(writer: CompactWriter, schema: JsonObject): Promise<string> {
  const { CONVERT, printStandalone } = await import("./standalone.ts");
  const { code, helpers } = await printStandalone(schema);
  for (const helper of helpers) writer.helpers.add(helper);
  return `${code}
${CONVERT}
export function validate(value) {
  return check(value) ? [] : violationsOf(check.errors);
}
`;
}

function printSecret(writer: CompactWriter, key: Key): string {
  const schema = isJsonObject(key.schema) ? key.schema : {};
  const checks: { [keyword: string]: JsonValue } = {};
  for (const keyword of ["minLength", "maxLength", "pattern", "format", "enum", "const"]) {
    const value = schema[keyword];
    if (value !== undefined) checks[keyword] = value;
  }
  const body = writer.write({ type: "string", ...checks }, "value", "      ");
  return `    case ${literal(key.pointer)}:\n${body}      break;\n`;
}
