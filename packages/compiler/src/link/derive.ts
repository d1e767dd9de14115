// What follows from a linked contract: the schema that config.json obeys, and the contract's fingerprint.
import { canonicalize, isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import { hashBytes } from "@veltrix/protocol/fingerprint";
import { descriptive, keywordShapes } from "./keywords.ts";

/** The schema of a delivered config.json: no secrets, no annotations, nothing that only describes. */
export function deliveredSchema(schema: JsonObject): JsonObject {
  // The root of a contract is an object, and so is what is left of it.
  return mapSchema(schema, deliver) as JsonObject;
}

function deliver(schema: JsonObject): JsonObject {
  const properties = schema["properties"];
  const leftOut = isJsonObject(properties) ? Object.keys(properties).filter((name) => isLeftOut(properties[name])) : [];
  const kept: { [keyword: string]: JsonValue } = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword.startsWith("x-") || descriptive.has(keyword) || keyword === "default") continue;
    if (leftOut.length > 0 && keyword === "properties" && isJsonObject(value)) {
      kept[keyword] = Object.fromEntries(Object.entries(value).filter(([name]) => !leftOut.includes(name)));
    } else if (leftOut.length > 0 && keyword === "required" && Array.isArray(value)) {
      const required = value.filter((name: JsonValue) => !leftOut.includes(String(name)));
      if (required.length > 0) kept[keyword] = required;
    } else kept[keyword] = value;
  }
  return kept;
}

/** Secrets are never delivered, and what was renamed is delivered under its new name. */
function isLeftOut(schema: JsonValue | undefined): boolean {
  return isJsonObject(schema) && (schema["x-secret"] === true || schema["x-renamed-to"] !== undefined);
}

/** Hash of what a contract checks and promises: titles, descriptions, examples, comments and the owner do not count. */
export function contractFingerprint(schema: JsonObject): string {
  const normal = mapSchema(schema, (node) => {
    const kept: { [keyword: string]: JsonValue } = {};
    for (const [keyword, value] of Object.entries(node)) {
      if (descriptive.has(keyword)) continue;
      if (keyword === "x-veltrix" && isJsonObject(value)) {
        const { owner: _owner, ...rest } = value;
        kept[keyword] = rest;
      } else kept[keyword] = keyword === "required" && Array.isArray(value) ? [...value].sort() : value;
    }
    return kept;
  });
  return hashBytes(canonicalize(normal));
}

/** `schema` with every schema node in it replaced by what `change` makes of it, parents first. */
export function mapSchema(schema: JsonValue, change: (node: JsonObject) => JsonObject): JsonValue {
  if (!isJsonObject(schema)) return schema;
  const mapped: { [keyword: string]: JsonValue } = {};
  for (const [keyword, value] of Object.entries(change(schema))) {
    switch (keywordShapes[keyword]) {
      case "schema":
      case "schema-or-schemas":
        mapped[keyword] = mapSchema(value, change);
        break;
      case "schemas":
        mapped[keyword] = Array.isArray(value) ? value.map((item: JsonValue) => mapSchema(item, change)) : value;
        break;
      case "schema-map":
        mapped[keyword] = isJsonObject(value)
          ? Object.fromEntries(Object.entries(value).map(([key, below]) => [key, mapSchema(below, change)]))
          : value;
        break;
      default:
        mapped[keyword] = value;
    }
  }
  return mapped;
}
