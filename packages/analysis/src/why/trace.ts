// Where a value comes from: the layers that set it, the references it was taken by, the contract that declares it.
import { type Key, type Model, type Origin, originOf, type ResolvedConfig } from "@veltrix/compiler";
import { PositionFinder, type Span } from "@veltrix/diagnostics";
import { isJsonObject, isWithin } from "@veltrix/protocol";
import { followReferences, referenceOf } from "../follow-references.ts";
import { nearestKey } from "../nearest-key.ts";
import { configIn, type ServiceConfig } from "../service-config.ts";
import { shownAt, shownLeaves, type ShownValue } from "../shown-value.ts";

/** A line of a file of the workspace. */
export interface SourceLine {
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly pointer: string;
}

/** One layer that writes the key. */
export interface TracedLayer {
  readonly at: SourceLine;
  /** As written: `!ref`, `!secret`, or JSON. */
  readonly written: string;
  /**
   * `default`: not written by anyone, but taken from the contract. `merges`: an object, and what it merges with.
   * `replaces` and `unset`: it hides what the lower layers hold, which is `hidden`.
   */
  readonly role: "counts" | "overridden" | "default" | "merges" | "replaces" | "unset" | "hidden";
}

/** One step of a reference: the provider's key, and the line that gives it its value. */
export interface TracedHop {
  readonly service: string;
  readonly pointer: string;
  readonly at: SourceLine | null;
  readonly written: string | null;
}

/** What the contract says of the key. */
export interface TracedDeclaration {
  readonly at: SourceLine;
  readonly pointer: string;
  readonly type: string;
  readonly reload: "hot" | "restart";
  readonly description: string | null;
}

/** All about one key of one service in one environment. */
export interface Trace {
  readonly service: string;
  readonly environment: string;
  readonly pointer: string;
  /** Null when the key has no value there. */
  readonly value: ShownValue | null;
  readonly layers: readonly TracedLayer[];
  readonly references: readonly TracedHop[];
  readonly declared: TracedDeclaration | null;
  /** Keys of services that take this value, or a part of it, by a reference. */
  readonly usedBy: readonly { readonly service: string; readonly pointer: string; readonly at: SourceLine | null }[];
  /** For an object: every key below it. */
  readonly keys: readonly { readonly pointer: string; readonly value: ShownValue; readonly at: SourceLine | null }[];
}

type ReadText = (file: string) => string | undefined;

/** Traces keys of one model; parses each file once. */
export class Tracer {
  readonly #model: Model;
  readonly #readText: ReadText;
  readonly #finders: Map<string, PositionFinder | undefined> = new Map();

  constructor(model: Model, readText: ReadText) {
    this.#model = model;
    this.#readText = readText;
  }

  /** Traces `pointer`; undefined when neither a value nor the contract has such a key. */
  trace({ service, config }: ServiceConfig, pointer: string): Trace | undefined {
    const value = shownAt(config, pointer);
    const key = nearestKey(service, pointer);
    const origin = pointer === "" ? undefined : originOf(config, pointer);
    // Of a key that a layer hides there is something to tell, whether or not the contract has it.
    if (value === undefined && key?.pointer !== pointer && pointer !== "" && origin === undefined) return undefined;
    const isObject = value !== undefined && "value" in value && isJsonObject(value.value);
    return {
      service: service.id,
      environment: config.environment.name,
      pointer,
      value: value ?? null,
      // Layers of an object merge: which of them counts is a question of each key below it.
      layers: origin === undefined || (isObject && isMerged(origin)) ? [] : this.#layersOf(origin, value),
      references: origin === undefined ? [] : this.#follow(config, pointer),
      declared: key === undefined ? null : this.#declarationOf(key),
      usedBy: this.#usersOf(service.id, config.environment.name, pointer),
      keys: isObject ? this.#keysBelow(config, pointer) : [],
    };
  }

  #layersOf(origin: Origin, value: ShownValue | undefined): readonly TracedLayer[] {
    const at = this.#lineOf(origin.file, origin.pointer);
    const role = roleOf(origin);
    const { over } = origin;
    const end =
      over === undefined ? -1 : origin.overridden.findIndex(({ file, pointer }) => file === over.file && pointer === over.pointer);
    return [
      { at, written: writtenBy(origin, value), role },
      ...origin.overridden.map((layer, index): TracedLayer => ({
        at: this.#lineOf(layer.file, layer.pointer),
        written: layer.written,
        role: index <= end ? "merges" : role === "replaces" || role === "unset" ? "hidden" : "overridden",
      })),
    ];
  }

  #follow(config: ResolvedConfig, pointer: string): readonly TracedHop[] {
    return followReferences(this.#model, config, pointer).map(({ service, pointer: key, config: taken, origin }) => ({
      service,
      pointer: key,
      at: origin === undefined ? null : this.#lineOf(origin.file, origin.pointer),
      written: origin === undefined || taken === undefined ? null : writtenBy(origin, shownAt(taken, key)),
    }));
  }

  #usersOf(target: string, environment: string, pointer: string): Trace["usedBy"] {
    return this.#model.services.flatMap((service) => {
      const { id, uses } = service;
      const config = configIn(service, environment);
      return uses
        .filter((use) => use.service === target && pointer !== "" && (isWithin(use.key, pointer) || isWithin(pointer, use.key)))
        .flatMap((use) => {
          // A reference may stand in the values of other environments only.
          const origin = originOf(config, use.pointer);
          if (origin === undefined || referenceOf(origin)?.reference !== `${use.service}#${use.key}`) return [];
          return [{ service: id, pointer: use.pointer, at: this.#lineOf(origin.file, origin.pointer) }];
        });
    });
  }

  #declarationOf(key: Key): TracedDeclaration {
    return {
      at: this.#lineOf(key.declaredAt.file, key.declaredAt.pointer),
      pointer: key.pointer,
      type: typeOf(key),
      reload: key.hot === undefined ? "restart" : "hot",
      description: key.description ?? null,
    };
  }

  #keysBelow(config: ResolvedConfig, pointer: string): Trace["keys"] {
    return [...shownLeaves(config)]
      .filter(([below]) => below !== pointer && isWithin(below, pointer))
      .map(([below, value]) => {
        const origin = originOf(config, below);
        return { pointer: below, value, at: origin === undefined ? null : this.#lineOf(origin.file, origin.pointer) };
      });
  }

  #lineOf(file: string, pointer: string): SourceLine {
    if (!this.#finders.has(file)) {
      const text = this.#readText(file);
      this.#finders.set(file, text === undefined ? undefined : new PositionFinder(text));
    }
    const span: Span | undefined = this.#finders.get(file)?.find({ file, pointer, on: "key" });
    return { file, line: span?.line ?? null, column: span?.column ?? null, pointer };
  }
}

/** Layers of an object merge, but for one that replaces, or that lies over a reference. */
function isMerged({ kind, replaces, over }: Origin): boolean {
  return kind === "value" && replaces !== true && over === undefined;
}

function roleOf({ kind, replaces, over }: Origin): TracedLayer["role"] {
  if (kind === "default" || kind === "unset") return kind;
  if (replaces === true) return "replaces";
  return over === undefined ? "counts" : "merges";
}

function writtenBy(origin: Origin, value: ShownValue | undefined): string {
  if (origin.reference !== undefined) return `!ref ${origin.reference}`;
  if (origin.kind === "unset") return origin.replaces === true ? "!replace" : "!unset";
  if (value === undefined) return "";
  if ("secret" in value) return `!secret ${value.secret}`;
  return `${origin.replaces === true ? "!replace " : ""}${JSON.stringify(value.value)}`;
}

function typeOf({ secret, unit, schema }: Key): string {
  const type = typeof schema === "object" ? schema["type"] : undefined;
  const name = Array.isArray(type) ? type.join(" | ") : typeof type === "string" ? type : "any";
  return `${name}${unit === undefined ? "" : ` (${unit})`}${secret ? ", secret" : ""}`;
}
