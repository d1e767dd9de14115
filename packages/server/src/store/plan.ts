// From a request and the records that it concerns to what an engine must write, or to why it must not. Pure; the same
// for every engine.
import { Buffer } from "node:buffer";
import { StoreError } from "./errors.ts";
import { tallyAfter } from "./head.ts";
import { checkKey, receiptKey } from "./keys.ts";
import { LARGEST_COMMIT, MOST_OPERATIONS } from "./limits.ts";
import { extendChain, type LogEntry, makeRow, type Row } from "./record.ts";
import type { Comparison, CommitAnswer, FailedComparison, Head, Operation, Receipt, StoredRecord } from "./store.ts";

/** Bytes beside a blob's record; null removes them. */
export interface Body {
  readonly hash: string;
  readonly bytes: Uint8Array | null;
}

/** A commit as engines get it: whoever made it has checked families. */
export interface Draft {
  readonly compare: readonly Comparison[];
  readonly write: (revision: number) => readonly Operation[];
  readonly receipt?: Receipt & { readonly at: number };
  readonly bodies: readonly Body[];
  readonly nonce: string;
}

/** A draft for one revision, checked, in the order of keys. */
export interface Prepared {
  readonly revision: number;
  readonly operations: readonly Operation[];
  /** All keys whose records decide or change. */
  readonly keys: readonly string[];
}

/** What to write, in one transaction: new versions, bodies, the log entry, the head. */
export interface Plan {
  readonly kind: "write";
  readonly head: Head;
  readonly rows: readonly Row[];
  readonly entry: LogEntry;
  readonly bodies: readonly Body[];
}

/** Calls the draft's `write` for a revision and checks what it gives. */
export function prepareCommit(draft: Draft, revision: number): Prepared {
  const operations = [...draft.write(revision)];
  checkOperations(operations);
  if (draft.compare.length > MOST_OPERATIONS) throw new StoreError("invalid", `a commit compares at most ${MOST_OPERATIONS} records`);
  if (draft.receipt !== undefined) {
    const { id, digest, at } = draft.receipt;
    operations.push({ kind: "put", key: receiptKey(id), value: JSON.stringify({ revision, digest, at }) });
  }
  const keys = new Set([...draft.compare, ...operations].map(({ key }) => key));
  for (const key of keys) checkKey(key);
  return { revision, operations: operations.sort((a, b) => (a.key < b.key ? -1 : 1)), keys: [...keys] };
}

function checkOperations(operations: readonly Operation[]): void {
  if (operations.length > MOST_OPERATIONS) {
    throw new StoreError("invalid", `a commit has at most ${MOST_OPERATIONS} operations, this one ${operations.length}`);
  }
  if (new Set(operations.map(({ key }) => key)).size !== operations.length) throw new StoreError("invalid", "a commit changes a key once");
  let bytes = 0;
  for (const operation of operations) {
    bytes += operation.key.length;
    if (operation.kind === "delete") continue;
    if (/\p{Surrogate}/u.test(operation.value)) throw new StoreError("invalid", `the value of ${operation.key} holds half a character`);
    bytes += Buffer.byteLength(operation.value);
  }
  if (bytes > LARGEST_COMMIT) throw new StoreError("invalid", `a commit holds at most ${LARGEST_COMMIT} bytes, this one ${bytes}`);
}

/**
 * Decides a prepared commit against the head and the records that it was prepared for; `recordOf` gives the newest
 * version of each of `prepared.keys`.
 */
export function planCommit(
  draft: Draft,
  prepared: Prepared,
  { head, recordOf }: { readonly head: Head; readonly recordOf: (key: string) => StoredRecord | undefined },
): Plan | CommitAnswer {
  const earlier = draft.receipt === undefined ? undefined : recordOf(receiptKey(draft.receipt.id));
  if (draft.receipt !== undefined && earlier !== undefined) return repeat(draft.receipt, earlier);
  const failed = draft.compare.filter((comparison) => !holds(comparison, recordOf(comparison.key)));
  if (failed.length > 0) {
    const now = failed.map(({ key }): FailedComparison => ({ key, revision: recordOf(key)?.revision ?? 0 }));
    return { kind: "conflict", revision: head.revision, failed: now };
  }
  const { revision } = prepared;
  const rows = prepared.operations
    .filter(({ kind, key }) => kind === "put" || recordOf(key) !== undefined)
    .map((operation) => makeRow(operation.key, revision, operation.kind === "put" ? operation.value : null));
  const changes = rows.map(({ key, hash, value }) => ({ key, hash, deleted: value === null }));
  const chain = extendChain(head.chain, { revision, nonce: draft.nonce, changes });
  return {
    kind: "write",
    head: { revision, compacted: head.compacted, chain, families: tallyAfter(head, rows, recordOf) },
    rows,
    entry: { revision, nonce: draft.nonce, changes, chain },
    bodies: draft.bodies,
  };
}

function holds(comparison: Comparison, record: StoredRecord | undefined): boolean {
  if ("exists" in comparison) return (record !== undefined) === comparison.exists;
  return (record?.revision ?? 0) === comparison.revision;
}

function repeat(receipt: Receipt, earlier: StoredRecord): CommitAnswer {
  return { kind: "committed", revision: readReceipt(receipt, earlier), repeated: true };
}

/** The revision of the commit that was made under a receipt; fails with `receipt-reused` where that was another request. */
export function readReceipt(receipt: Receipt, earlier: StoredRecord): number {
  // Written by prepareCommit alone, and proved by its hash when it was read.
  const { revision, digest } = JSON.parse(earlier.value) as { readonly revision: number; readonly digest: string };
  if (digest !== receipt.digest) throw new StoreError("receipt-reused", `the idempotency key ${receipt.id} was used for another request`);
  return revision;
}
