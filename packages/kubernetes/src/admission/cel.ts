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

/** The API server compiles no expression of more than 100,000 characters; what stands around a list needs few. */
const MAX_LENGTH = 80_000;

/** `items` in lists whose texts fit into one expression each. */
export function inChunks<Item>(items: readonly Item[], textOf: (item: Item) => string): readonly (readonly Item[])[] {
  const chunks: Item[][] = [];
  let length = MAX_LENGTH;
  for (const item of items) {
    const added = textOf(item).length + 2;
    if (length + added > MAX_LENGTH) {
      chunks.push([]);
      length = 0;
    }
    chunks.at(-1)?.push(item);
    length += added;
  }
  return chunks;
}
