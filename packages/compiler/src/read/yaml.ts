// YAML to values: the core schema of YAML 1.2, one document, plain keys, our own tags, and nothing that readers disagree about.
import type { Owner, ParamsOf } from "@veltrix/diagnostics";
import { appendToken } from "@veltrix/protocol";
import {
  type DocumentOptions,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseAllDocuments,
  parseDocument,
  type ParsedNode,
  type ParseOptions,
  type Scalar,
  type ScalarTag,
  type SchemaOptions,
  type YAMLMap,
} from "yaml";
import { setOwn } from "../set-own.ts";
import { halfCharacter, hiddenCharacter, isHazardousKey, replaceHalves } from "./decode.ts";
import { isRawObject, type Problems, type RawValue, Replacement, Unresolved } from "./document.ts";
import { isUnsafeNumber } from "./json.ts";
import { MAX_DEPTH, MAX_NODES } from "./limits.ts";
import { isTagName, parseTagged, TAG_FORMS, type TagName } from "./tags.ts";
import { describeYamlFault } from "./yaml-faults.ts";

// Tagged scalars stay text here; `readTagged` gives them their meaning and their problems a place.
const customTags: ScalarTag[] = Object.keys(TAG_FORMS).map((tag) => ({ tag, resolve: (text: string) => text }));

// With `logLevel: "silent"` the parser would not tell of a second document either.
const strictly: ParseOptions & DocumentOptions & SchemaOptions = {
  version: "1.2",
  schema: "core",
  merge: false,
  customTags,
  prettyErrors: false,
  logLevel: "error",
  stringKeys: false,
};

/** Parses `text`; undefined when it is malformed or empty. All other problems are noted, and reading goes on. */
export function parseYaml(text: string, problems: Problems, written: Partial<Written> = {}): RawValue | undefined {
  if (isTooDeep(text)) {
    problems.add("VX1006", { what: "the nesting", limit: MAX_DEPTH });
    return undefined;
  }
  const document = parseDocument(text, strictly);
  if (document.errors.length > 0) {
    // The first error is the cause; the rest are mostly its echo. Duplicate keys are independent of each other.
    const cause = document.errors.find((error) => error.code !== "DUPLICATE_KEY");
    if (cause !== undefined) {
      problems.add(
        cause.code === "MULTIPLE_DOCS" ? "VX1005" : "VX1001",
        { ...describeYamlFault(cause.code, cause.message), feature: "a second document" },
        { offset: cause.pos[0] },
      );
      return undefined;
    }
  }
  if (document.contents === null || isNothing(document.contents)) return {};
  return new YamlReader(text, problems, written).read(document.contents, "", 0);
}

/**
 * Parses a stream of documents of somebody else's: manifests, in which our tags mean nothing, and in which anchors, aliases
 * and merge keys mean what they mean to kubectl. What they repeat counts as often as it is repeated.
 * One value a document, null where one is empty; undefined when the stream is malformed.
 */
export function parseManifests(text: string, problems: Problems): readonly RawValue[] | undefined {
  if (isTooDeep(text)) {
    problems.add("VX1006", { what: "the nesting", limit: MAX_DEPTH });
    return undefined;
  }
  const documents = [...parseAllDocuments(text, strictly)];
  // As for one document: the first error is the cause, and duplicate keys are found by the reader.
  const cause = documents.flatMap(({ errors }) => errors).find((error) => error.code !== "DUPLICATE_KEY");
  if (cause !== undefined) {
    problems.add("VX1001", describeYamlFault(cause.code, cause.message), { offset: cause.pos[0] });
    return undefined;
  }
  const reader = new YamlReader(text, problems, { isManifest: true });
  return documents.map(({ contents }) => reader.readDocument(contents));
}

/** What stands behind a `---` that nothing follows. */
function isNothing(node: Node): boolean {
  return isScalar(node) && node.value === null && node.source === "" && node.tag === undefined && node.anchor === undefined;
}

// The parser is recursive: what would overflow its stack must be refused before it starts.
// Real nesting costs at least a column, or a bracket, a level.
function isTooDeep(text: string): boolean {
  let brackets = 0;
  let deepest = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === 0x5b || unit === 0x7b) deepest = Math.max(deepest, ++brackets);
    else if (unit === 0x5d || unit === 0x7d) brackets = Math.max(0, brackets - 1);
  }
  if (deepest > 8 * MAX_DEPTH) return true;
  const dashes = /^[ ]*(?:[-?:][ ]+){65,}/m;
  const indents = /^[ ]{1000,}[^ #\n]/m;
  return dashes.test(text) || indents.test(text);
}

function isMergeKey(node: Node | null): boolean {
  return isScalar(node) && node.value === "<<" && node.type === "PLAIN";
}

function isRawMap(value: RawValue): value is { readonly [key: string]: RawValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.getPrototypeOf(value) === Object.prototype;
}

/** Filled with what values alone do not tell. */
interface Written {
  /** The spelling of each scalar that its value does not print as, by pointer: `1.10`, `0x1F`. */
  readonly spellings: Map<string, string>;
  /** Pointers of texts with `!text`. */
  readonly texts: Set<string>;
}

/** Where in the text a value is, and where in the document. */
interface Place {
  readonly pointer: string;
  readonly offset: number;
}

/** Codes whose messages say whose value it is. */
type OwnedCode = "VX1003" | "VX1013" | "VX1122" | "VX2013";

class YamlReader {
  readonly #text: string;
  readonly #problems: Problems;
  /** Of a manifest: the cluster's, in which our tags mean nothing. */
  readonly #isManifest: boolean;
  readonly #spellings: Map<string, string>;
  readonly #texts: Set<string>;
  #nodes = 0;
  /** Of the document that is read; of two with one name the later one counts, from where it stands. */
  readonly #anchors = new Map<string, Node>();

  constructor(
    text: string,
    problems: Problems,
    { isManifest = false, spellings = new Map(), texts = new Set() }: { readonly isManifest?: boolean } & Partial<Written>,
  ) {
    this.#text = text;
    this.#problems = problems;
    this.#isManifest = isManifest;
    this.#spellings = spellings;
    this.#texts = texts;
  }

  readDocument(contents: ParsedNode | null): RawValue {
    this.#anchors.clear();
    return this.read(contents, "", 0);
  }

  read(node: ParsedNode | Node | null, pointer: string, depth: number): RawValue {
    if (node === null) return null;
    const offset = node.range?.[0] ?? 0;
    if (++this.#nodes === MAX_NODES) this.#problems.add("VX1006", { what: "the number of values", limit: MAX_NODES }, { offset });
    if (this.#nodes >= MAX_NODES) return new Unresolved();
    if (depth > MAX_DEPTH || (depth === MAX_DEPTH && isCollection(node))) {
      this.#problems.add("VX1006", { what: "the nesting", limit: MAX_DEPTH }, { offset });
      return new Unresolved();
    }
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      // An alias inside its own anchor ends at the limit of nesting.
      return target === undefined ? this.#unsupported(`the alias *${node.source}`, offset) : this.read(target, pointer, depth + 1);
    }
    if ("anchor" in node && node.anchor !== undefined) {
      if (!this.#isManifest) return this.#unsupported(`the anchor &${node.anchor}`, offset);
      this.#anchors.set(node.anchor, node);
    }
    const { tag } = node;
    if (tag !== undefined && (this.#isManifest || !isTagName(tag))) return this.#unsupportedTag(tag, offset);
    if (isMap(node) || isSeq(node)) {
      if (tag !== undefined && tag !== "!replace") return this.#badTag(tag, { pointer, offset });
      const value = isMap(node)
        ? this.#readMap(node, pointer, depth)
        : node.items.map((item, index) => this.read(item as Node | null, `${pointer}/${index}`, depth + 1));
      return tag === undefined || !(isRawObject(value) || Array.isArray(value)) ? value : new Replacement(value);
    }
    return isScalar(node) ? this.#readScalar(node, pointer, offset) : this.#unsupported("this", offset);
  }

  #readMap(map: YAMLMap, pointer: string, depth: number): RawValue {
    const object: { [key: string]: RawValue } = {};
    const merged: RawValue[] = [];
    for (const pair of map.items) {
      const keyNode = pair.key as Node | null;
      const offset = keyNode?.range?.[0] ?? 0;
      if (this.#isManifest && isMergeKey(keyNode)) {
        const value = this.read(pair.value as Node | null, pointer, depth + 1);
        merged.push(...(Array.isArray(value) ? (value as readonly RawValue[]) : [value]));
        if (!merged.every((each) => isRawMap(each) || each instanceof Unresolved))
          this.#unsupported("a merge key with what is no object", offset);
        continue;
      }
      const key = this.#readKey(keyNode, offset);
      if (key === undefined) continue;
      if (Object.hasOwn(object, key)) this.#note("VX1003", { key }, { offset, pointer: appendToken(pointer, key) });
      setOwn(object, key, this.read(pair.value as Node | null, appendToken(pointer, key), depth + 1));
    }
    // What stands in the object itself comes first, and then whatever was named first.
    for (const source of merged.filter(isRawMap)) {
      for (const [key, value] of Object.entries(source)) if (!Object.hasOwn(object, key)) setOwn(object, key, value);
    }
    return object;
  }

  #readKey(node: Node | null, offset: number): string | undefined {
    if (!isScalar(node) || node.tag !== undefined) {
      this.#unsupported("a key that is not a plain text", offset);
      return undefined;
    }
    if (node.anchor !== undefined) {
      this.#unsupported(`the anchor &${node.anchor}`, offset);
      return undefined;
    }
    // `8080: x`, `true: x` and `~: x` are texts to whoever writes them, numbers and more to others.
    const key = typeof node.value === "string" ? node.value : node.source;
    if (key === undefined || typeof node.value !== "string") {
      this.#unsupported(`the unquoted key ${key ?? ""}`, offset);
      return undefined;
    }
    if (isMergeKey(node)) {
      this.#unsupported("the merge key <<", offset);
      return undefined;
    }
    if (isHazardousKey(key)) {
      this.#problems.add("VX1012", { key }, { offset });
      return undefined;
    }
    const hidden = hiddenCharacter(key);
    if (hidden !== undefined) this.#problems.add("VX1014", { name: hidden }, { offset });
    return hidden === undefined ? key : replaceHalves(key);
  }

  #readScalar({ value, source = "", tag, range }: Scalar, pointer: string, offset: number): RawValue {
    if (tag !== undefined && isTagName(tag)) return this.#readTagged(tag, String(value), { pointer, offset });
    if (typeof value !== "string" && value !== null && source !== String(value)) this.#spellings.set(pointer, source);
    switch (typeof value) {
      case "string": {
        // What is written as an escape is meant; what stands there unseen is not.
        const hidden =
          hiddenCharacter(value) === undefined
            ? undefined
            : (halfCharacter(value) ?? hiddenCharacter(this.#text.slice(offset, range?.[1])));
        if (hidden !== undefined) this.#problems.add("VX1014", { name: hidden }, { offset });
        return hidden === undefined ? value : replaceHalves(value);
      }
      case "number":
        if (!this.#isManifest && /^[-+]?0[0-9]/.test(source)) return this.#leadingZero(source, value, { pointer, offset });
        if (isUnsafeNumber(source, value)) this.#note("VX1013", { text: source.slice(0, 40) }, { offset, pointer });
        return Number.isFinite(value) ? value : new Unresolved();
      case "boolean":
        return value;
      default:
        return value === null ? null : this.#unsupported("this scalar", offset);
    }
  }

  #leadingZero(text: string, value: number, place: Place): Unresolved {
    const octal = /^[-+]?[0-7]+$/.test(text) ? String(Number.parseInt(text, 8)) : undefined;
    this.#note("VX1122", { text: text.slice(0, 40), plain: String(value), octal }, place);
    return new Unresolved();
  }

  #readTagged(tag: TagName, text: string, place: Place): RawValue {
    const parsed = parseTagged(tag, text);
    if (parsed.kind === "malformed") {
      this.#note("VX2013", { tag, detail: parsed.detail, write: parsed.write }, place);
      return new Unresolved();
    }
    if (tag === "!text") this.#texts.add(place.pointer);
    return parsed.value;
  }

  #badTag(tag: TagName, place: Place): Unresolved {
    this.#note("VX2013", { tag, detail: "it stands before a list or an object", write: TAG_FORMS[tag] }, place);
    return new Unresolved();
  }

  /** Reports what is wrong with the value at `pointer`, and says whose it is. Of a manifest there is no such owner. */
  #note<C extends OwnedCode>(code: C, params: Omit<ParamsOf<C>, keyof Owner>, { pointer, offset }: Place): void {
    const { key, ...owner } = this.#problems.ownerOf(pointer);
    const said = this.#isManifest ? { service: undefined, pointer: undefined } : owner;
    // The parameters of such a code are these and its owner; TypeScript cannot put them together again.
    this.#problems.add(code, { ...params, ...said } as ParamsOf<C>, { offset }, key);
  }

  #unsupportedTag(tag: string, offset: number): Unresolved {
    const feature = `the tag ${tag.replace(/^tag:yaml\.org,2002:/, "!!")}`;
    // A node's range begins behind its tag.
    return this.#unsupported(feature, Math.max(0, this.#text.lastIndexOf(tag.startsWith("!") ? tag : "!", offset - 1)));
  }

  #unsupported(feature: string, offset: number): Unresolved {
    this.#problems.add("VX1005", { feature, isManifest: this.#isManifest }, { offset });
    return new Unresolved();
  }
}
