// Layers: `base.yaml`, then `<environment>.yaml` over it. Objects merge, everything else replaces.
import { appendToken, parsePointer } from "@veltrix/protocol";
import { type Document, isRawObject, type RawObject, type RawValue, Reference } from "../read/document.ts";
import { setOwn } from "../own.ts";

/** The values files of one service that count in one environment, nearest first. */
export type Layers = readonly Document[];

/** The layers of `environment`; undefined when one of them could not be parsed. */
export function layersOf(layers: ReadonlyMap<string, Document>, environment: string): Layers | undefined {
  const found = [layers.get(environment), layers.get("base")].filter((layer) => layer !== undefined);
  return found.every((layer) => layer.value !== undefined) ? found : undefined;
}

/** The layers as one object. Nothing of them is changed. */
export function mergeLayers(layers: Layers): RawObject {
  let merged: RawValue = {};
  for (const layer of layers.toReversed()) merged = mergeValues(merged, layer.value ?? {});
  return isRawObject(merged) ? merged : {};
}

function mergeValues(below: RawValue, above: RawValue): RawValue {
  if (!isRawObject(below) || !isRawObject(above)) return above;
  const merged: { [key: string]: RawValue } = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const existing = Object.hasOwn(below, key) ? below[key] : undefined;
    setOwn(merged, key, existing === undefined ? value : mergeValues(existing, value));
  }
  return merged;
}

/** A place in a values file. */
export interface Written {
  readonly file: string;
  /** Pointer of what stands in the file: of the `!ref` where the value asked for lies inside what it refers to. */
  readonly pointer: string;
  readonly value: RawValue;
}

/** Every layer that writes the value at `pointer`, nearest first; the first one counts. */
export function writersOf(layers: Layers, pointer: string): readonly Written[] {
  return layers.map((layer) => writtenIn(layer, pointer)).filter((written) => written !== undefined);
}

/** As `writersOf`, for a config in which keys may have been written under their old names. */
export function writersIn(
  values: { readonly layers: Layers; readonly renamed: ReadonlyMap<string, string> },
  pointer: string,
): readonly Written[] {
  for (const [renamed, old] of values.renamed) {
    if (pointer === renamed || pointer.startsWith(`${renamed}/`)) return writersOf(values.layers, old + pointer.slice(renamed.length));
  }
  return writersOf(values.layers, pointer);
}

function writtenIn(layer: Document, pointer: string): Written | undefined {
  let value: RawValue | undefined = layer.value;
  let at = "";
  for (const token of parsePointer(pointer) ?? []) {
    if (value instanceof Reference) return { file: layer.file, pointer: at, value };
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, token)) return undefined;
    value = (value as RawObject)[token];
    at = appendToken(at, token);
  }
  return value === undefined ? undefined : { file: layer.file, pointer: at, value };
}
