// JSON values and their canonical text (RFC 8785), the one spelling that every fingerprint is taken of.

/** A value that JSON can carry. Objects may have any prototype, `null` included. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: JsonValue };

/** True when `value` is a JSON object: not null, not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True when `value` is a JSON array: `Array.isArray` would make its items `any`. */
export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Thrown where a value has no canonical form: it is not I-JSON (RFC 7493). */
export class NotCanonicalError extends Error {
  readonly pointer: string;
  constructor(pointer: string, reason: string) {
    super(`${pointer === "" ? "the root" : pointer} has no canonical form: ${reason}`);
    this.name = "NotCanonicalError";
    this.pointer = pointer;
  }
}

// Not `\p{Surrogate}`: to look that name up takes an engine longer than a service needs to read its configuration.
const loneSurrogate = /[\ud800-\udfff]/u;

/**
 * The canonical text of a value: RFC 8785 (JCS). Keys in UTF-16 code unit order, no whitespace,
 * numbers as ECMAScript prints them (so `-0` is `0` and `1.0` is `1`).
 *
 * @throws NotCanonicalError for NaN, infinities, undefined, functions, and lone surrogates.
 */
export function canonicalize(value: JsonValue, pointer = ""): string {
  switch (typeof value) {
    case "string":
      return canonicalString(value, pointer);
    case "number":
      if (!Number.isFinite(value)) throw new NotCanonicalError(pointer, `${value} is not a JSON number`);
      return JSON.stringify(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      break;
    default:
      throw new NotCanonicalError(pointer, `${typeof value} is not a JSON type`);
  }
  if (value === null) return "null";
  if (Array.isArray(value)) {
    return `[${value.map((item: JsonValue, index) => canonicalize(item, `${pointer}/${index}`)).join(",")}]`;
  }
  const members = Object.keys(value)
    .sort()
    .map((key) => {
      const at = appendToken(pointer, key);
      // Object.keys gave the key, so the member exists.
      return `${canonicalString(key, at)}:${canonicalize((value as JsonObject)[key] as JsonValue, at)}`;
    });
  return `{${members.join(",")}}`;
}

function canonicalString(text: string, pointer: string): string {
  if (loneSurrogate.test(text)) throw new NotCanonicalError(pointer, "it holds half of a surrogate pair");
  return JSON.stringify(text);
}

/** `pointer` extended by one reference token (RFC 6901). */
export function appendToken(pointer: string, token: string | number): string {
  const text = String(token);
  const escaped = text.includes("~") || text.includes("/") ? text.replaceAll("~", "~0").replaceAll("/", "~1") : text;
  return `${pointer}/${escaped}`;
}

/** The reference tokens of a JSON pointer (RFC 6901), or undefined when it is not one. */
export function parsePointer(pointer: string): readonly string[] | undefined {
  if (pointer === "") return [];
  if (!pointer.startsWith("/")) return undefined;
  const tokens = pointer.slice(1).split("/");
  if (!pointer.includes("~")) return tokens;
  return /~(?![01])/.test(pointer) ? undefined : tokens.map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

const isEnumerable = Object.prototype.propertyIsEnumerable;

/**
 * What `pointer` names inside `value`, own members only; undefined when it names nothing. Walks that do more at a step
 * (build what is missing, follow tags, know places in YAML) stand by themselves, on `parsePointer` and `memberOf`.
 */
export function valueAt(value: JsonValue | undefined, pointer: string): JsonValue | undefined {
  let current = value;
  for (const token of parsePointer(pointer) ?? []) current = memberOf(current, token);
  return current;
}

/** What one reference token names inside `value`: an own member of an object, or the item with that number; else undefined. */
export function memberOf(value: JsonValue | undefined, token: string): JsonValue | undefined {
  // Enumerable ones alone: `length` is an own member of every array, and no item.
  if (typeof value !== "object" || value === null || !isEnumerable.call(value, token)) return undefined;
  // An array has its items under their numbers.
  return (value as JsonObject)[token];
}

/** The last reference token of `pointer`, which is the name of a key or the number of an item; empty for the whole. */
export function lastToken(pointer: string): string {
  return parsePointer(pointer)?.at(-1) ?? "";
}

/** Order of two texts by their UTF-8 bytes (which is code point order, not JavaScript's `<`). */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return codePointRank(left) - codePointRank(right);
  }
  return a.length - b.length;
}

// Surrogates (D800-DFFF) encode code points above every other UTF-16 unit, so they rank last.
function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
