// What a store inside one process needs of what keeps its data: calls that are over when they return.
import type { LogEntry, Row } from "../record.ts";
import type { Plan } from "../plan.ts";
import type { Fault, Head, StoredRecord } from "../store.ts";

/** Versions of records, their log, and blobs' bytes. All rows come in the order that is said; failures are StoreErrors. */
export interface Tables {
  readonly head: Head;
  /** The newest version of a key at or before a revision, unless that is a deletion. */
  get(key: string, revision: number): StoredRecord | undefined;
  /** The same for all keys with a prefix, in the order of keys. */
  list(prefix: string, revision: number): readonly StoredRecord[];
  /** Versions under a prefix of the revisions in (after, upTo], by revision and key. */
  changes(prefix: string, after: number, upTo: number): readonly Row[];
  body(hash: string): Uint8Array | undefined;
  /**
   * Runs steps that call {@link append} and {@link compact}, and makes all of it durable, or none. Fails with `unknown`
   * when it cannot tell which.
   */
  transact(steps: () => void): void;
  append(plan: Plan): void;
  compact(revision: number): void;
  /** For a full read. */
  versions(): Iterable<Row>;
  entries(): Iterable<LogEntry>;
  bodies(): Iterable<{ readonly hash: string; readonly bytes: Uint8Array }>;
  /** What the keeper of the data finds wrong with it. */
  check(): readonly Fault[];
  close(): void;
}
