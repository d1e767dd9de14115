// The store that callers see, over any engine: it checks what is asked, keeps blobs and receipts as records of their
// own, and sweeps them.
import { randomUUID } from "node:crypto";
import type { Engine } from "./engine.ts";
import { StoreError } from "./errors.ts";
import { BLOB_FAMILY, blobKey, checkKey, checkPrefix, familyOf, receiptKey, RECEIPT_FAMILY } from "./keys.ts";
import { LARGEST_BLOB, MOST_OPERATIONS } from "./limits.ts";
import type { Body, Draft } from "./plan.ts";
import { hashBytes } from "./record.ts";
import type { Commit, CommitAnswer, EngineName, Head, Operation, Selector, Snapshot, Store, StoredRecord } from "./store.ts";
import type { Verification, WatchMessage, WatchOptions } from "./store.ts";

const HASH = /^[0-9a-f]{64}$/;

/** Unnamed blobs and receipts are kept so long, in milliseconds. */
export const SWEEP_AGE: number = 24 * 60 * 60_000;

/** A blob that is put again is written anew only when its last time is older than this, in milliseconds. */
const TOUCH_AGE = 60 * 60_000;

/** What a store takes beside its engine. */
export interface StoreOptions {
  /** Milliseconds since 1970; by default the clock of the machine. */
  readonly now?: () => number;
}

/** A store over an engine. */
export class RecordStore implements Store {
  readonly #engine: Engine;
  readonly #now: () => number;

  constructor(engine: Engine, { now = Date.now }: StoreOptions = {}) {
    this.#engine = engine;
    this.#now = now;
  }

  get engine(): EngineName {
    return this.#engine.name;
  }

  readHead(): Promise<Head> {
    return this.#engine.readHead();
  }

  async read(selector: Selector, revision?: number): Promise<Snapshot> {
    if ("prefix" in selector) {
      checkPrefix(selector.prefix);
      return this.#engine.read(selector, revision);
    }
    const keys = "key" in selector ? [selector.key] : [...new Set(selector.keys)].sort();
    if (keys.length > MOST_OPERATIONS) throw new StoreError("invalid", `one read takes at most ${MOST_OPERATIONS} keys`);
    for (const key of keys) checkKey(key);
    return this.#engine.read({ keys }, revision);
  }

  async commit({ compare = [], write, receipt }: Commit): Promise<CommitAnswer> {
    if (receipt !== undefined) checkKey(receiptKey(receipt.id));
    return this.#engine.commit({
      compare,
      write: (revision) => write(revision).map(refuseReserved),
      ...(receipt === undefined ? {} : { receipt: { ...receipt, at: this.#now() } }),
      bodies: [],
      nonce: randomUUID(),
    });
  }

  async *watch(prefix: string, options: WatchOptions): AsyncGenerator<WatchMessage> {
    checkPrefix(prefix);
    yield* this.#engine.watch(prefix, options);
  }

  async compact(revision: number): Promise<void> {
    await this.#engine.compact(revision);
  }

  async putBlob(bytes: Uint8Array): Promise<string> {
    if (bytes.length > LARGEST_BLOB) throw new StoreError("invalid", `a blob has at most ${LARGEST_BLOB} bytes, this one ${bytes.length}`);
    const hash = hashBytes(bytes);
    for (;;) {
      const [present] = (await this.read({ key: blobKey(hash) })).records;
      if (present !== undefined && writtenAt(present) > this.#now() - TOUCH_AGE) return hash;
      const value = JSON.stringify({ at: this.#now(), size: bytes.length });
      const put: Operation = { kind: "put", key: blobKey(hash), value };
      const answer = await this.#change(put, present, { hash, bytes });
      if (answer.kind === "committed") return hash;
    }
  }

  async readBlob(hash: string): Promise<Uint8Array | undefined> {
    if (!HASH.test(hash)) throw new StoreError("invalid", "a blob is named by its SHA-256 in hex");
    const bytes = await this.#engine.readBody(hash);
    if (bytes !== undefined && hashBytes(bytes) !== hash)
      throw new StoreError("corrupt", `the bytes of blob ${hash} do not have that hash`);
    return bytes;
  }

  async sweep(isNamed: (hash: string) => boolean): Promise<{ readonly blobs: number; readonly receipts: number }> {
    const oldest = this.#now() - SWEEP_AGE;
    const old = async (family: string): Promise<readonly StoredRecord[]> =>
      (await this.read({ prefix: `${family}/` })).records.filter((record) => writtenAt(record) < oldest);
    let blobs = 0;
    for (const record of await old(BLOB_FAMILY)) {
      const hash = record.key.slice(BLOB_FAMILY.length + 1);
      if (isNamed(hash)) continue;
      // Put again since: its revision is another, and it stays.
      const answer = await this.#change({ kind: "delete", key: record.key }, record, { hash, bytes: null });
      if (answer.kind === "committed") blobs++;
    }
    let receipts = 0;
    for (const record of await old(RECEIPT_FAMILY)) {
      const answer = await this.#change({ kind: "delete", key: record.key }, record);
      if (answer.kind === "committed") receipts++;
    }
    return { blobs, receipts };
  }

  /** Changes one record of ours, provided that it is still as it was seen. */
  #change(operation: Operation, seen: StoredRecord | undefined, body?: Body): Promise<CommitAnswer> {
    const draft: Draft = {
      compare: [{ key: operation.key, revision: seen?.revision ?? 0 }],
      write: () => [operation],
      bodies: body === undefined ? [] : [body],
      nonce: randomUUID(),
    };
    return this.#engine.commit(draft);
  }

  verify(): Promise<Verification> {
    return this.#engine.verify();
  }

  close(): Promise<void> {
    return this.#engine.close();
  }
}

function refuseReserved(operation: Operation): Operation {
  const family = familyOf(operation.key);
  if (family === BLOB_FAMILY || family === RECEIPT_FAMILY) throw new StoreError("invalid", `${family}/ is the store's own`);
  return operation;
}

/** When the record of a blob or a receipt was written, in milliseconds since 1970. */
function writtenAt({ value }: StoredRecord): number {
  // Both are written here and in plan.ts, and proved by their hash when they are read.
  return (JSON.parse(value) as { readonly at: number }).at;
}
