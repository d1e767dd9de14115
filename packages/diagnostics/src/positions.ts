// Lines and columns, computed late: only a problem that is shown pays for them.
import { createRequire } from "node:module";
import { parsePointer } from "@veltrix/protocol";
import type * as Yaml from "yaml";
import type { Location } from "./diagnostic.ts";

let loaded: typeof Yaml | undefined;

/** Loading it takes longer than most commands do, and only a problem that is shown needs it. */
function yaml(): typeof Yaml {
  // The package's entry for Node is CommonJS: this is what `import` gives, and its types say what it is.
  return (loaded ??= createRequire(import.meta.url)("yaml") as typeof Yaml);
}

/** A stretch of text, 1-based; the end is exclusive and on any later line. */
export interface Span {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/**
 * Where `location` is in `text`. A pointer that names nothing gives its nearest ancestor; a location
 * without pointer and offset gives the first character. JSON is read as the YAML that it is.
 */
export function locate(text: string, location: Location): Span {
  if (location.offset !== undefined) return spanBetween(linesOf(text), location.offset, endOfWord(text, location.offset));
  if (location.pointer === undefined) return spanBetween(linesOf(text), 0, 1);
  return new PositionFinder(text).find(location);
}

// A quoted text of one line, or a run of what is no blank and no punctuation of YAML and JSON.
const word = /"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s:,[\]{}"']+/y;

/** The end of the word that begins at `offset`; one character further where none begins. */
function endOfWord(text: string, offset: number): number {
  word.lastIndex = offset;
  return word.test(text) ? word.lastIndex : offset + 1;
}

function linesOf(text: string): Yaml.LineCounter {
  const { LineCounter } = yaml();
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let index = text.indexOf("\n"); index !== -1; index = text.indexOf("\n", index + 1)) lines.addNewLine(index + 1);
  return lines;
}

function spanBetween(lines: Yaml.LineCounter, from: number, to: number): Span {
  const start = lines.linePos(from);
  const end = lines.linePos(Math.max(to, from + 1));
  return { line: Math.max(start.line, 1), column: Math.max(start.col, 1), endLine: Math.max(end.line, 1), endColumn: Math.max(end.col, 1) };
}

/** Finds many places in one text, which it parses once. */
export class PositionFinder {
  readonly #text: string;
  readonly #lines: Yaml.LineCounter;
  readonly #root: Yaml.Node | null;
  /** Of a stream of documents: parsed when one behind the first is asked for. */
  #roots: readonly (Yaml.Node | null)[] | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#lines = linesOf(text);
    this.#root = yaml().parseDocument(text, leniently).contents;
  }

  /** As `locate`. */
  find(location: Location): Span {
    if (location.offset !== undefined) return spanBetween(this.#lines, location.offset, endOfWord(this.#text, location.offset));
    const root = this.#rootOf(location.document ?? 0);
    if (location.pointer === undefined || root === null) return spanBetween(this.#lines, 0, 1);
    let node: Yaml.Node | null = root;
    let key: Yaml.Node | undefined;
    for (const token of parsePointer(location.pointer) ?? []) {
      const step = descend(node, token);
      if (step === undefined) break;
      key = step.key;
      node = step.value;
      if (node === null) break;
    }
    const shown = location.on === "value" ? (node ?? key) : (key ?? node);
    const range = shown?.range;
    if (range === undefined || range === null) return spanBetween(this.#lines, 0, 1);
    const { isMap, isSeq } = yaml();
    const isWholeBlock = shown === node && (isMap(shown) || isSeq(shown));
    return spanBetween(this.#lines, range[0], isWholeBlock ? range[0] + 1 : range[1]);
  }

  #rootOf(document: number): Yaml.Node | null {
    if (document === 0) return this.#root;
    this.#roots ??= [...yaml().parseAllDocuments(this.#text, leniently)].map(({ contents }) => contents);
    return this.#roots[document] ?? null;
  }
}

// The read stage has judged the file already. Here it only has to be walked, however odd it is.
const leniently: Yaml.ParseOptions & Yaml.DocumentOptions & Yaml.SchemaOptions = {
  logLevel: "silent",
  strict: false,
  uniqueKeys: false,
  customTags: [],
};

interface Step {
  readonly key?: Yaml.Node;
  readonly value: Yaml.Node | null;
}

/** A key as pointers name it: halves of characters were replaced when it was read. */
function wholeText(key: unknown): string {
  return String(key).replace(/\p{Cs}/gu, "\uFFFD");
}

const pairs = new WeakMap<object, ReadonlyMap<string, Yaml.Pair>>();

/** The members of a map by name. Of a key that is written twice the last one is shown: it would have hidden the first. */
function pairsOf(map: Yaml.YAMLMap): ReadonlyMap<string, Yaml.Pair> {
  const { isPair, isScalar } = yaml();
  const known =
    pairs.get(map) ??
    new Map(map.items.flatMap((item) => (isPair(item) && isScalar(item.key) ? [[wholeText(item.key.value), item] as const] : [])));
  pairs.set(map, known);
  return known;
}

function descend(node: Yaml.Node | null, token: string): Step | undefined {
  const { isMap, isSeq } = yaml();
  if (isMap(node)) {
    const pair = pairsOf(node).get(token);
    return pair === undefined ? undefined : { key: pair.key as Yaml.Node, value: pair.value as Yaml.Node | null };
  }
  if (isSeq(node)) {
    const index = Number(token);
    const item = Number.isInteger(index) ? node.items[index] : undefined;
    return item === undefined ? undefined : { value: item as Yaml.Node | null };
  }
  return undefined;
}
