import { describe, expect, it } from "vitest";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { Backoff, BACKOFF_BASE_MS, BACKOFF_CAP_MS, OUTAGE_BASE_MS, parseRetryAfter, STREAM_BASE_MS } from "./backoff.ts";

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
/** The first reading without a stream comes within the roll-out deadline of a config service. */
const DEADLINE_MS = 15_000;

interface Outage {
  readonly downFor: number;
  readonly wish?: number;
  readonly seed: number;
}

/**
 * Requests per second of 5,000 clients whose connections all break at 0, until each has reached the service: the
 * attempts to get the stream back, and those to read without it.
 */
function storm({ downFor, wish = 0, seed }: Outage): { readonly streams: readonly number[]; readonly all: readonly number[] } {
  const clock = new VirtualClock();
  const random = makeRandom(seed);
  const streams: number[] = [];
  const all: number[] = [];
  const ask = (first: number, backoff: Backoff, counts: readonly number[][]): void => {
    for (let at = first; ; at += backoff.next(wish)) {
      const second = Math.floor(at / 1_000);
      for (const count of counts) count[second] = (count[second] ?? 0) + 1;
      if (at >= downFor) return;
    }
  };
  for (let index = 0; index < CLIENTS; index++) {
    const stream = new Backoff(clock, STREAM_BASE_MS, random);
    ask(stream.next(), stream, [streams, all]);
    ask(random() * DEADLINE_MS, new Backoff(clock, OUTAGE_BASE_MS, random), [all]);
  }
  return { streams: Array.from(streams, (count) => count ?? 0), all: Array.from(all, (count) => count ?? 0) };
}

const sum = (list: readonly number[]): number => list.reduce((total, count) => total + count, 0);
const mean = (list: readonly number[]): number => sum(list) / list.length;

describe("R8: 5,000 clients whose service goes away", () => {
  const seeds = [1, 2, 3, 4, 5];

  it.each(seeds)("R8: a restart of 2 s: the peak is at most twice the mean until everybody is back (seed %i)", (seed) => {
    const { streams } = storm({ downFor: 2_000, seed });
    const until = streams.slice(0, STREAM_BASE_MS / 1_000);
    expect(Math.max(...streams)).toBeLessThanOrEqual(2 * mean(until));
  });

  it.each(seeds.flatMap((seed) => [2, 10, 60].map((minutes) => [minutes, seed] as const)))(
    "R8: %i minutes: the peak is at most twice the mean, from the first second on (seed %i)",
    (minutes, seed) => {
      const seconds = minutes * 60;
      const { streams, all } = storm({ downFor: seconds * 1_000, seed });
      for (const requests of [streams, all]) {
        const away = requests.slice(0, seconds);
        expect(Math.max(...away)).toBeLessThanOrEqual(2 * mean(away));
      }
      // Each second of the first minute, too, against what the fleet does forever after: a request a client every 30 s.
      expect(Math.max(...all.slice(0, 60))).toBeLessThanOrEqual((2 * 2 * CLIENTS) / (BACKOFF_CAP_MS / 2_000));
    },
  );

  it.each(seeds)("R8: a service that is back is asked by everybody once, within the widest window (seed %i)", (seed) => {
    const { streams } = storm({ downFor: 600_000, seed });
    const back = streams.slice(600, 600 + BACKOFF_CAP_MS / 1_000);
    expect(sum(back)).toBe(CLIENTS);
    const windows = Array.from({ length: 6 }, (_, index) => sum(back.slice(10 * index, 10 * index + 10)));
    expect(Math.max(...windows)).toBeLessThanOrEqual(2 * mean(windows));
  });

  it("R8: nobody comes before the time that the service named", () => {
    const { streams } = storm({ downFor: 100_000, wish: 120_000, seed: 6 });
    // The first attempt of each comes before anything could be named.
    expect(sum(streams.slice(STREAM_BASE_MS / 1_000, 100))).toBe(0);
  });
});
