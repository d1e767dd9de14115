// The engine inside one process: commits wait in a queue and are made durable together, watchers read the versions
// themselves. A watcher that is slow holds nothing but its place.
import type { Engine } from "../engine.ts";
import { StoreError } from "../errors.ts";
import { type Draft, planCommit, prepareCommit } from "../plan.ts";
import { hashRow } from "../record.ts";
import type { CommitAnswer, EngineName, Head, Range, Snapshot, StoredRecord, Verification, WatchMessage, WatchOptions } from "../store.ts";
import { Verifier } from "../verifier.ts";
import type { Tables } from "./tables.ts";
import { watchTables } from "./watch-tables.ts";

interface Waiting {
  readonly draft: Draft;
  readonly resolve: (answer: CommitAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** Commits that are made durable by one write at most; the rest waits for the next. */
const LARGEST_GROUP = 128;

/** An engine over tables that only this process has. */
export class LocalEngine implements Engine {
  readonly name: EngineName;
  readonly #tables: Tables;
  readonly #watchers = new Set<() => void>();
  #queue: Waiting[] = [];
  #isScheduled = false;
  /** Why nothing more is done; set by the first failure after which the file and we may disagree, and by close. */
  #stopped: StoreError | undefined;

  constructor(name: EngineName, tables: Tables) {
    this.name = name;
    this.#tables = tables;
  }

  async readHead(): Promise<Head> {
    this.#refuseStopped();
    return this.#tables.head;
  }

  async read(range: Range, asked: number | undefined): Promise<Snapshot> {
    this.#refuseStopped();
    const { head } = this.#tables;
    const revision = asked ?? head.revision;
    if (revision < head.compacted) throw new StoreError("too-old", `revision ${revision} is gone, the oldest is ${head.compacted}`);
    if (revision > head.revision) throw new StoreError("ahead", `revision ${revision} is not reached, the newest is ${head.revision}`);
    if ("prefix" in range) return { revision, records: this.#tables.list(range.prefix, revision).map(prove) };
    return { revision, records: range.keys.flatMap((key) => this.#tables.get(key, revision) ?? []).map(prove) };
  }

  commit(draft: Draft): Promise<CommitAnswer> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ draft, resolve, reject });
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      setImmediate(() => this.#flush());
    });
  }

  #flush(): void {
    const group = this.#queue.splice(0, LARGEST_GROUP);
    this.#isScheduled = this.#queue.length > 0;
    if (this.#isScheduled) setImmediate(() => this.#flush());
    if (group.length === 0) return;
    this.#commitGroup(group);
    for (const wake of this.#watchers) wake();
  }

  /** One transaction for all; where that fails for certain, one for each, so that none fails for another's size. */
  #commitGroup(group: readonly Waiting[]): void {
    const answers: (() => void)[] = [];
    try {
      this.#refuseStopped();
      this.#transact(() => {
        for (const waiting of group) answers.push(this.#step(waiting));
      });
    } catch (error) {
      if (group.length > 1 && this.#stopped === undefined) for (const waiting of group) this.#commitGroup([waiting]);
      else for (const { reject } of group) reject(error);
      return;
    }
    for (const answer of answers) answer();
  }

  /** After a failure of which nobody knows whether it was written, what is in the file is read anew before anything else. */
  #transact(steps: () => void): void {
    try {
      this.#tables.transact(steps);
    } catch (error) {
      if (error instanceof StoreError && (error.code === "unknown" || error.code === "corrupt")) this.#stopped ??= stopAfter(error);
      throw error;
    }
  }

  /** Appends one commit to the open transaction; returns how to tell it when that is durable. */
  #step({ draft, resolve, reject }: Waiting): () => void {
    const { head } = this.#tables;
    let outcome;
    try {
      const prepared = prepareCommit(draft, head.revision + 1);
      const records = new Map(prepared.keys.map((key) => [key, this.#tables.get(key, head.revision)]));
      for (const record of records.values()) if (record !== undefined) prove(record);
      outcome = planCommit(draft, prepared, { head, recordOf: (key) => records.get(key) });
    } catch (error) {
      // What this request is to blame for is told to it alone; what the tables fail at ends the transaction.
      if (error instanceof StoreError && !OWN_FAULT.has(error.code)) throw error;
      return () => reject(error);
    }
    if (outcome.kind !== "write") return () => resolve(outcome);
    this.#tables.append(outcome);
    const { revision } = outcome.head;
    return () => resolve({ kind: "committed", revision, repeated: false });
  }

  watch(prefix: string, options: WatchOptions): AsyncIterable<WatchMessage> {
    return watchTables(this.#tables, prefix, {
      ...options,
      refuseStopped: () => this.#refuseStopped(),
      onChange: (wake) => {
        this.#watchers.add(wake);
        return () => this.#watchers.delete(wake);
      },
    });
  }

  async compact(revision: number): Promise<void> {
    this.#refuseStopped();
    const { head } = this.#tables;
    if (revision > head.revision) throw new StoreError("ahead", `revision ${revision} is not reached, the newest is ${head.revision}`);
    if (revision <= head.compacted) return;
    this.#transact(() => this.#tables.compact(revision));
    for (const wake of this.#watchers) wake();
  }

  async readBody(hash: string): Promise<Uint8Array | undefined> {
    this.#refuseStopped();
    return this.#tables.body(hash);
  }

  async verify(): Promise<Verification> {
    this.#refuseStopped();
    return verifyTables(this.#tables);
  }

  async close(): Promise<void> {
    if (this.#stopped?.code === "closed") return;
    // What was asked for before is done first.
    while (this.#queue.length > 0) this.#flush();
    this.#stopped = new StoreError("closed", "the store is closed");
    for (const wake of this.#watchers) wake();
    this.#tables.close();
  }

  #refuseStopped(): void {
    if (this.#stopped !== undefined) throw this.#stopped;
  }
}

const OWN_FAULT: ReadonlySet<string> = new Set(["invalid", "receipt-reused"]);

function stopAfter(error: StoreError): StoreError {
  return new StoreError(error.code === "corrupt" ? "corrupt" : "unavailable", `the store must be opened again: ${error.message}`, error);
}

function prove(record: StoredRecord): StoredRecord {
  if (hashRow(record.key, record.revision, record.value) === record.hash) return record;
  throw new StoreError("corrupt", `the record ${record.key} of revision ${record.revision} does not have its hash`);
}

/** Reads all of some tables against the hashes. */
export function verifyTables(tables: Tables): Verification {
  const { head } = tables;
  const verifier = new Verifier(head);
  for (const fault of tables.check()) verifier.report(fault);
  for (const row of tables.versions()) verifier.version(row);
  for (const record of tables.list("", head.revision)) verifier.record(record);
  for (const entry of tables.entries()) verifier.entry(entry);
  for (const { hash, bytes } of tables.bodies()) verifier.body(hash, bytes);
  return verifier.finish();
}
