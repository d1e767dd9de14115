// A full read against the hashes: every version by its own hash, lost ones by tallies and log, the log by its chain,
// blobs by their names. Fed piece by piece, so that an engine can stream.
import { differingFamilies, Tallies } from "./head.ts";
import { BLOB_FAMILY } from "./keys.ts";
import { extendChain, hashBytes, hashRow, type LogEntry, type Row } from "./record.ts";
import type { Fault, Head, StoredRecord, Verification } from "./store.ts";

/** More faults than these are not told one by one. */
const MOST_FAULTS = 100;

/** Collects what a store holds and says what is wrong with it. */
export class Verifier {
  readonly #head: Head;
  readonly #faults: Fault[] = [];
  readonly #tallies = new Tallies();
  readonly #records = new Map<string, string>();
  readonly #bodies = new Set<string>();
  readonly #newest = new Map<string, string | null>();
  /** By revision and key; undefined where an engine keeps old versions where they cannot be listed. */
  #versions: Map<string, string> | undefined;
  #last: LogEntry | undefined;

  constructor(head: Head) {
    this.#head = head;
  }

  /** Tells a fault that the engine itself found. */
  report(fault: Fault): void {
    if (this.#faults.length < MOST_FAULTS) this.#faults.push(fault);
  }

  /** One record as it is now. */
  record(record: StoredRecord): void {
    if (this.#check(record)) this.#tallies.add(record);
    this.#records.set(record.key, record.hash);
  }

  /** One version, also an old one or a deletion; all of them come before the log. */
  version(row: Row): void {
    this.#check(row);
    this.#versions ??= new Map();
    this.#versions.set(`${row.revision} ${row.key}`, row.hash);
  }

  #check({ key, revision, value, hash }: Row): boolean {
    const isRight = hashRow(key, revision, value) === hash;
    if (!isRight) this.report({ kind: "record", key, detail: `the version of revision ${revision} does not have its hash` });
    if (revision > this.#head.revision) this.report({ kind: "record", key, detail: `revision ${revision} is after the head` });
    return isRight;
  }

  /** The log, in order from the entry of the compacted revision. */
  entry(entry: LogEntry): void {
    const last = this.#last;
    this.#last = entry;
    if (last === undefined) {
      if (entry.revision !== this.#head.compacted) this.report({ kind: "log", detail: `the log starts at revision ${entry.revision}` });
      return;
    }
    if (entry.revision !== last.revision + 1) this.report({ kind: "log", detail: `the log has no revision ${last.revision + 1}` });
    else if (entry.chain !== extendChain(last.chain, entry)) {
      this.report({ kind: "log", detail: `the chain of commits breaks at revision ${entry.revision}` });
    }
    for (const { key, hash, deleted } of entry.changes) {
      this.#newest.set(key, deleted ? null : hash);
      if (this.#versions === undefined || this.#versions.get(`${entry.revision} ${key}`) === hash) continue;
      this.report({ kind: "lost", key, detail: `the version of revision ${entry.revision} is not the one that the log names` });
    }
  }

  /** The bytes of one blob. */
  body(hash: string, bytes: Uint8Array): void {
    if (hashBytes(bytes) !== hash) this.report({ kind: "blob", key: hash, detail: "the bytes do not have their hash" });
    this.#bodies.add(hash);
  }

  /** What was found when all was fed. */
  finish(): Verification {
    this.#checkLog();
    this.#checkTallies();
    const named = [...this.#records.keys()]
      .filter((key) => key.startsWith(`${BLOB_FAMILY}/`))
      .map((key) => key.slice(BLOB_FAMILY.length + 1));
    for (const hash of named)
      if (!this.#bodies.has(hash)) this.report({ kind: "lost", key: hash, detail: "the bytes of the blob are gone" });
    const known = new Set(named);
    for (const hash of this.#bodies)
      if (!known.has(hash)) this.report({ kind: "lost", key: hash, detail: "the record of the blob is gone" });
    const { revision, chain } = this.#head;
    return { revision, chain, records: this.#records.size, blobs: this.#bodies.size, faults: this.#faults };
  }

  #checkLog(): void {
    if (this.#last?.revision !== this.#head.revision || this.#last.chain !== this.#head.chain) {
      this.report({ kind: "log", detail: `the log does not end at revision ${this.#head.revision} with the chain of the head` });
    }
    for (const [key, hash] of this.#newest) {
      if (this.#records.get(key) === (hash ?? undefined)) continue;
      this.report({ kind: "lost", key, detail: "the record is not the one that the log names last" });
    }
  }

  #checkTallies(): void {
    for (const { family, a, b } of differingFamilies(this.#head.families, this.#tallies.families)) {
      this.report({ kind: "lost", detail: `${family}: ${a.count} records were written, ${b.count} of right hash are there` });
    }
  }
}
