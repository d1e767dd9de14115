// How long to wait before the next attempt, so that thousands of clients of a service that goes away do not come
// back at the same moment: full jitter, from 0.5 s to 60 s, never tied to the traffic of the service. Who fails alone
// begins at 0.5 s; who fails with everybody else begins near the widest window, because the first windows of
// all of them would lie upon each other: the rate of a whole fleet is its size over the width of the window.
import type { Clock } from "./clock.ts";

export const BACKOFF_BASE_MS = 500;
export const BACKOFF_CAP_MS = 60_000;
/**
 * The base of streams. They all break in the same moment, and nothing is lost by a pause: values are held, and
 * the source is asked once without a stream meanwhile. With less, the first minute of a long outage would see more than
 * twice the requests of the others.
 */
export const STREAM_BASE_MS = 40_000;
/** The base of readings while the stream is lost: after the first, which comes within the roll-out deadline. */
export const OUTAGE_BASE_MS: number = BACKOFF_CAP_MS;
/** Only what worked for so long starts at the base again: a service that flaps is left alone. */
const HEALTHY_AFTER_MS = 300_000;

/** Waiting times of one client. */
export class Backoff {
  readonly #clock: Clock;
  readonly #base: number;
  readonly #random: () => number;
  #attempts = 0;
  #healthySince: number | undefined;

  constructor(clock: Clock, base: number = BACKOFF_BASE_MS, random: () => number = Math.random) {
    this.#clock = clock;
    this.#base = base;
    this.#random = random;
  }

  /**
   * Milliseconds to wait now. `wish` is what the service asked for: it is waited in full, and the jitter comes
   * on top, at least as wide as the wish, because everybody else was told the same.
   */
  next(wish = 0): number {
    if (this.#healthySince !== undefined && this.#clock.now() - this.#healthySince >= HEALTHY_AFTER_MS) this.#attempts = 0;
    this.#healthySince = undefined;
    const width = Math.min(BACKOFF_CAP_MS, this.#base * 2 ** this.#attempts);
    if (width < BACKOFF_CAP_MS) this.#attempts++;
    return wish + this.#random() * Math.max(width, Math.min(wish, BACKOFF_CAP_MS));
  }

  /** An attempt worked. */
  succeeded(): void {
    this.#healthySince ??= this.#clock.now();
  }
}

/** The longest pause that a service may ask for. */
export const MAX_WISH_MS = 3_600_000;

/** Milliseconds of a `Retry-After` header: seconds or a date. Undefined when it says nothing usable. */
export function parseRetryAfter(text: string | undefined, wallClock: () => number = Date.now): number | undefined {
  if (text === undefined) return undefined;
  // A date can only be compared with the wall clock: it is a wish, and a wrong one is bounded.
  const wish = /^[0-9]{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - wallClock();
  return Number.isFinite(wish) && wish > 0 ? Math.min(wish, MAX_WISH_MS) : undefined;
}
