// Where each value of a config was written: the layers of a service, looked up once for all its environments.
import type { JsonObject } from "@veltrix/protocol";
import type { Contract, Key, Origin, OverriddenLayer, ResolvedConfig } from "../model.ts";
import { pointersOf } from "../origin.ts";
import { isTag, Reference, SecretReference, Unset, writtenText } from "../read/document.ts";
import { LayerIndex, type Written, type WrittenAt } from "../resolve/layers.ts";
import type { ResolvedService, ResolvedValues } from "../resolve/values.ts";

const NONE: readonly OverriddenLayer[] = Object.freeze([]);

/** Finds the origins of the configs of one service. Origins that environments share are one object. */
export class OriginFinder {
  readonly #keys: ReadonlyMap<string, Key>;
  readonly #used: readonly string[];
  readonly #index: LayerIndex = new LayerIndex();
  /** Of values that nothing overrides, by what is written. */
  readonly #plain: Map<Written, Origin> = new Map();

  constructor({ contract, uses }: { readonly contract: Contract; readonly uses: ResolvedService["uses"] }) {
    this.#keys = new Map(contract.keys.map((key) => [key.pointer, key]));
    this.#used = uses.map(({ pointer }) => pointer);
  }

  /** The origins of `value`, what `values` come to, and of the keys that it lacks; `secrets`: pointers of its secrets. */
  find(values: ResolvedValues, value: JsonObject, secrets: readonly string[]): ResolvedConfig["origins"] {
    const origins: { [pointer: string]: Origin } = {};
    for (const pointer of pointersOf(value, [...this.#keys.keys(), ...this.#used, ...secrets, ...this.#index.hiddenIn(values.layers)])) {
      const at = this.#index.at(values, pointer);
      const origin = this.#originOf(at) ?? this.#originOfNone(values, pointer, at);
      // No object inherits anything under the name of a pointer.
      if (origin !== undefined) origins[pointer] = origin;
    }
    return origins;
  }

  #originOf({ writers, under }: WrittenAt): Origin | undefined {
    const nearest = writers[0];
    if (nearest === undefined || nearest.value instanceof Unset) return undefined;
    if (writers.length > 1) return makeOrigin(nearest, writers.slice(1), under);
    const known = this.#plain.get(nearest);
    if (known !== undefined) return known;
    const made = makeOrigin(nearest, [], under);
    this.#plain.set(nearest, made);
    return made;
  }

  /** Of a key that no layer holds: its default, or what takes it away. */
  #originOfNone(values: ResolvedValues, pointer: string, { writers, hidden }: WrittenAt): Origin | undefined {
    const overridden = toData(hidden?.hidden ?? []);
    const key = values.defaults.has(pointer) ? this.#keys.get(pointer) : undefined;
    if (key !== undefined) return { kind: "default", ...key.declaredAt, overridden };
    const by = hidden?.by ?? writers[0];
    if (by === undefined) return undefined;
    return { kind: "unset", file: by.file, pointer: by.pointer, ...(by.replaces === true ? { replaces: true } : {}), overridden };
  }
}

function makeOrigin({ file, pointer, value, replaces }: Written, overridden: readonly Written[], under: WrittenAt["under"]): Origin {
  // What most of them are, without a look at all that a few have.
  if (replaces === undefined && under === undefined && !isTag(value))
    return { kind: "value", file, pointer, overridden: toData(overridden) };
  return {
    kind: value instanceof Reference ? "reference" : value instanceof SecretReference ? "secret" : "value",
    file,
    pointer,
    ...(value instanceof Reference ? { reference: value.text } : {}),
    ...(replaces === true ? { replaces } : {}),
    ...(under === undefined ? {} : { over: { file: under.file, pointer: under.pointer, reference: under.value.text } }),
    overridden: toData(overridden),
  };
}

function toData(layers: readonly Written[]): readonly OverriddenLayer[] {
  if (layers.length === 0) return NONE;
  return layers.map(({ file, pointer, value, replaces }) => ({
    file,
    pointer,
    written: `${replaces === true ? "!replace " : ""}${writtenText(value)}`,
  }));
}
