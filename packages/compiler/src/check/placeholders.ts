// `<url>`, `<integer>`, `{ host: <string> }`: what kind of thing to write, for the help under a problem.
import { isJsonObject, isUnitName, type JsonObject, type JsonValue } from "@veltrix/protocol";

/** More keys than this are not spelt out. */
const MOST_KEYS = 6;

/** What to write for a value of `schema`; objects and lists are spelt out one level deep. */
export function placeholderFor(schema: JsonValue | undefined, isInside = false): string {
  if (!isJsonObject(schema)) return "<value>";
  if (schema["x-secret"] === true) return "!secret <secret name>/<key>";
  const unit = schema["x-type"];
  if (isUnitName(unit)) return `<${unit}>`;
  if (schema["const"] !== undefined) return JSON.stringify(schema["const"]);
  if (Array.isArray(schema["enum"]))
    return `<${schema["enum"].map((value: JsonValue) => (typeof value === "string" ? value : JSON.stringify(value))).join(" | ")}>`;
  if (typeof schema["format"] === "string") return `<${schema["format"]}>`;
  const type = schema["type"];
  if (type === "object") return isInside ? "{ ... }" : objectPlaceholder(schema);
  if (type === "array") return isInside || !isJsonObject(schema["items"]) ? "[ ... ]" : `[${placeholderFor(schema["items"], true)}]`;
  return `<${typeof type === "string" ? type : "value"}>`;
}

function objectPlaceholder({ required, properties }: JsonObject): string {
  if (!Array.isArray(required) || required.length === 0 || required.length > MOST_KEYS || !isJsonObject(properties)) return "{ ... }";
  const members = (required as readonly string[]).map((name) => `${name}: ${placeholderFor(memberOf(properties, name), true)}`);
  return `{ ${members.join(", ")} }`;
}

function memberOf(properties: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}
