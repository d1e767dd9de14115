// What a durable commit costs on each engine: printed, not judged, because machines differ.
import { performance } from "node:perf_hooks";
import { describe, expect, it } from "vitest";
import { testedEngines } from "../testing/engines.ts";
import { put, write } from "../testing/helpers.ts";
import { rounds } from "../testing/random.ts";
import type { Store } from "./store.ts";

const value = "x".repeat(2000);

/** Milliseconds of each of many commits, by some writers at once. */
async function measure(
  store: Store,
  writers: number,
  commits: number,
): Promise<{ readonly perSecond: number; readonly times: readonly number[] }> {
  const times: number[] = [];
  let left = commits;
  const start = performance.now();
  const run = async (): Promise<void> => {
    while (left-- > 0) {
      const before = performance.now();
      await write(store, put(`a/${left}`, value), put("heads/x", String(left)), put(`audit/${left}`, value));
      times.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: writers }, run));
  return { perSecond: Math.round((1000 * commits) / (performance.now() - start)), times: times.sort((a, b) => a - b) };
}

describe.each(testedEngines().filter(({ isHere }) => isHere))("on $name", ({ name, open }) => {
  it.each([1, 64])("commits of three records by %i writers", async (writers) => {
    const store = await open();
    const commits = rounds(4000);
    const { perSecond, times } = await measure(store, writers, commits);
    const at = (part: number): string => (times[Math.floor(part * times.length)] ?? 0).toFixed(1);
    process.stdout.write(`${name}, ${writers} writers: ${perSecond} commits/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms\n`);
    expect((await store.readHead()).revision).toBe(commits);
    await store.close();
  });
});
