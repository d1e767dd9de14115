// Texts of ours as CEL literals. JSON's escapes are CEL's too, and a line break never stands in one.

/** A text as a CEL literal. */
export function celString(text: string): string {
  return JSON.stringify(text);
}

/** A list of texts. */
export function celStrings(texts: readonly string[]): string {
  return `[${texts.map(celString).join(", ")}]`;
}

/** A map from a text to a list of texts. */
export function celMap(entries: ReadonlyMap<string, readonly string[]>): string {
  return `{${[...entries].map(([key, texts]) => `${celString(key)}: ${celStrings(texts)}`).join(", ")}}`;
}
