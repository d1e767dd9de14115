// What a service reads: frozen plain objects, with a `Live` at every hot subtree, a `Secret` at every
// secret and parsed units. Reading is a property read, or a getter over one field; nothing is a Proxy.
import {
  type ConfigProblem,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parsePointer,
  parseUnit,
  unitExamples,
  type UnitName,
} from "@veltrix/protocol";
import type { ServiceDefinition } from "../contract/definition.ts";
import { cloneJson, deepFreeze, type Draft, holderOf, setAt, setOwn } from "../json/json-tree.ts";

const inspectCustom: symbol = Symbol.for("nodejs.util.inspect.custom");
const REDACTED = "[secret]";

/** A value that prints as `[secret]` everywhere, and is given out by `reveal()` alone. */
export class Secret<Value> {
  readonly #value: Value;

  constructor(value: Value) {
    this.#value = value;
    Object.freeze(this);
  }

  /** The value itself. */
  reveal(): Value {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }

  static {
    Object.defineProperty(this.prototype, inspectCustom, { value: () => REDACTED });
  }
}

/** What a reload swaps, and who wants to know of it. */
export class Cell {
  #hot: readonly unknown[];
  readonly #lives: Live<unknown>[] = [];
  readonly #listeners: Set<(current: unknown, previous: unknown) => unknown>[];

  constructor(hot: readonly unknown[]) {
    this.#hot = hot;
    this.#listeners = hot.map(() => new Set());
  }

  /** Values of the hot subtrees, in the order of the definition. */
  get hot(): readonly unknown[] {
    return this.#hot;
  }

  /** Gives every `Live` its next value, in one step that nothing can come between. */
  swap(next: readonly unknown[]): void {
    this.#hot = next;
    for (const live of this.#lives) setCurrent(live, next);
  }

  /** Adds a `Live` that takes part in every swap. */
  add(live: Live<unknown>): void {
    this.#lives.push(live);
  }

  listenersOf(index: number): readonly ((current: unknown, previous: unknown) => unknown)[] {
    return [...(this.#listeners[index] ?? [])];
  }

  subscribe(index: number, listener: (current: unknown, previous: unknown) => unknown): () => void {
    // One function may be added twice, and each addition is removed on its own.
    const added = (current: unknown, previous: unknown): unknown => listener(current, previous);
    this.#listeners[index]?.add(added);
    return () => {
      this.#listeners[index]?.delete(added);
    };
  }
}

let setCurrent: (live: Live<unknown>, hot: readonly unknown[]) => void;

/**
 * A hot subtree: `current` is what it holds now. Where the contract does not require the subtree and
 * it is not delivered, the `Live` is there all the same and `current` is undefined.
 */
export class Live<Value> {
  readonly #cell: Cell;
  readonly #index: number;
  // A field of its own, so that a read costs as much as that of a property.
  #current: Value;

  constructor(cell: Cell, index: number) {
    this.#cell = cell;
    this.#index = index;
    // The cell holds at this index what was built for this subtree; generated types say what that is.
    this.#current = cell.hot[index] as Value;
    cell.add(this);
    Object.freeze(this);
  }

  /** The value now. Keep the `Live`, not what it returns, where a later value is wanted. */
  get current(): Value {
    return this.#current;
  }

  /** Calls `listener` after every reload that changed this subtree. Returns the function that stops it. */
  subscribe(listener: (current: Value, previous: Value) => unknown): () => void {
    // The cell calls with values of this index only, which are what `current` gives.
    return this.#cell.subscribe(this.#index, listener as (current: unknown, previous: unknown) => unknown);
  }

  toJSON(): Value {
    return this.current;
  }

  static {
    setCurrent = (live, hot) => {
      live.#current = hot[live.#index];
    };
    Object.defineProperty(this.prototype, inspectCustom, {
      value(this: Live<unknown>, _depth: number, options: object, inspect: (value: unknown, options: object) => string) {
        return inspect(this.current, options);
      },
    });
  }
}

/** Checked values with units parsed and secrets in their places; or what is no such unit. */
export type Materialised =
  | { readonly kind: "whole"; readonly whole: Draft }
  | { readonly kind: "refused"; readonly problems: readonly ConfigProblem[] };

/** Secrets by pointer. They outlive reloads: a secret is read at the start. */
export type Secrets = ReadonlyMap<string, Secret<string>>;

/** Makes of delivered values the values that a service reads, in a copy of them. Nothing is frozen yet. */
export function materialise(
  definition: ServiceDefinition,
  value: JsonObject,
  secrets: Secrets,
  copy: JsonValue = cloneJson(value),
): Materialised {
  // The copy of an object is an object, and nobody else holds it.
  const whole = copy as Draft;
  const problems: ConfigProblem[] = [];
  for (const [pointer, unit] of Object.entries(definition.units)) {
    parseUnitsAt(whole, parsePointer(pointer) ?? [], { unit, pointer: "", problems });
  }
  if (problems.length > 0) return { kind: "refused", problems };
  for (const [pointer, secret] of secrets) setAt(whole, pointer, secret);
  return { kind: "whole", whole };
}

interface UnitWalk {
  readonly unit: UnitName;
  readonly pointer: string;
  readonly problems: ConfigProblem[];
}

function parseUnitsAt(node: unknown, [token, ...rest]: readonly string[], walk: UnitWalk): void {
  if (token === undefined || typeof node !== "object" || node === null) return;
  const keys = Array.isArray(node) && token === "*" ? Object.keys(node) : [token];
  for (const key of keys) {
    if (!Object.hasOwn(node, key)) continue;
    // An object or an array of our own copy: both are written by key.
    const holder = node as Draft;
    const member = holder[key];
    const pointer = `${walk.pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    if (rest.length > 0) parseUnitsAt(member, rest, { ...walk, pointer });
    // A nullable key may hold no text; the contract has decided that already.
    else if (typeof member === "string") holder[key] = parseOne(member, { ...walk, pointer });
  }
}

function parseOne(text: string, { unit, pointer, problems }: UnitWalk): unknown {
  const parsed = parseUnit(unit, text);
  if (parsed === undefined) problems.push({ code: "VX5005", pointer, message: `${pointer} must be ${unitExamples[unit]}` });
  return parsed;
}

/** The value of each hot subtree, frozen; undefined where it is not there. */
export function takeHot(definition: ServiceDefinition, whole: Draft): readonly unknown[] {
  return definition.hot.map((pointer) => {
    const found = holderOf(whole, pointer);
    return found !== undefined && Object.hasOwn(found.holder, found.key) ? deepFreeze(found.holder[found.key]) : undefined;
  });
}

/** Puts a `Live` at every hot pointer whose parent is there, and freezes the rest. */
export function placeLive(definition: ServiceDefinition, whole: Draft, cell: Cell): object {
  definition.hot.forEach((pointer, index) => {
    const found = holderOf(whole, pointer);
    if (found !== undefined) setOwn(found.holder, found.key, new Live(cell, index));
  });
  deepFreeze(whole);
  return whole;
}

/** `config` with every `Live` replaced by its value in `hot`. Subtrees without one are the same objects. */
export function takeSnapshot(definition: ServiceDefinition, config: object, hot: readonly unknown[]): object {
  if (hot.length === 0) return config;
  const copy: Draft = { ...config };
  definition.hot.forEach((pointer, index) => {
    const key = copyPath(copy, parsePointer(pointer) ?? []);
    if (key === undefined) return;
    if (hot[index] === undefined) delete key.holder[key.name];
    else setOwn(key.holder, key.name, hot[index]);
  });
  deepFreeze(copy);
  return copy;
}

/** Replaces the frozen objects on the way by copies; undefined where the way ends early. */
function copyPath(root: Draft, tokens: readonly string[]): { readonly holder: Draft; readonly name: string } | undefined {
  let current = root;
  for (const token of tokens.slice(0, -1)) {
    const member = Object.hasOwn(current, token) ? current[token] : undefined;
    if (!isJsonObject(member)) return undefined;
    const copy: Draft = Object.isFrozen(member) ? { ...member } : member;
    setOwn(current, token, copy);
    current = copy;
  }
  const name = tokens.at(-1);
  return name === undefined || !Object.hasOwn(current, name) ? undefined : { holder: current, name };
}
