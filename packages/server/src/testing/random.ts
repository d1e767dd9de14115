// Chance that can be played again: a test that draws prints its seed, and VELTRIX_SEED sets it.
import { randomInt } from "node:crypto";

/** A generator with a seed. */
export class Random {
  readonly seed: number;
  #state: number;

  constructor(seed: number = Number(process.env["VELTRIX_SEED"] ?? randomInt(1, 2 ** 31))) {
    this.seed = seed;
    this.#state = seed;
  }

  /** A whole number in [0, below). */
  below(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) throw new Error("nothing to pick from");
    return choice;
  }
}

/** A tenth of a figure, or all of it under `npm run prove:server`. */
export function rounds(full: number): number {
  return process.env["VELTRIX_PROVE"] === "full" ? full : Math.ceil(full / 10);
}
