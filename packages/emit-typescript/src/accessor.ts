// index.js: what a service imports. Nothing in it depends on a value, a description or an environment's settings.
import type { JsonSchema, Key, Service } from "@veltrix/compiler";
import {
  appendToken,
  isJsonObject,
  isSecretType,
  isUnitName,
  type JsonObject,
  type JsonValue,
  type SecretDefinition,
  type ServiceDefinition,
  type UnitName,
  type VariableType,
  isJsonArray,
} from "@veltrix/protocol";
import type { Validator } from "@veltrix/protocol/engine";
import { findSuspect } from "@veltrix/protocol/texts";
import { HEADER, literal } from "./text.ts";

/** Members of the definition that are code of its own; the validator is made of rules, and the others are data of the contract. */
type CodeMember = {
  [M in keyof ServiceDefinition]-?: NonNullable<ServiceDefinition[M]> extends (...given: never) => unknown ? M : never;
}[Exclude<keyof ServiceDefinition, keyof Validator>];

const CODE: { readonly [M in CodeMember]: string } = {
  fingerprints: 'async () => (await import("./fingerprints.json", { with: { type: "json" } })).default',
};

/** The text of index.js. */
export function printAccessor(service: Service): string {
  const data = Object.entries(dataOf(service)).map(([name, value]) => [name, isTable(value) ? printTable(value) : literal(value)] as const);
  const members = [...data, ...Object.entries(CODE)];
  return `${HEADER}import { defineService, defineValidator } from "@veltrix/runtime";
import { rules } from "./validate.js";

const service = defineService({
${members.map(([name, value]) => `  ${name}: ${value},\n`).join("")}  ...defineValidator(rules),
});

export const { loadConfig, loadConfigOrExit, createTestConfig } = service;
`;
}

/** What the definition says of a contract, in the order in which it is printed. */
function dataOf({ id, contract }: Service): Omit<ServiceDefinition, CodeMember | keyof Validator> {
  const { keys } = contract;
  const variables = keys.flatMap(({ variable, ...key }) => (variable === undefined || key.secret ? [] : [{ ...key, variable }]));
  const meant = keys.filter((key) => !key.secret && isMeant(key.schema)).map((key) => key.pointer);
  return {
    service: id,
    contract: contract.fingerprint,
    contractVersion: contract.version,
    hot: keys.filter((key) => key.hot === "root").map((key) => key.pointer),
    secrets: byPointer(keys.filter((key) => key.secret).map((key) => [key.pointer, secretOf(key)])),
    units: byPointer(unitsOf(contract.schema)),
    variables: byPointer(variables.map((key) => [key.pointer, { name: key.variable, type: variableType(key) }])),
    ...(meant.length === 0 ? {} : { meantTexts: meant }),
    withoutVariable: withoutVariable(keys),
    requiredIn: byPointer(keys.filter((key) => key.requiredIn.length > 0).map((key) => [key.pointer, key.requiredIn])),
  };
}

/** Members by pointer, one a line. Pointers begin with `/` or are empty, so no member has a meaning to JavaScript. */
function byPointer<T>(entries: readonly (readonly [string, T])[]): { readonly [pointer: string]: T } {
  return Object.fromEntries(entries);
}

function isTable(value: unknown): value is { readonly [pointer: string]: unknown } {
  return typeof value === "object" && !Array.isArray(value);
}

function printTable(table: { readonly [pointer: string]: unknown }): string {
  const entries = Object.entries(table);
  if (entries.length === 0) return "{}";
  return `{\n${entries.map(([pointer, value]) => `    ${literal(pointer)}: ${literal(value)},\n`).join("")}  }`;
}

/** Every `x-type` with its pointer; `*` stands for the items of an array. */
function unitsOf(schema: JsonObject): readonly (readonly [string, UnitName])[] {
  const found: (readonly [string, UnitName])[] = [];
  const visit = (node: JsonValue | undefined, pointer: string): void => {
    if (!isJsonObject(node)) return;
    const unit = node["x-type"];
    if (isUnitName(unit) && node["x-secret"] !== true) found.push([pointer, unit]);
    if (isJsonObject(node["properties"]))
      for (const [name, below] of Object.entries(node["properties"])) visit(below, appendToken(pointer, name));
    if (isJsonObject(node["items"])) visit(node["items"], `${pointer}/*`);
    if (isJsonArray(node["allOf"])) for (const member of node["allOf"]) visit(member, pointer);
  };
  visit(schema, "");
  return found;
}

/** A secret's variable stands with the secret: its text is never a value. */
function secretOf({ required, variable, schema }: Key): SecretDefinition {
  const { "x-type": type, contentMediaType }: JsonObject = isJsonObject(schema) ? schema : {};
  return {
    required,
    ...(variable === undefined ? {} : { variable }),
    ...(isSecretType(type) ? { type } : {}),
    ...(contentMediaType === undefined ? {} : { isDocument: true }),
  };
}

/** A text of the key means itself: it is a document, or the contract itself names one that looks like a slip. */
function isMeant(schema: JsonSchema): boolean {
  if (!isJsonObject(schema)) return false;
  const { contentMediaType, enum: members, const: only } = schema;
  const named = [...(members !== undefined && isJsonArray(members) ? members : []), only];
  return contentMediaType !== undefined || named.some((text) => typeof text === "string" && findSuspect(text) !== undefined);
}

/** How the text of the key's variable becomes a value. The contract allows one type; lists and objects are JSON. */
function variableType(key: Key): VariableType {
  const type = isJsonObject(key.schema) ? key.schema["type"] : undefined;
  switch (type) {
    case "string":
    case "integer":
    case "number":
    case "boolean":
      return type;
    default:
      return "json";
  }
}

/** Required keys that no variable carries: neither their own, nor one of an object above them, nor those of all keys below. */
function withoutVariable(keys: readonly Key[]): readonly string[] {
  const isCarried = (pointer: string): boolean =>
    keys.some((key) => key.variable !== undefined && (pointer === key.pointer || pointer.startsWith(`${key.pointer}/`)));
  return keys.filter((key) => key.isLeaf && !key.secret && key.required && !isCarried(key.pointer)).map((key) => key.pointer);
}
