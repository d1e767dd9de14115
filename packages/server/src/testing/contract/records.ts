// Reading and what may be stored.
import { expect } from "vitest";
import { type ContractTests, collect, del, expectCode, put, valuesOf, write } from "../helpers.ts";
import { hashRow } from "../../store/record.ts";

export const recordsContract: ContractTests = {
  "is empty at first": async ({ store }) => {
    expect(await store.read({ prefix: "" })).toEqual({ revision: 0, records: [] });
    expect(await store.read({ key: "a/b" })).toEqual({ revision: 0, records: [] });
    expect(await store.readHead()).toMatchObject({ revision: 0, compacted: 0, families: {} });
  },

  "reads a key, and a prefix in order without its neighbours": async ({ store }) => {
    const revision = await write(store, put("a/b/2", "two"), put("a/b/10", "ten"), put("a/bc/1", "no"), put("a/b/1", "one"));
    expect(revision).toBe(1);
    const { records } = await store.read({ prefix: "a/b/" });
    expect(records).toEqual(
      [
        ["a/b/1", "one"],
        ["a/b/10", "ten"],
        ["a/b/2", "two"],
      ].map(([key = "", value = ""]) => ({ key, value, revision: 1, hash: hashRow(key, 1, value) })),
    );
    expect((await store.read({ key: "a/b/10" })).records).toEqual(records.slice(1, 2));
    expect((await store.read({ key: "a/b" })).records).toEqual([]);
  },

  "reads as it was at each revision, and answers too-old and ahead": async ({ store }) => {
    await write(store, put("a/x", "1"), put("a/y", "1"));
    await write(store, put("a/x", "2"), del("a/y"));
    await write(store, put("a/y", "3"));
    await write(store, del("a/x"));
    expect(await valuesOf(store, "a/", 0)).toEqual({});
    expect(await valuesOf(store, "a/", 1)).toEqual({ "a/x": "1", "a/y": "1" });
    expect(await valuesOf(store, "a/", 2)).toEqual({ "a/x": "2" });
    expect((await store.read({ key: "a/y" }, 2)).records).toEqual([]);
    await store.compact(3);
    await store.compact(2);
    expect(await valuesOf(store, "a/", 3)).toEqual({ "a/x": "2", "a/y": "3" });
    expect(await valuesOf(store, "a/")).toEqual({ "a/y": "3" });
    await expectCode("too-old", store.read({ prefix: "a/" }, 2));
    await expectCode("too-old", store.read({ key: "a/x" }, 0));
    await expectCode("ahead", store.read({ prefix: "a/" }, 5));
    await expectCode("ahead", store.compact(5));
    expect(await write(store, put("a/z", "5"))).toBe(5);
    await store.compact(5);
    expect(await valuesOf(store, "", 5)).toEqual({ "a/y": "3", "a/z": "5" });
    expect((await store.readHead()).compacted).toBe(5);
  },

  "reads some keys at one revision": async ({ store }) => {
    await write(store, put("a/x", "1"), put("a/y", "1"), put("b/x", "1"));
    await write(store, put("a/x", "2"), del("a/y"));
    const read = async (keys: readonly string[], revision?: number): Promise<readonly string[]> =>
      (await store.read({ keys }, revision)).records.map(({ key, value }) => `${key}=${value}`);
    expect(await read(["b/x", "a/y", "a/x", "a/x", "c/x"])).toEqual(["a/x=2", "b/x=1"]);
    expect(await read(["b/x", "a/y", "a/x", "c/x"], 1)).toEqual(["a/x=1", "a/y=1", "b/x=1"]);
    expect(await read([])).toEqual([]);
    const many = Array.from({ length: 101 }, (_, index) => `a/${index}`);
    expect(await read(many.slice(0, 100))).toEqual([]);
    await expectCode("invalid", store.read({ keys: many }));
    await expectCode("invalid", store.read({ keys: ["a/x", "a"] }));
  },

  "keeps any text": async ({ store }) => {
    const texts = ["", "\u0000", "a\u0000b", "é€𝄞\u{10FFFF}", "\r\n\t\u2028\u0085", "\ufeff", "'\"\\", "x".repeat(100_000)];
    await write(store, ...texts.map((text, index) => put(`texts/${index}`, text)));
    expect(Object.values(await valuesOf(store))).toEqual(texts);
  },

  "refuses keys, values and prefixes that it would not give back": async ({ store }) => {
    const keys = ["", "a", "a/", "/a", "a//b", "A/b", "a/b c", "a/é", "a/\u0000", "a/b/", "a/%2e", "a/b\n", `a/${"b".repeat(512)}`];
    for (const key of keys) {
      await expectCode("invalid", write(store, put(key, "")));
      await expectCode("invalid", store.read({ key }));
      await expectCode("invalid", store.commit({ compare: [{ key, revision: 0 }], write: () => [] }));
    }
    for (const prefix of ["a", "a/b", "/", "a//", "a/\u0000/"]) {
      await expectCode("invalid", store.read({ prefix }));
      await expectCode(
        "invalid",
        collect(store.watch(prefix, { after: 0 }), () => true),
      );
    }
    await expectCode("invalid", write(store, put("a/b", "\ud800")));
    await expectCode("invalid", write(store, put("a/b", "1"), put("a/b", "2")));
    await expectCode("invalid", write(store, put("a/b", "1"), del("a/b")));
    for (const family of ["blobs", "receipts"]) await expectCode("invalid", write(store, put(`${family}/a`, "")));
    await expectCode("invalid", store.readBlob("../a"));
    expect((await store.readHead()).revision).toBe(0);
  },
};
