// Merging: objects merge, everything else replaces. `!replace` ends it, `!unset` takes a key away, and an object over a
// reference waits until the reference has been followed. What merging cannot do, or does in vain, is noted.
import { appendToken } from "@veltrix/protocol";
import { isRawObject, isTag, Overlaid, type RawObject, type RawValue, Reference, Replacement, Unset } from "../read/document.ts";
import { setOwn } from "../set-own.ts";

/** What is wrong with a tag of merging, or with an empty object. */
export interface MergeNote {
  /** `empty`: `{}` over an object, which changes nothing. The others: why an `!unset` cannot take anything away. */
  readonly kind: "empty" | "in-base" | "in-list" | "in-replacement" | "nothing";
  readonly pointer: string;
  /** The layer that it stands in. */
  readonly file: string;
  /** Names that are held where a key is to be taken away. */
  readonly held: readonly string[];
}

/** Where the upper value of a merge stands. */
export interface MergePlace {
  readonly file: string;
  readonly pointer: string;
}

/** Merges values of one config, and notes what comes to nothing. */
export class Merger {
  readonly #note: (note: MergeNote) => void;

  constructor(note: (note: MergeNote) => void) {
    this.#note = note;
  }

  /** `above` over `below`; undefined where nothing is left. Neither is changed. */
  merge(below: RawValue | undefined, above: RawValue, at: MergePlace): RawValue | undefined {
    if (above instanceof Unset) {
      if (below === undefined) this.#note({ ...at, kind: kindIn(at), held: [] });
      return undefined;
    }
    if (!isRawObject(above)) return this.#alone(above, at);
    if (below instanceof Reference || below instanceof Overlaid) return this.#overlay(below, above, at);
    if (!isRawObject(below)) return this.#alone(above, at);
    this.#noteEmpty(below, above, at);
    return this.#mergeObjects(below, above, at);
  }

  #mergeObjects(below: RawObject, above: RawObject, { file, pointer }: MergePlace): RawObject {
    const merged: { [key: string]: RawValue } = { ...below };
    for (const [key, value] of Object.entries(above)) {
      const at = { file, pointer: appendToken(pointer, key) };
      const existing = Object.hasOwn(below, key) ? below[key] : undefined;
      if (value instanceof Unset && existing === undefined) {
        this.#note({ ...at, kind: "nothing", held: Object.keys(below) });
        continue;
      }
      const result = this.merge(existing, value, at);
      if (result === undefined) delete merged[key];
      else setOwn(merged, key, result);
    }
    return merged;
  }

  /** Tags stay in the object: what they are about is not known before the reference is followed. */
  #overlay(below: Reference | Overlaid, above: RawObject, { file, pointer }: MergePlace): RawValue {
    if (Object.keys(above).length === 0) {
      this.#note({ kind: "empty", file, pointer, held: [] });
      return below;
    }
    const layer = { file, value: above };
    return below instanceof Reference ? new Overlaid(below, [layer]) : new Overlaid(below.reference, [...below.above, layer]);
  }

  #noteEmpty(below: RawObject, above: RawObject, { file, pointer }: MergePlace): void {
    if (pointer !== "" && Object.keys(above).length === 0 && Object.keys(below).length > 0)
      this.#note({ kind: "empty", file, pointer, held: [] });
  }

  /** A value that nothing stands below, without its tags of merging. Most values have none, and are given back as they are. */
  #alone(value: RawValue, at: MergePlace, kind?: MergeNote["kind"]): RawValue {
    if (!holdsMergeTags(value)) return value;
    if (value instanceof Replacement) return this.#alone(value.value, at, kind ?? "in-replacement");
    if (Array.isArray(value)) {
      const items = value.map((item: RawValue, index) => this.#member(item, { ...at, pointer: `${at.pointer}/${index}` }, "in-list"));
      return items.filter((item) => item !== undefined);
    }
    const kept: { [key: string]: RawValue } = {};
    for (const [key, member] of Object.entries(isRawObject(value) ? value : {})) {
      const result = this.#member(member, { ...at, pointer: appendToken(at.pointer, key) }, kind);
      if (result !== undefined) setOwn(kept, key, result);
    }
    return kept;
  }

  #member(value: RawValue, at: MergePlace, kind: MergeNote["kind"] | undefined): RawValue | undefined {
    if (!(value instanceof Unset)) return this.#alone(value, at, kind);
    this.#note({ ...at, kind: kind ?? kindIn(at), held: [] });
    return undefined;
  }
}

function kindIn({ file }: MergePlace): MergeNote["kind"] {
  return file.endsWith("/base.yaml") ? "in-base" : "nothing";
}

/** True when some part of a value is an `!unset` or a `!replace`. */
export function holdsMergeTags(value: RawValue): boolean {
  if (value instanceof Unset || value instanceof Replacement) return true;
  if (typeof value !== "object" || value === null || isTag(value)) return false;
  return Object.values(value).some((member) => holdsMergeTags(member as RawValue));
}
