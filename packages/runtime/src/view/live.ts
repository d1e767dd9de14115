// Hot subtrees among the values that a service reads: a getter over one field; nothing is a Proxy.
const inspectCustom: symbol = Symbol.for("nodejs.util.inspect.custom");

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
