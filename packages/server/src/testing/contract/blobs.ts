// Bytes by hash, and sweeping.
import { expect } from "vitest";
import { type ContractTests, expectCode, put } from "../helpers.ts";
import { blobKey } from "../../store/keys.ts";
import { LARGEST_BLOB } from "../../store/limits.ts";

export const blobsContract: ContractTests = {
  "keeps bytes under their hash, up to a limit": async ({ store }) => {
    const bytes = Buffer.alloc(LARGEST_BLOB, "0123456789abcdef\u0000");
    const hash = await store.putBlob(bytes);
    expect(Buffer.from((await store.readBlob(hash)) ?? []).equals(bytes)).toBe(true);
    const { revision } = await store.readHead();
    expect(await store.putBlob(bytes)).toBe(hash);
    expect((await store.readHead()).revision).toBe(revision);
    await expectCode("invalid", store.putBlob(Buffer.alloc(LARGEST_BLOB + 1)));
    expect(await store.readBlob("0".repeat(64))).toBeUndefined();
    const empty = await store.putBlob(new Uint8Array());
    expect(await store.readBlob(empty)).toHaveLength(0);
    expect((await store.verify()).blobs).toBe(2);
  },

  "sweeps what is old and unnamed, and no commit names what was swept": async ({ store, clock }) => {
    const [named, unnamed, fresh] = await Promise.all(["named", "unnamed", "fresh"].map((text) => store.putBlob(Buffer.from(text))));
    const name = (hash = "") => store.commit({ compare: [{ key: blobKey(hash), exists: true }], write: () => [put("a/names", hash)] });
    await store.commit({ write: () => [], receipt: { id: "old", digest: "d" } });
    expect((await name(named)).kind).toBe("committed");
    clock.now += 25 * 60 * 60_000;
    await store.putBlob(Buffer.from("fresh"));
    await store.commit({ write: () => [], receipt: { id: "new", digest: "d" } });
    expect(await store.sweep((hash) => hash === named)).toEqual({ blobs: 1, receipts: 1 });
    expect(await store.readBlob(unnamed ?? "")).toBeUndefined();
    expect(await store.readBlob(fresh ?? "")).toEqual(new Uint8Array(Buffer.from("fresh")));
    expect(await store.readBlob(named ?? "")).toBeDefined();
    expect((await name(unnamed)).kind).toBe("conflict");
    expect(await store.putBlob(Buffer.from("unnamed"))).toBe(unnamed);
    expect((await name(unnamed)).kind).toBe("committed");
    expect(await store.commit({ write: () => [], receipt: { id: "new", digest: "d" } })).toMatchObject({ repeated: true });
  },
};
