// JSON as a process reads it: of two equal keys JSON.parse keeps the last without a word, and a process refuses both.
import type { JsonValue } from "@veltrix/protocol";

/** The value of `text`; undefined when it is not JSON, or when an object in it has a key twice. */
export function parseStrictly(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return hasKeyTwice(text) ? undefined : value;
  } catch {
    // Whatever the reason is: the caller reports the file.
    return undefined;
  }
}

/** `text` is JSON. */
function hasKeyTwice(text: string): boolean {
  const open: (Set<string> | undefined)[] = [];
  for (const { 0: token, 1: colon } of text.matchAll(/"(?:[^"\\]+|\\.)*"(\s*:)?|[{}[\]]/g)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (colon !== undefined) {
      const key: string = JSON.parse(token.slice(0, token.lastIndexOf('"') + 1));
      const keys = open.at(-1);
      if (keys?.has(key) === true) return true;
      keys?.add(key);
    }
  }
  return false;
}
