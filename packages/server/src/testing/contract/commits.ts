// Comparisons, receipts, limits.
import { expect } from "vitest";
import { type ContractTests, changesOf, collect, del, expectCode, put, upTo, valuesOf, write } from "../helpers.ts";
import { LARGEST_COMMIT, MOST_OPERATIONS } from "../../store/limits.ts";
import type { Operation } from "../../store/store.ts";

export const commitsContract: ContractTests = {
  "compares, and says what differs": async ({ store }) => {
    await write(store, put("a/x", "1"));
    const attempt = (...compare: readonly ({ key: string; revision: number } | { key: string; exists: boolean })[]) =>
      store.commit({ compare, write: () => [put("a/won", "yes")] });
    expect(await attempt({ key: "a/x", revision: 0 }, { key: "a/y", revision: 1 }, { key: "a/x", revision: 1 })).toEqual({
      kind: "conflict",
      revision: 1,
      failed: [
        { key: "a/x", revision: 1 },
        { key: "a/y", revision: 0 },
      ],
    });
    expect(await attempt({ key: "a/x", exists: false })).toMatchObject({ kind: "conflict", failed: [{ key: "a/x", revision: 1 }] });
    expect(await attempt({ key: "a/y", exists: true })).toMatchObject({ kind: "conflict", failed: [{ key: "a/y", revision: 0 }] });
    expect(await valuesOf(store)).toEqual({ "a/x": "1" });
    const answer = await attempt(
      { key: "a/x", revision: 1 },
      { key: "a/x", exists: true },
      { key: "a/y", exists: false },
      { key: "a/y", revision: 0 },
    );
    expect(answer).toEqual({ kind: "committed", revision: 2, repeated: false });
    await write(store, del("a/x"));
    expect(await attempt({ key: "a/x", revision: 1 })).toMatchObject({ failed: [{ key: "a/x", revision: 0 }] });
    expect((await attempt({ key: "a/x", revision: 0 })).kind).toBe("committed");
  },

  "tells a commit its revision, and counts also those that change nothing": async ({ store }) => {
    for (let expected = 1; expected <= 3; expected++) {
      const answer = await store.commit({ write: (revision) => [put(`a/${revision}`, String(revision))] });
      expect(answer).toMatchObject({ revision: expected });
    }
    expect(await write(store)).toBe(4);
    expect(await write(store, del("a/none"))).toBe(5);
    expect(await valuesOf(store)).toEqual({ "a/1": "1", "a/2": "2", "a/3": "3" });
  },

  "fails with what a commit's own code throws, and takes the next": async ({ store }) => {
    const throwing = store.commit({
      write: () => {
        throw new RangeError("mine");
      },
    });
    const after = write(store, put("a/b", "1"));
    await expect(throwing).rejects.toThrow(RangeError);
    expect(await after).toBe(1);
  },

  [`holds ${MOST_OPERATIONS} operations, as many comparisons and a receipt, and not one more`]: async ({ store }) => {
    const many = (count: number): readonly Operation[] => Array.from({ length: count }, (_, index) => put(`many/${index}`, "x"));
    const compare = Array.from({ length: MOST_OPERATIONS }, (_, index) => ({ key: `other/${index}`, revision: 0 }));
    const receipt = { id: "full", digest: "d" };
    expect(await store.commit({ compare, write: () => many(MOST_OPERATIONS), receipt })).toMatchObject({ revision: 1 });
    await expectCode("invalid", write(store, ...many(MOST_OPERATIONS + 1)));
    await expectCode("invalid", store.commit({ compare: [...compare, { key: "a/b", revision: 0 }], write: () => [] }));
    expect(await write(store, ...many(MOST_OPERATIONS).map(({ key }) => del(key)))).toBe(2);
    expect(await valuesOf(store, "many/")).toEqual({});
  },

  [`holds ${LARGEST_COMMIT} bytes, and not one more`]: async ({ store }) => {
    const half = LARGEST_COMMIT / 2;
    // Two bytes a character: bytes count, not characters.
    const value = "é".repeat((half - "a/1".length - 1) / 2);
    const rest = "x".repeat(LARGEST_COMMIT - 6 - 2 * value.length);
    await expectCode("invalid", write(store, put("a/1", value), put("a/2", `${rest}x`)));
    expect(await write(store, put("a/1", value), put("a/2", rest))).toBe(1);
    expect(await valuesOf(store)).toEqual({ "a/1": value, "a/2": rest });
    const [change] = changesOf(await collect(store.watch("a/", { after: 0 }), upTo(1)));
    expect(change).toEqual([1, "a/1", value]);
  },

  "V3: loses no update of 64 writers that read, add and compare": async ({ store }) => {
    await write(store, put("counter/n", "0"));
    const add = async (): Promise<void> => {
      for (;;) {
        const [record] = (await store.read({ key: "counter/n" })).records;
        const answer = await store.commit({
          compare: [{ key: "counter/n", revision: record?.revision ?? 0 }],
          write: () => [put("counter/n", String(Number(record?.value) + 1))],
        });
        if (answer.kind === "committed") return;
      }
    };
    await Promise.all(Array.from({ length: 64 }, add));
    expect(await valuesOf(store)).toEqual({ "counter/n": "64" });
    expect((await store.readHead()).revision).toBe(65);
  },

  "V4: does a commit with a receipt once": async ({ store }) => {
    const commit = (digest: string) =>
      store.commit({
        compare: [{ key: "a/x", revision: 0 }],
        write: (revision) => [put("a/x", String(revision))],
        receipt: { id: "once", digest },
      });
    await write(store, put("b/other", ""));
    const answers = await Promise.all(Array.from({ length: 8 }, () => commit("d")));
    expect(answers.filter(({ kind }) => kind === "committed")).toHaveLength(8);
    expect(new Set(answers.map(({ revision }) => revision))).toEqual(new Set([2]));
    expect(answers.filter((answer) => answer.kind === "committed" && !answer.repeated)).toHaveLength(1);
    await write(store, put("a/x", "changed"));
    expect(await commit("d")).toEqual({ kind: "committed", revision: 2, repeated: true });
    await expectCode("receipt-reused", commit("another"));
    expect(await valuesOf(store, "a/")).toEqual({ "a/x": "changed" });
  },

  "chains its commits": async ({ store }) => {
    const chains = new Set([(await store.readHead()).chain]);
    for (let count = 0; count < 5; count++) {
      await write(store, put("a/same", "same"));
      chains.add((await store.readHead()).chain);
    }
    expect(chains.size).toBe(6);
    expect((await store.readHead()).families).toMatchObject({ a: { count: 1 } });
  },
};
