// A strict JSON reader (RFC 8259). JSON.parse keeps the last of two equal keys and says no place; this one refuses and says where.
import type { JsonValue } from "@veltrix/protocol";
import { appendToken } from "@veltrix/protocol";
import { setOwn } from "../set-own.ts";
import { halfCharacter, isHazardousKey, replaceHalves } from "./decode.ts";
import type { Problems } from "./document.ts";
import { MAX_DEPTH, MAX_NODES } from "./limits.ts";

/** Thrown inside this file alone: the rest of the text has no meaning any more. */
class Malformed extends Error {}

const numberPattern = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// A run of characters that stand for themselves.
// oxlint-disable-next-line no-control-regex -- JSON forbids exactly these
const plainRun = /[^"\\\u0000-\u001f]*/y;
const whitespace = /[ \t\n\r]*/y;

/** Parses `text`; undefined when it is malformed. Duplicate and hazardous keys are noted, and parsing goes on. */
export function parseJson(text: string, problems: Problems): JsonValue | undefined {
  const reader = new JsonReader(text, problems);
  try {
    return reader.readDocument();
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

class JsonReader {
  readonly #text: string;
  readonly #problems: Problems;
  #at = 0;
  #nodes = 0;

  constructor(text: string, problems: Problems) {
    this.#text = text;
    this.#problems = problems;
  }

  readDocument(): JsonValue {
    const value = this.#readValue("", 0);
    this.#skipWhitespace();
    if (this.#at < this.#text.length) this.#fail("something follows the end of the document");
    return value;
  }

  #readValue(pointer: string, depth: number): JsonValue {
    this.#skipWhitespace();
    if (++this.#nodes > MAX_NODES) this.#exceed("the number of values", MAX_NODES);
    const first = this.#text[this.#at];
    // Lists and objects are levels; what stands in the last one is none.
    if (depth >= MAX_DEPTH && (first === "[" || first === "{")) this.#exceed("the nesting", MAX_DEPTH);
    switch (first) {
      case "{":
        return this.#readObject(pointer, depth);
      case "[":
        return this.#readArray(pointer, depth);
      case '"':
        return this.#readString();
      case "t":
        return this.#readWord("true", true);
      case "f":
        return this.#readWord("false", false);
      case "n":
        return this.#readWord("null", null);
      default:
        return this.#readNumber(pointer);
    }
  }

  #readObject(pointer: string, depth: number): JsonValue {
    const object: { [key: string]: JsonValue } = {};
    this.#at++;
    if (this.#take("}")) return object;
    do {
      this.#skipWhitespace();
      const keyAt = this.#at;
      if (this.#text[keyAt] !== '"') this.#failAtKey();
      const key = this.#readString();
      const isHazardous = isHazardousKey(key);
      if (isHazardous) this.#problems.add("VX1012", { key }, { offset: keyAt });
      else if (Object.hasOwn(object, key)) this.#noteTwice(key, { offset: keyAt, pointer: appendToken(pointer, key) });
      if (!this.#take(":")) this.#fail("`:` is expected after a key");
      const value = this.#readValue(appendToken(pointer, key), depth + 1);
      if (!isHazardous) setOwn(object, key, value);
    } while (this.#take(","));
    if (!this.#take("}")) this.#failBehindValue("}");
    return object;
  }

  #noteTwice(name: string, { offset, pointer }: { readonly offset: number; readonly pointer: string }): void {
    const { key, ...owner } = this.#problems.ownerOf(pointer);
    this.#problems.add("VX1003", { key: name, ...owner }, { offset }, key);
  }

  #readArray(pointer: string, depth: number): JsonValue {
    const array: JsonValue[] = [];
    this.#at++;
    if (this.#take("]")) return array;
    do array.push(this.#readValue(`${pointer}/${array.length}`, depth + 1));
    while (this.#take(","));
    if (!this.#take("]")) this.#failBehindValue("]");
    return array;
  }

  #readString(): string {
    const start = this.#at;
    plainRun.lastIndex = start + 1;
    plainRun.test(this.#text);
    let end = plainRun.lastIndex;
    if (this.#text[end] === '"') {
      this.#at = end + 1;
      return this.#text.slice(start + 1, end);
    }
    while (this.#text[end] === "\\") {
      plainRun.lastIndex = end + 2;
      plainRun.test(this.#text);
      end = plainRun.lastIndex;
    }
    if (this.#text[end] !== '"') {
      this.#at = Math.min(end, this.#text.length);
      this.#fail(end >= this.#text.length ? "a text is not closed" : "a text cannot hold a raw line break or control character");
    }
    this.#at = end + 1;
    try {
      // Only the escapes are left to JSON.parse; a text alone cannot hide anything from it.
      return this.#whole(JSON.parse(this.#text.slice(start, end + 1)) as string, start);
    } catch {
      this.#at = start;
      return this.#fail("a text holds an escape that JSON does not have");
    }
  }

  #whole(text: string, offset: number): string {
    const half = halfCharacter(text);
    if (half === undefined) return text;
    this.#problems.add("VX1014", { name: half }, { offset });
    return replaceHalves(text);
  }

  #readNumber(pointer: string): number | null {
    numberPattern.lastIndex = this.#at;
    const match = numberPattern.exec(this.#text);
    if (match === null) return this.#failAtValue();
    const value = Number(match[0]);
    if (isUnsafeNumber(match[0], value)) {
      const { key, ...owner } = this.#problems.ownerOf(pointer);
      this.#problems.add("VX1013", { text: match[0].slice(0, 40), ...owner }, { offset: this.#at }, key);
    }
    this.#at = numberPattern.lastIndex;
    if (/[0-9a-zA-Z.+-]/.test(this.#text[this.#at] ?? "")) this.#fail("this is not a JSON number");
    // `1e999`: the problem was noted, and nothing further can be done with an infinite number.
    return Number.isFinite(value) ? value : null;
  }

  #readWord<Value>(word: string, value: Value): Value {
    if (!this.#text.startsWith(word, this.#at) || /[0-9a-zA-Z_]/.test(this.#text[this.#at + word.length] ?? ""))
      this.#fail("a value is expected here");
    this.#at += word.length;
    return value;
  }

  #take(character: string): boolean {
    this.#skipWhitespace();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #skipWhitespace(): void {
    whitespace.lastIndex = this.#at;
    whitespace.test(this.#text);
    this.#at = whitespace.lastIndex;
  }

  #failAtKey(): never {
    const next = this.#text[this.#at];
    if (next === "}") this.#failAtComma();
    if (next === ",") this.#fail("two commas follow each other", "remove one of them");
    this.#failAtComment();
    const name = /^'?([A-Za-z_$][\w$-]*)/.exec(this.#text.slice(this.#at, this.#at + 200))?.[1];
    if (name !== undefined) this.#fail("a key stands in double quotes", `write "${name}"`);
    return this.#fail("a key in double quotes is expected here");
  }

  #failAtValue(): never {
    const next = this.#text[this.#at];
    if (next === "]") this.#failAtComma();
    if (next === ",") this.#fail("a value is missing before this comma", "write the value, or remove the comma");
    if (next === "'") this.#fail("a text stands in double quotes", 'write "..."');
    this.#failAtComment();
    return this.#fail(this.#at >= this.#text.length ? "the document ends too early" : "a value is expected here");
  }

  #failBehindValue(close: string): never {
    this.#failAtComment();
    const isNext = /["{[\w-]/.test(this.#text[this.#at] ?? "");
    return isNext
      ? this.#fail("a comma is missing before this", "write `,` behind the value above")
      : this.#fail(`\`,\` or \`${close}\` is expected here`);
  }

  /** A list or an object ends behind a comma: the comma is what has to go. */
  #failAtComma(): never {
    this.#at = this.#text.lastIndexOf(",", this.#at);
    return this.#fail("a comma stands behind the last member", "remove the comma");
  }

  #failAtComment(): void {
    if (/^\/[/*]|^#/.test(this.#text.slice(this.#at, this.#at + 2)))
      this.#fail("this is a comment, and JSON has none", 'remove it, or write it as "$comment": "..."');
  }

  #fail(detail: string, hint?: string): never {
    this.#problems.add(
      "VX1002",
      { detail, ...(hint === undefined ? {} : { hint }) },
      { offset: Math.min(this.#at, Math.max(0, this.#text.length - 1)) },
    );
    throw new Malformed();
  }

  #exceed(what: string, limit: number): never {
    this.#problems.add("VX1006", { what, limit }, { offset: this.#at });
    throw new Malformed();
  }
}

/** True for integers beyond 2^53 and for what overflows a float: readers would disagree about them. */
export function isUnsafeNumber(text: string, value: number): boolean {
  if (!Number.isFinite(value)) return true;
  return Number.isInteger(value) && !Number.isSafeInteger(value) && !/[eE.]/.test(text);
}
