import { describe, expect, it } from "vitest";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { Backoff, BACKOFF_BASE_MS, BACKOFF_CAP_MS, parseRetryAfter, STREAM_BASE_MS } from "./backoff.ts";

/** A generator of numbers from 0 to 1 that is the same in every run (mulberry32). */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe("R8: backoff", () => {
  it("R8: spreads over a window that doubles from 0.5 s to 60 s", () => {
    const clock = new VirtualClock();
    const widest = new Backoff(clock, BACKOFF_BASE_MS, () => 1);
    expect(Array.from({ length: 10 }, () => widest.next())).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000,
    ]);
    expect(new Backoff(clock, BACKOFF_BASE_MS, () => 0).next()).toBe(0);
  });

  it("R8: starts at the base again only after five healthy minutes", () => {
    const clock = new VirtualClock();
    const backoff = new Backoff(clock, BACKOFF_BASE_MS, () => 1);
    for (let count = 0; count < 4; count++) backoff.next();
    backoff.succeeded();
    clock.advance(299_999);
    expect(backoff.next()).toBe(8_000);
    backoff.succeeded();
    clock.advance(300_000);
    expect(backoff.next()).toBe(500);
  });

  it("R8: waits at least as long as it was asked to, and spreads what follows", () => {
    const random = makeRandom(1);
    const waits = Array.from({ length: 1_000 }, () => new Backoff(new VirtualClock(), BACKOFF_BASE_MS, random).next(30_000));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(30_000);
    expect(Math.max(...waits)).toBeGreaterThan(59_000);
  });

  it("R8: reads Retry-After as seconds or as a date, within an hour", () => {
    const wall = (): number => Date.parse("2026-01-01T00:00:00Z");
    expect(parseRetryAfter("120", wall)).toBe(120_000);
    expect(parseRetryAfter("Thu, 01 Jan 2026 00:00:30 GMT", wall)).toBe(30_000);
    expect(parseRetryAfter("Thu, 01 Jan 1970 00:00:30 GMT", wall)).toBeUndefined();
    expect(parseRetryAfter("99999999", wall)).toBe(3_600_000);
    for (const text of [undefined, "", "soon", "-1", "1e9"]) expect(parseRetryAfter(text, wall)).toBeUndefined();
  });
});

const CLIENTS = 5_000;

/** Attempts per second of 5,000 clients whose connections all break at 0, until each has reached the service. */
function storm({
  downFor,
  wish = 0,
  seed,
}: {
  readonly downFor: number;
  readonly wish?: number;
  readonly seed: number;
}): readonly number[] {
  const clock = new VirtualClock();
  const random = makeRandom(seed);
  const attempts: number[] = [];
  const queue: { at: number; readonly backoff: Backoff }[] = [];
  for (let index = 0; index < CLIENTS; index++) {
    const backoff = new Backoff(clock, STREAM_BASE_MS, random);
    queue.push({ at: backoff.next(), backoff });
  }
  for (const client of queue) {
    for (;;) {
      const second = Math.floor(client.at / 1_000);
      attempts[second] = (attempts[second] ?? 0) + 1;
      if (client.at >= downFor) break;
      client.at += client.backoff.next(wish);
    }
  }
  return Array.from(attempts, (count) => count ?? 0);
}

/** Attempts per window of so many seconds. */
function inWindows(attempts: readonly number[], seconds: number): readonly number[] {
  const windows: number[] = [];
  attempts.forEach((count, second) => {
    const index = Math.floor(second / seconds);
    windows[index] = (windows[index] ?? 0) + count;
  });
  return windows;
}

const mean = (list: readonly number[]): number => list.reduce((sum, count) => sum + count, 0) / list.length;

describe("R8: 5,000 clients whose service goes away", () => {
  const seeds = [1, 2, 3, 4, 5];

  it.each(seeds)("R8: a restart of 2 s: the peak is at most twice the mean until everybody is back (seed %i)", (seed) => {
    const attempts = storm({ downFor: 2_000, seed });
    expect(Math.max(...attempts.slice(0, 10))).toBeLessThanOrEqual(2 * mean(attempts.slice(0, 10)));
  });

  it.each(seeds)("R8: ten minutes: the peak is at most twice the mean, while it is away and when it is back (seed %i)", (seed) => {
    const minutes = 600;
    const attempts = storm({ downFor: minutes * 1_000, seed });
    // From when the windows have opened to their full width.
    const away = attempts.slice(120, minutes);
    expect(Math.max(...away)).toBeLessThanOrEqual(2 * mean(away));
    // A service that is back is asked by everybody once, within the widest window.
    const back = attempts.slice(minutes, minutes + BACKOFF_CAP_MS / 1_000);
    expect(back.reduce((sum, count) => sum + count, 0)).toBe(CLIENTS);
    const windows = inWindows(back, 10);
    expect(Math.max(...windows)).toBeLessThanOrEqual(2 * mean(windows));
  });

  it("R8: nobody comes before the time that the service named", () => {
    const attempts = storm({ downFor: 60_000, wish: 30_000, seed: 6 });
    // The first attempt of each comes before anything could be named.
    expect(attempts.slice(11, 30).reduce((sum, count) => sum + count, 0)).toBe(0);
  });
});
