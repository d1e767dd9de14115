// A strategic merge into YAML text: only what changes is spliced in, every other byte stays as the team wrote it.
import { renderMap, type YamlMap, type YamlNode } from "../render/yaml.ts";
import { isAlias, isCollection, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from "yaml";

/** What stands between two offsets is replaced. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** By which member the items of these lists are merged; any other list is replaced as a whole. */
export const mergeKeys: { readonly [list: string]: string } = {
  containers: "name",
  env: "name",
  volumeMounts: "mountPath",
  volumes: "name",
};

/** `text` with `edits` carried out. Those at one offset keep their order. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const ordered = edits.map((edit, order) => ({ ...edit, order })).sort((a, b) => a.from - b.from || a.order - b.order);
  let result = "";
  let at = 0;
  for (const { from, to, text: inserted } of ordered) {
    if (from < at) throw new Error("two edits of one patch overlap");
    result += text.slice(at, from) + inserted;
    at = to;
  }
  return result + text.slice(at);
}

/** A text that stands for several places: what is changed at one of them may be changed at all. */
export interface Repeated {
  readonly feature: string;
  readonly offset: number;
}

/** The edits that merge `patch` into `map`, which is a part of what `text` was parsed to; and what of it they meet that is repeated. */
export function editsFor(
  text: string,
  map: YAMLMap,
  patch: YamlMap,
): { readonly edits: readonly Edit[]; readonly repeated: readonly Repeated[] } {
  const splicer = new Splicer(text);
  splicer.mergeMap(map, patch);
  return splicer;
}

class Splicer {
  readonly edits: Edit[] = [];
  readonly repeated: Repeated[] = [];
  readonly #text: string;
  readonly #lineBreak: string;

  constructor(text: string) {
    this.#text = text;
    this.#lineBreak = text.includes("\r\n") ? "\r\n" : "\n";
  }

  /** Members that are there first: what is added behind them may end at the same offset. */
  mergeMap(map: YAMLMap, patch: YamlMap): void {
    const missing: { [key: string]: YamlNode } = {};
    for (const [key, value] of Object.entries(patch)) {
      if (value === undefined) continue;
      const pair = map.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (pair === undefined) missing[key] = value;
      else this.#mergeMember(map, pair, { key, value });
    }
    if (Object.keys(missing).length > 0) this.#addMembers(map, missing);
  }

  #mergeMember(map: YAMLMap, pair: Pair, member: Member): void {
    const { key, value } = member;
    // The parser makes nodes of all that stands in a document.
    const node = pair.value as Node | null;
    this.#noteRepeated(node);
    if (node === null || this.#isEmpty(node)) this.#fill(map, pair, member);
    else if (isYamlMap(value) && isMap(node)) this.mergeMap(node, value);
    else if (isYamlList(value) && isSeq(node) && Object.hasOwn(mergeKeys, key)) this.#mergeList(node, value, mergeKeys[key] ?? "");
    else if (!isSame(node, value)) this.#replace(node, value);
  }

  #noteRepeated(node: Node | null): void {
    if (isAlias(node)) this.repeated.push({ feature: `the alias *${node.source}`, offset: rangeOf(node)[0] });
    else if (node !== null && "anchor" in node && typeof node.anchor === "string")
      this.repeated.push({ feature: `the anchor &${node.anchor}`, offset: rangeOf(node)[0] });
  }

  #mergeList(list: YAMLSeq, items: readonly YamlNode[], mergeKey: string): void {
    const missing = items.filter((item) => {
      if (!isYamlMap(item)) return true;
      const found = list.items.find((node) => isMap(node) && node.get(mergeKey) === item[mergeKey]);
      if (isMap(found)) {
        this.#noteRepeated(found);
        this.mergeMap(found, item);
      }
      return found === undefined;
    });
    if (missing.length > 0) this.#prepend(list, missing);
  }

  /** Behind the last member, on lines of their own; into `{}` as JSON. */
  #addMembers(map: YAMLMap, members: YamlMap): void {
    const [start] = rangeOf(map);
    if (map.flow === true) {
      const texts = Object.entries(members).map(([key, value]) => `${JSON.stringify(key)}: ${asJson(value ?? null)}`);
      this.#insertInFlow(map, map.items[0]?.key as Node | undefined, texts);
    } else this.#insertLines(this.#endOfLine(this.#endOf(map)), linesOf(members), this.#columnOf(start));
  }

  /** In front of the first item, where Kustomize puts them too. */
  #prepend(list: YAMLSeq, items: readonly YamlNode[]): void {
    const [start] = rangeOf(list);
    if (list.flow === true) {
      this.#insertInFlow(list, list.items[0] as Node | undefined, items.map(asJson));
      return;
    }
    const spaces = " ".repeat(this.#columnOf(start));
    this.#insert(
      start,
      listLines(items)
        .flatMap((line, index) => [index === 0 ? line : spaces + line, this.#lineBreak])
        .join("") + spaces,
    );
  }

  /** In front of the first item of `{}` or `[]`, each on a line of its own where the first one has one. */
  #insertInFlow(collection: YAMLMap | YAMLSeq, first: Node | undefined, texts: readonly string[]): void {
    const [start] = rangeOf(collection);
    if (first === undefined) {
      this.#insert(start + 1, texts.join(", "));
      return;
    }
    const [at] = rangeOf(first);
    const hasLines = this.#text.slice(start, at).includes("\n");
    const separator = hasLines ? `,${this.#lineBreak}${" ".repeat(this.#columnOf(at))}` : ", ";
    this.#insert(at, texts.map((text) => text + separator).join(""));
  }

  /** A member that is there and holds nothing: `volumes:`, `volumes: null`, `volumes: []`. */
  #fill(map: YAMLMap, pair: Pair, { key, value }: Member): void {
    const node = pair.value as Node | null;
    const keyStart = rangeOf(pair.key as Node);
    if (map.flow === true) {
      if (node === null) this.#insert(keyStart[1], `: ${asJson(value)}`);
      else {
        const [from, to] = rangeOf(node);
        this.edits.push({ from, to, text: from === to ? ` ${asJson(value)}` : asJson(value) });
      }
      return;
    }
    if (node === null) throw new Error(`the member ${key} has neither a colon nor a value`);
    const [start, end] = rangeOf(node);
    // Nothing at all takes no room: the space behind the colon may stand before a comment.
    const before = this.#text.slice(keyStart[1], start);
    const from = start === end ? start : start - (before.length - before.trimEnd().length);
    if (!isYamlMap(value) && !isYamlList(value)) {
      const space = start === end && this.#text[start - 1] === " " ? "" : " ";
      this.edits.push({ from, to: end, text: `${space}${asJson(value)}${this.#text[end] === "#" ? " " : ""}` });
    } else {
      if (start !== end) this.edits.push({ from, to: end, text: "" });
      this.#insertLines(this.#endOfLine(end), linesOf({ [key]: value }).slice(1), this.#columnOf(keyStart[0]));
    }
  }

  #replace(node: Node, value: YamlNode): void {
    const [from] = rangeOf(node);
    const to = this.#endOf(node);
    if (!isCollection(node) || node.flow === true) this.edits.push({ from, to, text: asJson(value) });
    else {
      const spaces = " ".repeat(this.#columnOf(from));
      const lines = isYamlMap(value) ? linesOf(value) : isYamlList(value) ? listLines(value) : [asJson(value)];
      this.edits.push({ from, to, text: lines.join(this.#lineBreak + spaces) });
    }
  }

  /** True for nothing at all, `null`, `{}` and `[]`. */
  #isEmpty(node: Node): boolean {
    if (isScalar(node)) return node.value === null;
    const [from, to] = rangeOf(node);
    return /^(?:\{\s*\}|\[\s*\])$/.test(this.#text.slice(from, to));
  }

  #insert(at: number, text: string): void {
    this.edits.push({ from: at, to: at, text });
  }

  #insertLines(at: number, lines: readonly string[], column: number): void {
    this.#insert(at, lines.map((line) => this.#lineBreak + " ".repeat(column) + line).join(""));
  }

  /** Where the text of a node ends; a line break at its end is not counted. */
  #endOf(node: Node): number {
    if (isCollection(node) && node.flow !== true) {
      const last = node.items.at(-1);
      const [key, value] = last !== undefined && "key" in (last as object) ? [(last as Pair).key, (last as Pair).value] : [undefined, last];
      const inner = (value ?? key) as Node | null | undefined;
      if (inner !== null && inner !== undefined) return this.#endOf(inner);
    }
    let [, end] = rangeOf(node);
    const isBlock = isScalar(node) && (node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED");
    if (isBlock && this.#text[end - 1] === "\n") end -= this.#text[end - 2] === "\r" ? 2 : 1;
    return end;
  }

  /** The end of the line that `offset` is in: only a comment may stand before it. */
  #endOfLine(offset: number): number {
    const found = this.#text.indexOf("\n", offset);
    if (found === -1) return this.#text.length;
    return this.#text[found - 1] === "\r" && found > offset ? found - 1 : found;
  }

  #columnOf(offset: number): number {
    return offset - (this.#text.lastIndexOf("\n", offset - 1) + 1);
  }
}

interface Member {
  readonly key: string;
  readonly value: YamlNode;
}

function rangeOf(node: Node): readonly [number, number] {
  const { range } = node;
  if (range === undefined || range === null) throw new Error("a node that was parsed has no range");
  return [range[0], range[1]];
}

function isSame(node: Node, value: YamlNode): boolean {
  return JSON.stringify(node.toJSON()) === JSON.stringify(value);
}

/** True for a map of ours. */
export function isYamlMap(value: YamlNode | undefined): value is YamlMap {
  return typeof value === "object" && !Array.isArray(value);
}

/** True for a list of ours. */
export function isYamlList(value: YamlNode | undefined): value is readonly YamlNode[] {
  return Array.isArray(value);
}

/** JSON on one line: what a flow collection, and a file that is JSON, can take. */
function asJson(value: YamlNode | null): string {
  return JSON.stringify(value, undefined, 1).replace(/\n */g, " ");
}

function linesOf(members: YamlMap): readonly string[] {
  return renderMap(members).trimEnd().split("\n");
}

/** The items with their dashes, at column 0. */
function listLines(items: readonly YamlNode[]): readonly string[] {
  return linesOf({ list: items })
    .slice(1)
    .map((line) => line.slice(2));
}
