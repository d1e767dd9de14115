// Slips of the hand in the keys of a value: the kinds that people make, from a seed.
import { isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";

/** Numbers from 0 to below 1, the same for one seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Every key of the objects of `value` by its path, lists left out. */
export function keyPaths(value: JsonValue, path: readonly string[] = []): readonly (readonly string[])[] {
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, below]) => [[...path, key], ...keyPaths(below, [...path, key])]);
}

/** `value` with the key at `path` renamed, in its place. */
export function renameAt(value: JsonValue, path: readonly string[], name: string): JsonValue {
  const [first = "", ...rest] = path;
  const entries = Object.entries(value as JsonObject);
  return Object.fromEntries(
    entries.map(([key, below]) => (key !== first ? [key, below] : rest.length === 0 ? [name, below] : [key, renameAt(below, rest, name)])),
  );
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** The kinds of slips, each a function of the name and of chance. A slip may leave a name as it is. */
export const slips: { readonly [kind: string]: (name: string, random: () => number) => string } = {
  omission: (name, random) => splice(name, random, 1, ""),
  insertion: (name, random) => splice(name, random, 0, letter(random)),
  substitution: (name, random) => splice(name, random, 1, letter(random)),
  doubling: (name, random) => {
    const at = Math.floor(random() * name.length);
    return name.slice(0, at + 1) + name.slice(at);
  },
  transposition: (name, random) => {
    const at = Math.floor(random() * (name.length - 1));
    return name.slice(0, at) + name.charAt(at + 1) + name.charAt(at) + name.slice(at + 2);
  },
  "two slips": (name, random) => splice(splice(name, random, 1, letter(random)), random, 1, ""),
  case: (name) => (name === name.toLowerCase() ? name.toUpperCase() : name.toLowerCase()),
  separator: (name) => name.replace(/([a-z])([A-Z])/g, "$1_$2").replaceAll("-", "_"),
};

function splice(name: string, random: () => number, count: number, text: string): string {
  const at = Math.floor(random() * name.length);
  return name.slice(0, at) + text + name.slice(at + count);
}

function letter(random: () => number): string {
  return LETTERS.charAt(Math.floor(random() * LETTERS.length));
}
