// Layers: `base.yaml`, then the file of each environment over it, and who of them wrote a value.
import { appendToken, parsePointer } from "@veltrix/protocol";
import { type Document, isRawObject, isTag, type RawObject, type RawValue, Reference, Replacement, Unset } from "../read/document.ts";
import { memberIn } from "../read/value-in.ts";
import { holdsMergeTags, Merger, type MergeNote } from "./merge.ts";

/** The values files of one service that count in one environment, nearest first. */
export type Layers = readonly Document[];

/** The layers of `environment`; undefined when one of them could not be parsed. */
export function layersOf(layers: ReadonlyMap<string, Document>, environment: string): Layers | undefined {
  const found = [layers.get(environment), layers.get("base")].filter((layer) => layer !== undefined);
  return found.every((layer) => layer.value !== undefined) ? found : undefined;
}

/** The layers as one object. Nothing of them is changed. `note` is told what merging does in vain. */
export function mergeLayers(layers: Layers, note: (note: MergeNote) => void = () => {}): RawObject {
  const merger = new Merger(note);
  let merged: RawValue | undefined;
  for (const { file, value } of layers.toReversed()) merged = merger.merge(merged, value ?? {}, { file, pointer: "" });
  return isRawObject(merged) ? merged : {};
}

/** A place in a values file. */
export interface Written {
  readonly file: string;
  /** Pointer of what stands in the file: of the `!ref` where the value asked for lies inside what it refers to. */
  readonly pointer: string;
  readonly value: RawValue;
  /** True where `!replace` stands before the value. */
  readonly replaces?: true;
}

/** Every layer that writes the value at `pointer`, nearest first; the first one counts. */
export function writersOf(layers: Layers, pointer: string): readonly Written[] {
  const tokens = parsePointer(pointer) ?? [];
  return writersAmong(layers.map((layer) => lookIn(layer, tokens)));
}

function writersAmong(looks: readonly Look[]): readonly Written[] {
  const found: Written[] = [];
  for (const { written, isEnd } of looks) {
    if (written !== undefined) found.push(written);
    if (isEnd && written === undefined) break;
  }
  return found;
}

/** The values of one environment, as far as their places are asked for. */
export interface PlacedValues {
  readonly layers: Layers;
  readonly renamed: ReadonlyMap<string, string>;
}

/** As `writersOf`, for a config in which keys may have been written under their old names. */
export function writersIn(values: PlacedValues, pointer: string): readonly Written[] {
  return writersOf(values.layers, writtenAs(values, pointer));
}

/** Why nothing holds at `pointer` although lower layers write it: the `!unset` or `!replace`, and what it hides. */
export interface Hidden {
  readonly by: Written;
  /** Nearest first. */
  readonly hidden: readonly Written[];
}

/** What is written about one pointer, in all layers. */
export interface WrittenAt {
  /** As `writersIn` gives them. */
  readonly writers: readonly Written[];
  /** What hides the values that lower layers write here; undefined where nothing does. */
  readonly hidden: Hidden | undefined;
  /** The reference that an object here merges with. */
  readonly under: (Written & { readonly value: Reference }) | undefined;
}

/** Looks up many pointers of one service: each layer is walked once, whichever environments it counts in. */
export class LayerIndex {
  readonly #looks: Map<Document, Map<string, Look>> = new Map();
  readonly #holdTags: Map<Document, boolean> = new Map();

  /** Everything that is written about `pointer`. */
  at(values: PlacedValues, pointer: string): WrittenAt {
    const written = writtenAs(values, pointer);
    const looks = values.layers.map((layer) => this.#look(layer, this.#looksOf(layer), written));
    const writers = writersAmong(looks);
    return { writers, hidden: hiddenAmong(looks), under: referenceUnder(writers) };
  }

  /** Every key that a layer writes, where one of them hides what others hold; none where no layer does. */
  hiddenIn(layers: Layers): readonly string[] {
    return layers.some((layer) => this.#holdsTags(layer)) ? layers.flatMap(pointersIn) : [];
  }

  #holdsTags(layer: Document): boolean {
    const known = this.#holdTags.get(layer) ?? (layer.value !== undefined && holdsMergeTags(layer.value));
    this.#holdTags.set(layer, known);
    return known;
  }

  #looksOf(layer: Document): Map<string, Look> {
    const known = this.#looks.get(layer) ?? new Map<string, Look>();
    this.#looks.set(layer, known);
    return known;
  }

  #look(layer: Document, known: Map<string, Look>, pointer: string): Look {
    const found = known.get(pointer);
    if (found !== undefined) return found;
    const slash = pointer.lastIndexOf("/");
    const look =
      slash === -1
        ? lookAt(layer)
        : lookBelow(this.#look(layer, known, pointer.slice(0, slash)), layer.file, readToken(pointer.slice(slash + 1)));
    known.set(pointer, look);
    return look;
  }
}

/** The name that a token of a pointer stands for (RFC 6901). */
function readToken(token: string): string {
  return token.includes("~") ? token.replaceAll("~1", "/").replaceAll("~0", "~") : token;
}

function hiddenAmong(looks: readonly Look[]): Hidden | undefined {
  if (looks.every(({ end }) => end === undefined)) return undefined;
  for (const [index, { written, end }] of looks.entries()) {
    if (end === undefined) {
      if (written !== undefined) return undefined;
      continue;
    }
    if (written !== undefined && !(written.value instanceof Unset)) return undefined;
    const hidden = looks.slice(index + 1).flatMap((lower) => lower.written ?? []);
    return hidden.length === 0 ? undefined : { by: end, hidden };
  }
  return undefined;
}

function referenceUnder(writers: readonly Written[]): WrittenAt["under"] {
  const [nearest] = writers;
  if (writers.length < 2 || nearest === undefined || nearest.replaces === true || !isRawObject(nearest.value)) return undefined;
  const under = writers.slice(1).find(({ value }) => !isRawObject(value));
  return under?.value instanceof Reference ? { ...under, value: under.value } : undefined;
}

/** The pointer of every key that a document writes. */
function pointersIn({ value: whole }: Document): readonly string[] {
  const found: string[] = [];
  const visit = (written: RawValue | undefined, pointer: string): void => {
    const value = written instanceof Replacement ? written.value : written;
    if (pointer !== "") found.push(pointer);
    if (isRawObject(value)) for (const [key, member] of Object.entries(value)) visit(member, appendToken(pointer, key));
  };
  visit(whole, "");
  return found;
}

function writtenAs({ renamed }: PlacedValues, pointer: string): string {
  for (const [name, old] of renamed) if (pointer === name || pointer.startsWith(`${name}/`)) return old + pointer.slice(name.length);
  return pointer;
}

/** What one layer says about one pointer. */
interface Look {
  readonly written?: Written;
  /** The `!unset` or `!replace` on the way, below which nothing counts. */
  readonly end?: Written;
  readonly isEnd: boolean;
}

const NOTHING: Look = { isEnd: false };

function lookIn(layer: Document, tokens: readonly string[]): Look {
  return tokens.reduce((look, token) => lookBelow(look, layer.file, token), lookAt(layer));
}

function lookAt({ file, value }: Document): Look {
  return value === undefined ? NOTHING : lookAtValue(value, file, "");
}

function lookAtValue(value: RawValue, file: string, pointer: string, above?: Written): Look {
  if (value instanceof Replacement) {
    const end: Written = { file, pointer, value: value.value, replaces: true };
    return { written: end, end, isEnd: true };
  }
  const written: Written = { file, pointer, value };
  const end = value instanceof Unset ? written : above;
  return end === undefined ? { written, isEnd: false } : { written, end, isEnd: true };
}

function lookBelow(look: Look, file: string, token: string): Look {
  const { written, end } = look;
  if (written === undefined) return look;
  const { value, pointer } = written;
  // What is referred to comes with all that is below it.
  if (value instanceof Reference) return written.replaces === true ? { ...look, written: { file, pointer, value } } : look;
  if (value instanceof Unset) return { end: written, isEnd: true };
  const member = isTag(value) ? undefined : memberIn(value, token);
  if (member === undefined) return end === undefined ? NOTHING : { end, isEnd: true };
  return lookAtValue(member, file, appendToken(pointer, token), end);
}
