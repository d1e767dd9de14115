// The six properties that etcd gives its watches: ordered, unique, reliable, atomic, resumable, bookmarkable.
import { expect } from "vitest";
import { type ContractTests, changesOf, collect, del, put, upTo, write } from "../helpers.ts";
import type { WatchMessage } from "../../store/store.ts";

export const watchesContract: ContractTests = {
  "V29: tells every commit once, whole, in order, deletions included, from any revision on": async ({ store }) => {
    await write(store, put("a/x", "1"), put("b/x", "1"));
    await write(store, put("b/y", "2"));
    await write(store, del("a/x"), put("a/y", "3"), put("a/z", "3"));
    await write(store, put("a/x", "4"));
    await write(store, del("b/x"), del("a/y"));
    const all = [
      [1, "a/x", "1"],
      [3, "a/x", null],
      [3, "a/y", "3"],
      [3, "a/z", "3"],
      [4, "a/x", "4"],
      [5, "a/y", null],
    ];
    for (let after = 0; after <= 5; after++) {
      const messages = await collect(store.watch("a/", { after }), upTo(5));
      expect(changesOf(messages)).toEqual(all.filter(([revision]) => Number(revision) > after));
      const revisions = messages.map((message) => ("revision" in message ? message.revision : -1));
      expect(revisions).toEqual([...new Set(revisions)].sort((one, other) => one - other));
    }
    expect(changesOf(await collect(store.watch("b/x/", { after: 0 }), upTo(5)))).toEqual([]);
    expect(changesOf(await collect(store.watch("", { after: 4 }), upTo(5)))).toEqual([
      [5, "a/y", null],
      [5, "b/x", null],
    ]);
  },

  "goes on with what is committed later, and says how far it is where nothing concerns it": async ({ store }) => {
    const watching = collect(store.watch("a/", { after: 0 }), upTo(30));
    for (let count = 1; count <= 30; count++) await write(store, put(count % 3 === 0 ? "a/x" : "b/x", String(count)));
    const messages = await watching;
    expect(changesOf(messages).map(([revision]) => revision)).toEqual([3, 6, 9, 12, 15, 18, 21, 24, 27, 30]);
    const later = collect(store.watch("a/", { after: 30 }), upTo(31));
    await write(store, put("b/x", "31"));
    expect((await later).at(-1)).toEqual({ kind: "progress", revision: 31 });
    expect((await collect(store.watch("a/", { after: 31 }), () => true))[0]).toEqual({ kind: "progress", revision: 31 });
  },

  "catches up with many commits": async ({ store }) => {
    await Promise.all(Array.from({ length: 700 }, (_, index) => write(store, put(`a/${index % 50}`, String(index)))));
    const messages = await collect(store.watch("a/", { after: 1 }), upTo(700));
    expect(messages.flatMap((message) => (message.kind === "changes" ? [message.revision] : []))).toEqual(
      Array.from({ length: 699 }, (_, index) => index + 2),
    );
  },

  "V8: answers too-old and ahead, and ends": async ({ store }) => {
    for (let count = 1; count <= 5; count++) await write(store, put("a/x", String(count)));
    await store.compact(3);
    expect(await collect(store.watch("a/", { after: 2 }), () => false)).toEqual([{ kind: "too-old", oldest: 3 }]);
    expect(await collect(store.watch("a/", { after: 0 }), () => false)).toEqual([{ kind: "too-old", oldest: 3 }]);
    expect(await collect(store.watch("a/", { after: 6 }), () => false)).toEqual([{ kind: "ahead", revision: 5 }]);
    expect(changesOf(await collect(store.watch("a/", { after: 3 }), upTo(5)))).toHaveLength(2);
  },

  "goes on over a compaction while it is up to date": async ({ store }) => {
    const seen: WatchMessage[] = [];
    const watching = collect(store.watch("a/", { after: 0 }), (message, all) => (seen.push(message), upTo(6)(message) && all.length > 0));
    for (let count = 1; count <= 5; count++) await write(store, put("a/x", String(count)));
    while (!seen.some(upTo(5))) await new Promise((resolve) => setTimeout(resolve, 5));
    await store.compact(5);
    await write(store, del("a/x"));
    expect(changesOf(await watching)).toHaveLength(6);
  },

  "ends when it is told to, and fails when the store is closed": async ({ store }) => {
    const stop = new AbortController();
    const watching = collect(store.watch("a/", { after: 0, signal: stop.signal }), () => false);
    const other = collect(store.watch("a/", { after: 0, signal: AbortSignal.abort() }), () => false);
    expect(await other).toEqual([]);
    await write(store, put("b/x", "1"));
    stop.abort();
    expect(changesOf(await watching)).toEqual([]);
  },
};
