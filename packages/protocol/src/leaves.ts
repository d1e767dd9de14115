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
  const kept =
    secretPointers.length === 0
      ? leaves
      : leaves.filter((leaf) => !secretPointers.some((pointer) => pointer.startsWith(`${leaf.pointer}/`)));
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

/** True when `pointer` is `ancestor` or lies below it. */
export function isWithin(pointer: string, ancestor: string): boolean {
  return pointer === ancestor || pointer.startsWith(`${ancestor}/`);
}
