// What a fingerprint is made of: the leaves of a resolved config.
import { appendToken, compareUtf8, isJsonObject, type JsonValue } from "./json.ts";

/** A scalar, a whole array or an empty object, at its RFC 6901 pointer. */
export interface Leaf {
  readonly pointer: string;
  readonly value: JsonValue;
}

/** References to secrets: pointer of the key to `<secret name>/<secret key>`. */
export type SecretReferences = { readonly [pointer: string]: string };

/**
 * The leaves of `value` and its secret references, ordered by the bytes of their pointers.
 * A secret's leaf is the text `secret:<name>/<key>`: its value is never part of a hash.
 */
export function leavesOf(value: JsonValue, secrets: SecretReferences = {}): readonly Leaf[] {
  const leaves: Leaf[] = [];
  collect(value, "", leaves);
  // An object that holds secrets alone is delivered empty, or not at all: its secrets stand for it.
  const secretPointers = Object.keys(secrets);
  const above = new Set(secretPointers.flatMap(pointersAbove));
  const kept = secretPointers.length === 0 ? leaves : leaves.filter((leaf) => !above.has(leaf.pointer));
  for (const pointer of secretPointers) kept.push({ pointer, value: `secret:${secrets[pointer]}` });
  return kept.sort((a, b) => compareUtf8(a.pointer, b.pointer));
}

function collect(value: JsonValue, pointer: string, into: Leaf[]): void {
  if (!isJsonObject(value)) {
    into.push({ pointer, value });
    return;
  }
  const keys = Object.keys(value);
  if (keys.length === 0) into.push({ pointer, value });
  for (const key of keys) {
    // Object.keys gave the key, so the member exists.
    collect(value[key] as JsonValue, appendToken(pointer, key), into);
  }
}

/** True for a list that holds objects: their keys are no leaves, so leaves alone cannot tell which of them were declared. */
export function holdsObjects(value: JsonValue): boolean {
  return Array.isArray(value) && value.some((item: JsonValue) => isJsonObject(item) || holdsObjects(item));
}

/** No value is nested deeper: what is hostile and longer costs no more. */
const MAX_LEVELS = 66;

/** The pointers of what holds `pointer`, from the whole on. */
export function pointersAbove(pointer: string): readonly string[] {
  const found: string[] = [];
  for (let end = pointer.indexOf("/"); end !== -1 && found.length < MAX_LEVELS; end = pointer.indexOf("/", end + 1))
    found.push(pointer.slice(0, end));
  return found;
}

/** The one of `pointers` that `pointer` is or lies below, found in the time that one takes, however many they are. */
export function findCovering(pointer: string, pointers: { has(pointer: string): boolean }): string | undefined {
  return [...pointersAbove(pointer), pointer].find((candidate) => pointers.has(candidate));
}

/** True when `pointer` is `ancestor` or lies below it. */
export function isWithin(pointer: string, ancestor: string): boolean {
  return pointer === ancestor || pointer.startsWith(`${ancestor}/`);
}
