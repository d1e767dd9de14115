// A whole store as it goes from one to another: into a backup, out of it, or from SQLite to etcd.
import { randomUUID } from "node:crypto";
import { StoreError } from "../errors.ts";
import { differingFamilies, Tallies } from "../head.ts";
import { BLOB_FAMILY } from "../keys.ts";
import { type Draft, planCommit, prepareCommit } from "../plan.ts";
import { hashRow, type LogEntry } from "../record.ts";
import type { Head, Store, StoredRecord } from "../store.ts";
import { EPOCH_KEY, epochOf, FROZEN_KEY, nextEpoch } from "../system.ts";

/** All records of one revision, and their blobs one by one. */
export interface Copy {
  readonly head: Head;
  readonly records: readonly StoredRecord[];
  /** Those that the records name, in the order of their hashes; read when they are asked for. */
  readonly blobs: () => AsyncIterable<Blob>;
}

/** Bytes and their SHA-256. */
export interface Blob {
  readonly hash: string;
  readonly bytes: Uint8Array;
}

/** A blob was swept while a store was copied: the copy is not one any more. */
export class SweptError extends Error {}

/** A copy as it is to be written: with the log entry that its history begins with. */
export interface Import extends Copy {
  readonly entry: LogEntry;
}

/** A copy of a store as it is now; others may go on writing. */
export async function copyStore(store: Store): Promise<Copy> {
  for (;;) {
    const head = await store.readHead();
    const { revision, records } = await store.read({ prefix: "" });
    // Somebody committed between: the head is of another revision than the records.
    if (revision === head.revision) return { head, records, blobs: () => readBlobs(store, records) };
  }
}

async function* readBlobs(store: Store, records: readonly StoredRecord[]): AsyncGenerator<Blob> {
  for (const hash of blobsOf(records)) {
    const bytes = await store.readBlob(hash);
    if (bytes === undefined) throw new SweptError(`blob ${hash} is gone`);
    yield { hash, bytes };
  }
}

/** The hashes of the blobs of a copy. */
export function blobsOf(records: readonly StoredRecord[]): readonly string[] {
  return records.filter(({ key }) => key.startsWith(`${BLOB_FAMILY}/`)).map(({ key }) => key.slice(BLOB_FAMILY.length + 1));
}

/** Fails with `corrupt` where the records are not those that the head was written for. */
export function proveCopy({ head, records }: Pick<Copy, "head" | "records">): void {
  const tallies = new Tallies();
  for (const record of records) {
    if (hashRow(record.key, record.revision, record.value) !== record.hash) {
      throw new StoreError("corrupt", `the copy of ${record.key} does not have its hash`);
    }
    tallies.add(record);
  }
  const [first] = differingFamilies(head.families, tallies.families);
  if (first === undefined) return;
  throw new StoreError("corrupt", `the copy of ${first.family}/ holds ${first.b.count} records of ${first.a.count}, or others`);
}

/** Why a store is frozen. */
export interface Freeze {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly reason: "restored" | "migrated";
}

/**
 * What is written of a copy: the same records, and one commit more that starts a new epoch and freezes the service.
 * Fails with `corrupt` where the copy is not whole.
 */
export function prepareImport(copy: Copy, { now, reason }: Freeze): Import {
  proveCopy(copy);
  const records = new Map(copy.records.map((record) => [record.key, record]));
  const epoch = nextEpoch(epochOf(records.get(EPOCH_KEY)), now);
  const draft: Draft = {
    compare: [],
    write: () => [
      { kind: "put", key: EPOCH_KEY, value: JSON.stringify({ epoch }) },
      { kind: "put", key: FROZEN_KEY, value: JSON.stringify({ since: now, reason }) },
    ],
    bodies: [],
    nonce: randomUUID(),
  };
  const prepared = prepareCommit(draft, copy.head.revision + 1);
  const plan = planCommit(draft, prepared, { head: copy.head, recordOf: (key) => records.get(key) });
  if (plan.kind !== "write") throw new Error("a commit without comparisons has no conflict");
  for (const { key, revision, value, hash } of plan.rows) if (value !== null) records.set(key, { key, revision, value, hash });
  const head = { ...plan.head, compacted: plan.head.revision };
  const sorted = [...records.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  return { head, entry: plan.entry, records: sorted, blobs: copy.blobs };
}
