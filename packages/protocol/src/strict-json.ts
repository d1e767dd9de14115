// Text to JSON, strictly, as a process reads what is delivered: what JSON.parse lets pass (duplicate keys, prototype keys, lost digits, any
// depth) is refused here, so that nothing after this has to be careful.
import { appendToken, type JsonValue } from "./json.ts";

const MAX_DEPTH = 64;

/** Either the value or the reason why there is none. Reasons hold no part of the text but keys. */
export type ParsedText =
  | { readonly kind: "value"; readonly value: JsonValue }
  | { readonly kind: "malformed"; readonly pointer: string; readonly reason: string };

/** A rule of ours that valid JSON breaks, and where. */
export interface TextFault {
  readonly pointer: string;
  readonly reason: string;
}

/** Parses JSON and refuses what `findFault` finds. */
export function parseStrict(text: string): ParsedText {
  let value: JsonValue;
  try {
    // JSON.parse returns nothing but JSON values.
    value = JSON.parse(text) as JsonValue;
  } catch (error) {
    return { kind: "malformed", pointer: "", reason: describeSyntax(text, error) };
  }
  const fault = isAsWritten(text, value) ? undefined : findFault(text);
  return fault === undefined ? { kind: "value", value } : { kind: "malformed", ...fault };
}

/**
 * The value of JSON text that is exactly what JSON.stringify writes of it, as delivered files are; undefined for
 * every other text, most of which is no worse.
 */
export function parseAsWritten(text: string | undefined): JsonValue | undefined {
  if (text === undefined) return undefined;
  try {
    // JSON.parse returns nothing but JSON values.
    const value = JSON.parse(text) as JsonValue;
    return isAsWritten(text, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

// Searched one by one: an engine takes longer to compile an expression than to find these in a few kilobytes.
const suspicious = ['"__proto__"', '"prototype"', "\\ud", "\\uD", `\n${" ".repeat(2 * MAX_DEPTH)}`];

/**
 * True when `text` is exactly what JSON.stringify writes of `value`, as delivered files are: then no key was
 * there twice and no digit was lost. What else could be wrong leaves a trace in the text.
 */
function isAsWritten(text: string, value: JsonValue): boolean {
  for (const part of suspicious) if (text.includes(part)) return false;
  try {
    return text === `${JSON.stringify(value, undefined, 2)}\n`;
  } catch {
    // Nested deeper than JSON.stringify can go: findFault says so.
    return false;
  }
}

// V8 quotes the text in some of its messages; only the position is taken over.
function describeSyntax(text: string, error: unknown): string {
  if (text.trim() === "") return "it is empty";
  if (text.startsWith("\uFEFF")) return "it starts with a byte order mark";
  const message = error instanceof Error ? error.message : "";
  if (/end of JSON|Unterminated/.test(message)) return "it is not JSON: it ends too early";
  const position = /at position ([0-9]+)/.exec(message)?.[1];
  if (position === undefined) return "it is not JSON";
  const lines = text.slice(0, Number(position)).split("\n");
  return `it is not JSON: line ${lines.length}, column ${(lines.at(-1) ?? "").length + 1}`;
}

interface Frame {
  /** Keys seen; undefined in an array. */
  readonly keys: Set<string> | undefined;
  /** The key or index that is being read. */
  token: string | number | undefined;
  expectsKey: boolean;
}

/** The first rule that `text`, valid JSON, breaks. Iterative: depth is checked before anything recurses. */
export function findFault(text: string): TextFault | undefined {
  const stack: Frame[] = [];
  for (let at = 0; at < text.length; at++) {
    const frame = stack.at(-1);
    let reason: string | undefined;
    switch (text[at]) {
      case "{":
      case "[":
        if (stack.length === MAX_DEPTH)
          return {
            pointer: pointerOf(stack),
            reason: `it is nested deeper than ${MAX_DEPTH} levels`,
          };
        stack.push(
          text[at] === "{" ? { keys: new Set(), token: undefined, expectsKey: true } : { keys: undefined, token: 0, expectsKey: false },
        );
        break;
      case "}":
      case "]":
        stack.pop();
        break;
      case ",":
        if (frame !== undefined) advance(frame);
        break;
      case '"': {
        const end = endOfString(text, at);
        reason = checkString(frame, text.slice(at, end + 1));
        at = end;
        break;
      }
      case " ":
      case "\n":
      case "\r":
      case "\t":
      case ":":
        break;
      default: {
        const end = endOfScalar(text, at);
        reason = checkNumber(text.slice(at, end));
        at = end - 1;
      }
    }
    if (reason !== undefined) return { pointer: pointerOf(stack), reason };
  }
  return undefined;
}

function advance(frame: Frame): void {
  if (typeof frame.token === "number") frame.token++;
  else frame.expectsKey = true;
}

function endOfString(text: string, start: number): number {
  let end = start;
  let backslashes: number;
  do {
    end = text.indexOf('"', end + 1);
    backslashes = 0;
    while (text[end - 1 - backslashes] === "\\") backslashes++;
  } while (backslashes % 2 === 1);
  return end;
}

function endOfScalar(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && !",]} \n\r\t".includes(text[end] as string)) end++;
  return end;
}

function checkString(frame: Frame | undefined, quoted: string): string | undefined {
  const isEscaped = quoted.includes("\\");
  if (frame?.expectsKey !== true && !isEscaped) return undefined;
  // JSON.parse of a JSON string is a string.
  const content = isEscaped ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
  if (frame?.expectsKey === true) {
    frame.token = content;
    frame.expectsKey = false;
    if (["__proto__", "prototype"].includes(content)) return `the key ${content} is not allowed`;
    if (frame.keys?.has(content) === true) return `the key ${JSON.stringify(content)} is there twice`;
    frame.keys?.add(content);
  }
  return isEscaped && /[\ud800-\udfff]/u.test(content) ? "it holds half of a surrogate pair" : undefined;
}

function checkNumber(literal: string): string | undefined {
  const value = Number(literal);
  // true, false and null.
  if (Number.isNaN(value)) return undefined;
  if (!Number.isFinite(value)) return "a number is too large";
  // The canonical spelling of a large number may itself differ from the number in its last digits.
  const isLong = literal.length > 15 && /^-?[0-9]+$/.test(literal) && literal !== String(value);
  return isLong && BigInt(literal) !== BigInt(value) ? "an integer has more digits than a number can hold" : undefined;
}

function pointerOf(stack: readonly Frame[]): string {
  return stack.reduce((pointer, { token }) => (token === undefined ? pointer : appendToken(pointer, token)), "");
}
