// Who listens to what a process tells of its configuration: each for itself, whatever the others do.

type Listener = (event: never) => unknown;

/** Is called for whatever a listener of `event` throws, now or later. */
type OnError = (error: unknown, listener: { readonly event: string; readonly isFirst: boolean }) => void;

/** Listeners by the names of their events. */
export class Listeners<Events> {
  readonly #byName = new Map<keyof Events, Set<Listener>>();
  readonly #faulty = new WeakSet<object>();
  readonly #onError: OnError;

  constructor(onError: OnError) {
    this.#onError = onError;
  }

  /** Adds a listener and returns the function that removes it. One that is added twice is called twice. */
  add<Name extends keyof Events>(event: Name, listener: (event: Events[Name]) => unknown): () => void {
    const listeners = this.#byName.get(event) ?? new Set();
    this.#byName.set(event, listeners);
    const added: Listener = (payload) => listener(payload);
    listeners.add(added);
    return () => {
      listeners.delete(added);
    };
  }

  /** Calls the listeners of an event. Returns false when there are none. */
  emit<Name extends keyof Events>(event: Name, payload: Events[Name]): boolean {
    const listeners = [...(this.#byName.get(event) ?? [])];
    // `add` keeps each listener under the event whose payload it takes.
    for (const listener of listeners) this.call(listener, String(event), () => listener(payload as never));
    return listeners.length > 0;
  }

  /** Calls one function of the service's, which listens to `event`. What it throws, now or later, goes no further. */
  call(listener: object, event: string, run: () => unknown): void {
    const fail = (error: unknown): void => {
      const isFirst = !this.#faulty.has(listener);
      this.#faulty.add(listener);
      this.#onError(error, { event, isFirst });
    };
    try {
      const result = run();
      if (isThenable(result)) result.then(undefined, fail);
    } catch (error) {
      fail(error);
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
