// Whether two JSON values are the same value. Unlike the canonical form, it takes half a surrogate pair for what it is:
// a judge of what was delivered may not throw.
import type { JsonObject, JsonValue } from "../json.ts";

/** True for equal values: objects whatever the order of their keys, numbers by what they are worth. */
export function isSame(a: JsonValue, b: JsonValue): boolean {
  if (a === b) return true;
  return typeof a === "object" && typeof b === "object" && a !== null && b !== null && identityOf(a) === identityOf(b);
}

/** True when two items of a list are the same. */
export function hasTwins(items: readonly JsonValue[]): boolean {
  return new Set(items.map(identityOf)).size < items.length;
}

function identityOf(value: JsonValue): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(identityOf).join()}]`;
  const members = value as JsonObject;
  return `{${Object.keys(members)
    .sort()
    // Object.keys gave the key, so the member exists.
    .map((key) => `${JSON.stringify(key)}:${identityOf(members[key] as JsonValue)}`)
    .join()}}`;
}
