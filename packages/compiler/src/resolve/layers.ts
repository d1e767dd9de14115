// Layers: `base.yaml`, then the file of each environment over it, and who of them wrote a value.
import { appendToken, parsePointer } from "@veltrix/protocol";
import { type Document, isRawObject, isTag, type RawObject, type RawValue, Reference, Replacement, Unset } from "../read/document.ts";
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
  const found: Written[] = [];
  for (const layer of layers) {
    const { written, isEnd } = lookIn(layer, tokens);
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

/** What hides the values that lower layers write at `pointer`; undefined where nothing does. */
export function hiddenAt(values: PlacedValues, pointer: string): Hidden | undefined {
  const tokens = parsePointer(writtenAs(values, pointer)) ?? [];
  for (const [index, layer] of values.layers.entries()) {
    const { written, end } = lookIn(layer, tokens);
    if (end === undefined) {
      if (written !== undefined) return undefined;
      continue;
    }
    if (written !== undefined && !(written.value instanceof Unset)) return undefined;
    const hidden = values.layers.slice(index + 1).flatMap((lower) => {
      const found = lookIn(lower, tokens).written;
      return found === undefined ? [] : [found];
    });
    return hidden.length === 0 ? undefined : { by: end, hidden };
  }
  return undefined;
}

/** The reference that an object at `pointer` merges with. */
export function referenceUnder(values: PlacedValues, pointer: string): (Written & { readonly value: Reference }) | undefined {
  const [nearest, ...lower] = writersIn(values, pointer);
  if (nearest === undefined || nearest.replaces === true || !isRawObject(nearest.value)) return undefined;
  const under = lower.find(({ value }) => !isRawObject(value));
  return under?.value instanceof Reference ? { ...under, value: under.value } : undefined;
}

/** Every key that a layer writes, where one of them hides what others hold; none where no layer does. */
export function pointersHidden(layers: Layers): readonly string[] {
  if (!layers.some(({ value }) => value !== undefined && holdsMergeTags(value))) return [];
  const found: string[] = [];
  const visit = (written: RawValue | undefined, pointer: string): void => {
    const value = written instanceof Replacement ? written.value : written;
    if (pointer !== "") found.push(pointer);
    if (isRawObject(value)) for (const [key, member] of Object.entries(value)) visit(member, appendToken(pointer, key));
  };
  for (const { value } of layers) visit(value, "");
  return found;
}

function writtenAs({ renamed }: PlacedValues, pointer: string): string {
  for (const [name, old] of renamed) if (pointer === name || pointer.startsWith(`${name}/`)) return old + pointer.slice(name.length);
  return pointer;
}

interface Look {
  readonly written?: Written;
  /** The `!unset` or `!replace` on the way, below which nothing counts. */
  readonly end?: Written;
  readonly isEnd: boolean;
}

function lookIn({ file, value: whole }: Document, tokens: readonly string[]): Look {
  let value: RawValue | undefined = whole;
  let at = "";
  let end: Written | undefined;
  const step = (): void => {
    if (!(value instanceof Replacement)) return;
    end = { file, pointer: at, value: value.value, replaces: true };
    value = value.value;
  };
  step();
  for (const token of tokens) {
    if (value instanceof Reference) return { written: { file, pointer: at, value }, isEnd: end !== undefined };
    if (value instanceof Unset) return { end: { file, pointer: at, value }, isEnd: true };
    if (typeof value !== "object" || value === null || isTag(value) || !Object.hasOwn(value, token))
      return { ...(end === undefined ? {} : { end }), isEnd: end !== undefined };
    value = (value as RawObject)[token];
    at = appendToken(at, token);
    step();
  }
  if (value === undefined) return { isEnd: false };
  const replaces = end?.pointer === at ? { replaces: true as const } : {};
  if (value instanceof Unset) end = { file, pointer: at, value };
  return { written: { file, pointer: at, value, ...replaces }, ...(end === undefined ? {} : { end }), isEnd: end !== undefined };
}
