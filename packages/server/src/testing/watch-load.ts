// A random load with watchers that reconnect and a store that compacts, judged by the checker of watches.
import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { StoreError } from "../store/errors.ts";
import type { Operation, Store } from "../store/store.ts";
import { Random } from "./random.ts";
import { checkWatch, watchWithReconnects } from "./watch-checker.ts";

/** How much. */
export interface WatchLoad {
  readonly commits: number;
  readonly watchers: number;
  /** Called ten times on the way, after so many commits of all. */
  readonly disturb?: (done: number) => Promise<void>;
}

const WRITERS = 6;
const families = ["a", "b", "c"];

/** Runs it over stores that are one; returns how many changes were delivered. */
export async function runWatchLoad(stores: readonly Store[], { commits, watchers, disturb }: WatchLoad): Promise<number> {
  const random = new Random();
  const committed = new Map<number, readonly Operation[]>();
  const pick = (): Store => {
    const store = stores[random.below(stores.length)];
    if (store === undefined) throw new Error("no store");
    return store;
  };
  let left = commits;
  let done = 0;
  let last = Number.POSITIVE_INFINITY;
  const writer = async (): Promise<void> => {
    while (left-- > 0) {
      const operations = someOperations(random);
      committed.set(await commitForCertain(pick, operations), operations);
      if (random.below(150) === 0) await compactSome(pick(), random);
      done++;
      if (done % Math.max(1, Math.floor(commits / 10)) === 0) await disturb?.(done);
    }
  };
  const prefixes = Array.from({ length: watchers }, (_, index) => ["a/", "b/", "c/", "a/deep/"][index % 4] ?? "a/");
  const watching = Promise.all(
    prefixes.map(async (prefix) => ({ prefix, steps: await watchWithReconnects(pick, prefix, { random, until: () => last }) })),
  );
  await Promise.all(Array.from({ length: WRITERS }, writer));
  // The end is known only after its commit was answered, when some have seen it already: one more wakes those.
  for (const value of ["end", "over"]) {
    const operations: readonly Operation[] = [{ kind: "put", key: "a/deep/end", value }];
    const revision = await commitForCertain(pick, operations);
    committed.set(revision, operations);
    last = Math.min(last, revision);
  }
  let events = 0;
  for (const { prefix, steps } of await watching) {
    const checked = checkWatch(steps, prefix, committed);
    expect(checked.wrong.slice(0, 5), `seed ${random.seed}, prefix "${prefix}"`).toEqual([]);
    events += checked.events;
  }
  expect(committed.size).toBe(last + 1);
  return events;
}

function someOperations(random: Random): readonly Operation[] {
  const keys = new Set(
    Array.from(
      { length: 1 + random.below(20) },
      () => `${random.pick(families)}/${random.below(2) === 0 ? "deep/" : ""}${random.below(30)}`,
    ),
  );
  return [...keys].map((key): Operation =>
    random.below(4) === 0 ? { kind: "delete", key } : { kind: "put", key, value: String(random.below(1_000_000)) },
  );
}

/** Repeats with a receipt until it is told the revision. */
async function commitForCertain(pick: () => Store, operations: readonly Operation[]): Promise<number> {
  const receipt = { id: randomUUID(), digest: "d" };
  for (;;) {
    try {
      const answer = await pick().commit({ write: () => operations, receipt });
      if (answer.kind === "committed") return answer.revision;
    } catch (error) {
      if (!(error instanceof StoreError) || !["unknown", "unavailable"].includes(error.code)) throw error;
    }
  }
}

async function compactSome(store: Store, random: Random): Promise<void> {
  try {
    const { compacted, revision } = await store.readHead();
    await store.compact(compacted + random.below(revision - compacted + 1));
  } catch (error) {
    // Somebody else compacted further, or a member is away.
    if (!(error instanceof StoreError) || !["too-old", "unavailable"].includes(error.code)) throw error;
  }
}
