// Bytes to text: strict UTF-8, no byte order mark, nothing that a reviewer cannot see.
import type { Problems } from "./document.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of a file, or undefined with the problem noted. */
export function decodeText(bytes: Uint8Array, problems: Problems): string | undefined {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    problems.add("VX1004", { detail: "it is UTF-16" });
    return undefined;
  }
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    problems.add("VX1004", { detail: `byte ${firstBadByte(bytes)} does not belong to a character` });
    return undefined;
  }
  if (text.startsWith("\uFEFF")) {
    problems.add("VX1004", { detail: "it begins with a byte order mark" }, { offset: 0 });
    return undefined;
  }
  const nul = text.indexOf("\0");
  if (nul !== -1) {
    problems.add("VX1004", { detail: "it holds a NUL character" }, { offset: nul });
    return undefined;
  }
  return text;
}

// At the first column, where no text of a block can stand.
const conflict = /^<{7} .*$(?=[^]*?^={7}\r?$[^]*?^>{7} )/gm;

/** Notes the merge conflicts of `text`, if there are any. */
export function noteConflicts(text: string, problems: Problems): boolean {
  if (!text.includes("<<<<<<< ")) return false;
  const [first, ...more] = [...text.matchAll(conflict)];
  if (first === undefined) return false;
  problems.add("VX1121", { count: 1 + more.length }, { offset: first.index });
  return true;
}

function firstBadByte(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isDecodablePrefix(bytes.subarray(0, middle))) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

function isDecodablePrefix(bytes: Uint8Array): boolean {
  try {
    // `stream` forgives a character that is cut off at the end.
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

// Control, format, private and line separator characters, but for tab and line breaks.
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** The first character of `text` that a reviewer cannot see, as `U+202E`; undefined when there is none. */
export function hiddenCharacter(text: string): string | undefined {
  if (!hidden.test(text)) return undefined;
  for (const character of text) {
    if (character !== "\t" && character !== "\n" && character !== "\r" && hidden.test(character)) {
      return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
    }
  }
  return undefined;
}

/** Half of a character, which only an escape can write, by name: no encoding holds it. Undefined when there is none. */
export function halfCharacter(text: string): string | undefined {
  const half = /\p{Cs}/u.exec(text)?.[0];
  return half === undefined ? undefined : `U+${half.charCodeAt(0).toString(16).toUpperCase()}, which is half of another one`;
}

/** `text` with a sign in the place of every half character: for going on after the problem was noted. */
export function replaceHalves(text: string): string {
  return text.replace(/\p{Cs}/gu, "\uFFFD");
}

const hazardous = new Set(["__proto__", "prototype"]);

/** True for keys that JavaScript objects give a meaning of their own. */
export function isHazardousKey(key: string): boolean {
  return hazardous.has(key);
}
