// Where a value comes from: the layers that set it, the references it was taken by, the contract that declares it.
import {
  type Key,
  type Model,
  type Origin,
  Reference,
  type ResolvedConfig,
  SecretReference,
  type Service,
  type Written,
} from "@veltrix/compiler";
import { PositionFinder, type Span } from "@veltrix/diagnostics";
import { isWithin, type JsonObject, type JsonValue, leavesOf, valueAt } from "@veltrix/protocol";
import type { ServiceConfig } from "../select.ts";

/** A line of a file of the workspace. */
export interface Line {
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly pointer: string;
}

/** A value as it may be shown: a secret is its reference. */
export type Shown = { readonly value: JsonValue } | { readonly secret: string };

/** One layer that writes the key. */
export interface TracedLayer {
  readonly at: Line;
  /** As written: `!ref`, `!secret`, or JSON. */
  readonly written: string;
  /** `default`: not written by anyone, but taken from the contract. */
  readonly role: "counts" | "overridden" | "default";
}

/** One step of a reference: the provider's key, and the line that gives it its value. */
export interface TracedHop {
  readonly service: string;
  readonly pointer: string;
  readonly at: Line | null;
  readonly written: string | null;
}

/** What the contract says of the key. */
export interface TracedDeclaration {
  readonly at: Line;
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
  readonly value: Shown | null;
  readonly layers: readonly TracedLayer[];
  readonly references: readonly TracedHop[];
  readonly declared: TracedDeclaration | null;
  /** Keys of services that take this value, or a part of it, by a reference. */
  readonly usedBy: readonly { readonly service: string; readonly pointer: string; readonly at: Line | null }[];
  /** For an object: every key below it. */
  readonly keys: readonly { readonly pointer: string; readonly value: Shown; readonly at: Line | null }[];
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
    const key = findKey(service, pointer);
    if (value === undefined && key?.pointer !== pointer && pointer !== "") return undefined;
    const isObject = value !== undefined && "value" in value && isPlainObject(value.value);
    const origin = pointer === "" ? undefined : config.originOf(pointer);
    return {
      service: service.id,
      environment: config.environment.name,
      pointer,
      value: value ?? null,
      // Layers of an object merge: which of them counts is a question of each key below it.
      layers: origin === undefined || (isObject && origin.kind === "value") ? [] : this.#layersOf(origin, value),
      references: origin === undefined ? [] : this.#follow(origin, pointer, config.environment.name),
      declared: key === undefined ? null : this.#declarationOf(key),
      usedBy: this.#usersOf(service.id, config.environment.name, pointer),
      keys: isObject ? this.#keysBelow(config, pointer) : [],
    };
  }

  #layersOf(origin: Origin, value: Shown | undefined): readonly TracedLayer[] {
    const at = this.#lineOf(origin.file, origin.pointer);
    const counting: TracedLayer = { at, written: writtenBy(origin, value), role: origin.kind === "default" ? "default" : "counts" };
    return [
      counting,
      ...origin.overridden.map((layer): TracedLayer => ({
        at: this.#lineOf(layer.file, layer.pointer),
        written: textOf(layer.value),
        role: "overridden",
      })),
    ];
  }

  /** Hop by hop to whoever writes the value itself. A model has no cycles. */
  #follow(origin: Origin, pointer: string, environment: string): readonly TracedHop[] {
    const hops: TracedHop[] = [];
    let current: Origin | undefined = origin;
    let asked = pointer;
    while (current?.reference !== undefined) {
      const [id = "", target = ""] = splitReference(current.reference);
      // The value asked for may lie inside the object that is referred to.
      asked = target + asked.slice(current.pointer.length);
      const config: ResolvedConfig | undefined = this.#model.services
        .find((service) => service.id === id)
        ?.configs.find((candidate) => candidate.environment.name === environment);
      current = config?.originOf(asked);
      hops.push({
        service: id,
        pointer: asked,
        at: current === undefined ? null : this.#lineOf(current.file, current.pointer),
        written: current === undefined || config === undefined ? null : writtenBy(current, shownAt(config, asked)),
      });
    }
    return hops;
  }

  #usersOf(target: string, environment: string, pointer: string): Trace["usedBy"] {
    return this.#model.services.flatMap(({ id, uses, configs }) => {
      const config = configs.find((candidate) => candidate.environment.name === environment);
      return uses
        .filter((use) => use.service === target && pointer !== "" && (isWithin(use.key, pointer) || isWithin(pointer, use.key)))
        .flatMap((use) => {
          // A reference may stand in the values of other environments only.
          const origin = config?.originOf(use.pointer);
          if (origin?.reference !== `${use.service}#${use.key}`) return [];
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
    return leavesOf(config.value, config.secrets)
      .filter((leaf) => leaf.pointer !== pointer && isWithin(leaf.pointer, pointer))
      .map((leaf) => {
        const origin = config.originOf(leaf.pointer);
        const secret = config.secrets[leaf.pointer];
        const at = origin === undefined ? null : this.#lineOf(origin.file, origin.pointer);
        return { pointer: leaf.pointer, value: secret === undefined ? { value: leaf.value } : { secret }, at };
      });
  }

  #lineOf(file: string, pointer: string): Line {
    if (!this.#finders.has(file)) {
      const text = this.#readText(file);
      this.#finders.set(file, text === undefined ? undefined : new PositionFinder(text));
    }
    const span: Span | undefined = this.#finders.get(file)?.find({ file, pointer, on: "key" });
    return { file, line: span?.line ?? null, column: span?.column ?? null, pointer };
  }
}

function shownAt({ value, secrets }: ResolvedConfig, pointer: string): Shown | undefined {
  const secret = Object.hasOwn(secrets, pointer) ? secrets[pointer] : undefined;
  if (secret !== undefined) return { secret };
  const found = valueAt(value, pointer);
  return found === undefined ? undefined : { value: found };
}

/** The contract's key at `pointer`, else the nearest one above it: the items of an array have no key of their own. */
function findKey(service: Service, pointer: string): Key | undefined {
  return service.contract.keys.filter((key) => isWithin(pointer, key.pointer)).sort((a, b) => b.pointer.length - a.pointer.length)[0];
}

function writtenBy(origin: Origin, value: Shown | undefined): string {
  if (origin.reference !== undefined) return `!ref ${origin.reference}`;
  if (value === undefined) return "";
  return "secret" in value ? `!secret ${value.secret}` : JSON.stringify(value.value);
}

/** A value as it stands in a layer. */
function textOf(value: Written["value"]): string {
  return JSON.stringify(value, (_key, member: unknown) => (isTag(member) ? tagText(member) : member)).replace(
    /^"(!(?:ref|secret) .*)"$/,
    "$1",
  );
}

function isTag(value: unknown): value is Reference | SecretReference {
  return value instanceof Reference || value instanceof SecretReference;
}

function tagText(tag: Reference | SecretReference): string {
  return `${tag instanceof Reference ? "!ref" : "!secret"} ${tag.text}`;
}

function splitReference(reference: string): readonly string[] {
  const hash = reference.indexOf("#");
  return [reference.slice(0, hash), reference.slice(hash + 1)];
}

function typeOf({ secret, unit, schema }: Key): string {
  const type = typeof schema === "object" ? schema["type"] : undefined;
  const name = Array.isArray(type) ? type.join(" | ") : typeof type === "string" ? type : "any";
  return `${name}${unit === undefined ? "" : ` (${unit})`}${secret ? ", secret" : ""}`;
}

function isPlainObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
