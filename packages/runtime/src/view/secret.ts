// A secret among the values that a service reads.
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

/** Secrets by pointer. They outlive reloads: a secret is read at the start. */
export type Secrets = ReadonlyMap<string, Secret<string>>;
