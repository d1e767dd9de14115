// What a store is: a small ordered key-value store with revisions, shaped like etcd without its leases. All engines
// behave alike; one suite of tests (testing/contract.ts) holds them to it.

/** Which engine keeps the records. */
export type EngineName = "memory" | "sqlite" | "etcd";

/** One record as it was at some revision. */
export interface StoredRecord {
  readonly key: string;
  /** UTF-8 text, in practice JSON. */
  readonly value: string;
  /** The commit that wrote it. */
  readonly revision: number;
  /** SHA-256 over key, revision and value, in hex. */
  readonly hash: string;
}

/** What to read: some keys (at most 100), or all keys under a prefix that is empty or ends in a slash. */
export type Selector = { readonly key: string } | { readonly keys: readonly string[] } | { readonly prefix: string };

/** Where the engines read: the keys are checked, without repetitions, in order. */
export type Range = { readonly keys: readonly string[] } | { readonly prefix: string };

/** Records as they all were at one revision, in the order of their keys. */
export interface Snapshot {
  readonly revision: number;
  readonly records: readonly StoredRecord[];
}

/** What must hold for a commit to happen: the record was last written by this revision (0: there is none), or exists. */
export type Comparison = { readonly key: string; readonly revision: number } | { readonly key: string; readonly exists: boolean };

/** One change of a commit. A delete of what is not there does nothing. */
export type Operation =
  | { readonly kind: "put"; readonly key: string; readonly value: string }
  | { readonly kind: "delete"; readonly key: string };

/** An idempotency key, and a digest of what is asked for under it. */
export interface Receipt {
  readonly id: string;
  readonly digest: string;
}

/** One atomic change. */
export interface Commit {
  readonly compare?: readonly Comparison[];
  /**
   * The changes, told the revision that they will have. A pure function: it is called again when another commit came
   * first. At most 100 operations, 512 KiB of keys and values, and no key twice.
   */
  readonly write: (revision: number) => readonly Operation[];
  /** A commit with a receipt happens at most once: a repetition is answered with the revision of the first. */
  readonly receipt?: Receipt;
}

/** A comparison that did not hold, with the revision that the record really has (0: there is none). */
export interface FailedComparison {
  readonly key: string;
  readonly revision: number;
}

/** What became of a commit. After a `conflict` nothing was written; its revision is the one that was compared with. */
export type CommitAnswer =
  | { readonly kind: "committed"; readonly revision: number; readonly repeated: boolean }
  | { readonly kind: "conflict"; readonly revision: number; readonly failed: readonly FailedComparison[] };

/** One record of a commit as a watcher sees it; `value` is null where the record was deleted. */
export interface Change {
  readonly key: string;
  readonly value: string | null;
  readonly hash: string;
}

/**
 * What a watcher is told. Every commit that touches the prefix is one `changes`, whole, once, in order, deletions
 * included. `progress`: all up to that revision was told. After `too-old` (list again, then watch from there) and
 * `ahead` (this store never had that revision) the watch is over.
 */
export type WatchMessage =
  | { readonly kind: "changes"; readonly revision: number; readonly changes: readonly Change[] }
  | { readonly kind: "progress"; readonly revision: number }
  | { readonly kind: "too-old"; readonly oldest: number }
  | { readonly kind: "ahead"; readonly revision: number };

/** From where to watch. */
export interface WatchOptions {
  /** The last revision that the watcher knows: that of a snapshot, of a change or of a progress. */
  readonly after: number;
  /** Ends the watch. */
  readonly signal?: AbortSignal;
}

/** What finds lost records of one family: how many there are, and the sum of their hashes modulo 2^256, in hex. */
export interface Tally {
  readonly count: number;
  readonly sum: string;
}

/** Where a store stands. Whoever keeps `revision` and `chain` elsewhere sees a cut tail. */
export interface Head {
  readonly revision: number;
  /** Snapshots and watches before this revision are gone. */
  readonly compacted: number;
  /** Hash over all commits, each with the one before it, in hex. */
  readonly chain: string;
  readonly families: { readonly [family: string]: Tally };
}

/** Something that is not as it was written. */
export interface Fault {
  readonly kind: "head" | "record" | "lost" | "log" | "blob" | "engine";
  /** The key or blob, where one is concerned. */
  readonly key?: string;
  readonly detail: string;
}

/** What a full read found; no faults: all is as it was written. */
export interface Verification {
  readonly revision: number;
  readonly chain: string;
  readonly records: number;
  readonly blobs: number;
  readonly faults: readonly Fault[];
}

/** A store. Its methods fail with a StoreError and nothing else. */
export interface Store {
  readonly engine: EngineName;
  readHead(): Promise<Head>;
  /** Reads at the newest revision, linearizable, or at a given one (`too-old` and `ahead` are errors). */
  read(selector: Selector, revision?: number): Promise<Snapshot>;
  commit(commit: Commit): Promise<CommitAnswer>;
  watch(prefix: string, options: WatchOptions): AsyncIterable<WatchMessage>;
  /** Forgets what snapshots and watches before this revision would need. */
  compact(revision: number): Promise<void>;
  /** Keeps at most 1 MiB under its SHA-256 and returns that, in hex. To be called before the commit that names it. */
  putBlob(bytes: Uint8Array): Promise<string>;
  readBlob(hash: string): Promise<Uint8Array | undefined>;
  /** Removes blobs and receipts that were last written more than a day ago; of blobs those that nobody names. */
  sweep(isNamed: (hash: string) => boolean): Promise<{ readonly blobs: number; readonly receipts: number }>;
  /** Reads everything and checks it against the hashes. */
  verify(): Promise<Verification>;
  close(): Promise<void>;
}
