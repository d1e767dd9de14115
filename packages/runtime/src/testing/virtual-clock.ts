// Clocks in the hand of a test: one that stands still until it is moved, and one on which no wait takes time.
import type { Clock } from "../machine/clock.ts";

/** Time and timers in the hand of a test. */
export class VirtualClock implements Clock {
  #now = 0;
  #next = 0;
  readonly #timers = new Map<number, { readonly at: number; readonly call: () => void }>();

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, call: () => void): () => void {
    const id = this.#next++;
    this.#timers.set(id, { at: this.#now + milliseconds, call });
    return () => {
      this.#timers.delete(id);
    };
  }

  /** Lets so much time pass, and calls in order what is due. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      let due: { readonly id: number; readonly at: number; readonly call: () => void } | undefined;
      for (const [id, { at, call }] of this.#timers) if (at <= end && (due === undefined || at < due.at)) due = { id, at, call };
      if (due === undefined) break;
      this.#timers.delete(due.id);
      this.#now = Math.max(this.#now, due.at);
      due.call();
    }
    this.#now = end;
  }
}

/** Every wait is over at once, as if its time had passed. All else takes the time that it takes. */
export class LeapingClock implements Clock {
  #leapt = 0;

  now(): number {
    return performance.now() + this.#leapt;
  }

  after(milliseconds: number, call: () => void): () => void {
    const leap = setImmediate(() => {
      this.#leapt += milliseconds;
      call();
    });
    return () => clearImmediate(leap);
  }
}

/** A clock that runs so many times faster: for a process that must wait, where the order of what happens matters. */
export class FastClock implements Clock {
  readonly #times: number;

  constructor(times: number) {
    this.#times = times;
  }

  now(): number {
    return performance.now() * this.#times;
  }

  after(milliseconds: number, call: () => void): () => void {
    const timer = setTimeout(call, milliseconds / this.#times);
    timer.unref();
    return () => clearTimeout(timer);
  }
}
