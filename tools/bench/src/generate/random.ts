// A seeded source of choices: the same seed gives the same workspace on every machine.

/** Numbers that look random and are the same for the same seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return low + (((bits ^ (bits >>> 14)) >>> 0) % (high - low + 1));
  }

  /** One of `choices`, which must not be empty. */
  pick<Choice>(choices: readonly Choice[]): Choice {
    // The index is below the length.
    return choices[this.integer(0, choices.length - 1)] as Choice;
  }

  /** `count` different members of `choices`, in their order. */
  sample<Choice>(choices: readonly Choice[], count: number): readonly Choice[] {
    const left = choices.map((_choice, index) => index);
    while (left.length > count) left.splice(this.integer(0, left.length - 1), 1);
    return left.map((index) => choices[index] as Choice);
  }

  /** A UUID. */
  uuid(): string {
    const hex = (digits: number): string =>
      this.integer(0, 16 ** digits - 1)
        .toString(16)
        .padStart(digits, "0");
    return `${hex(4)}${hex(4)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(6)}${hex(6)}`;
  }
}
