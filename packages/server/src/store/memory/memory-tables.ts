// Tables in memory: for tests, demonstrations and simulations. Nothing is kept when the process ends.
import type { Failpoint } from "../engine.ts";
import { FIRST_HEAD } from "../head.ts";
import type { Tables } from "../local/tables.ts";
import type { Plan } from "../plan.ts";
import { EMPTY_CHAIN, type LogEntry, type Row } from "../record.ts";
import type { Fault, Head, StoredRecord } from "../store.ts";

/** Versions per key, oldest first; keys in order; the log, from the compacted revision. */
export class MemoryTables implements Tables {
  head: Head = FIRST_HEAD;
  readonly #versions = new Map<string, Row[]>();
  readonly #keys: string[] = [];
  readonly #bodies = new Map<string, Uint8Array>();
  readonly #failpoint: Failpoint;
  #log: LogEntry[] = [{ revision: 0, nonce: "", changes: [], chain: EMPTY_CHAIN }];
  #undo: (() => void)[] = [];

  constructor(failpoint: Failpoint = () => undefined) {
    this.#failpoint = failpoint;
  }

  get(key: string, revision: number): StoredRecord | undefined {
    const row = this.#versions.get(key)?.findLast((version) => version.revision <= revision);
    return row === undefined || row.value === null ? undefined : { ...row, value: row.value };
  }

  list(prefix: string, revision: number): readonly StoredRecord[] {
    return this.#keysWith(prefix).flatMap((key) => this.get(key, revision) ?? []);
  }

  changes(prefix: string, after: number, upTo: number): readonly Row[] {
    const first = this.#log[0]?.revision ?? 0;
    return this.#log
      .slice(after + 1 - first, upTo + 1 - first)
      .flatMap(({ revision, changes }) =>
        changes
          .filter(({ key }) => key.startsWith(prefix))
          .flatMap(({ key }) => this.#versions.get(key)?.find((version) => version.revision === revision) ?? []),
      );
  }

  body(hash: string): Uint8Array | undefined {
    return this.#bodies.get(hash);
  }

  transact(steps: () => void): void {
    this.#undo = [];
    try {
      this.#failpoint("begin");
      steps();
      this.#failpoint("commit");
    } catch (error) {
      for (const step of this.#undo.toReversed()) step();
      throw error;
    }
  }

  append({ head, rows, entry, bodies }: Plan): void {
    for (const row of rows) this.#write(row);
    for (const { hash, bytes } of bodies) this.#keep(hash, bytes ?? undefined);
    this.#failpoint("log");
    this.#log.push(entry);
    this.#undo.push(() => this.#log.pop());
    this.#setHead(head);
  }

  #write(row: Row): void {
    this.#failpoint("row");
    if (!this.#versions.has(row.key)) this.#addKey(row.key);
    this.#versions.get(row.key)?.push(row);
    this.#undo.push(() => this.#forget(row.key, (version) => version === row));
  }

  #keep(hash: string, bytes: Uint8Array | undefined): void {
    const before = this.#bodies.get(hash);
    this.#undo.push(() => (before === undefined ? this.#bodies.delete(hash) : this.#bodies.set(hash, before)));
    if (bytes === undefined) this.#bodies.delete(hash);
    else this.#bodies.set(hash, Uint8Array.from(bytes));
  }

  #setHead(head: Head): void {
    const before = this.head;
    this.head = head;
    this.#undo.push(() => (this.head = before));
  }

  compact(revision: number): void {
    this.#failpoint("compact");
    this.head = { ...this.head, compacted: revision };
    this.#log = this.#log.filter((entry) => entry.revision >= revision);
    for (const key of this.#keys.slice()) {
      const kept = this.#versions.get(key)?.findLast((version) => version.revision <= revision);
      this.#forget(key, (version) => version.revision <= revision && (version !== kept || version.value === null));
    }
    this.#undo = [];
  }

  *versions(): Iterable<Row> {
    for (const key of this.#keys) yield* this.#versions.get(key) ?? [];
  }

  entries(): Iterable<LogEntry> {
    return this.#log;
  }

  *bodies(): Iterable<{ readonly hash: string; readonly bytes: Uint8Array }> {
    for (const [hash, bytes] of this.#bodies) yield { hash, bytes };
  }

  check(): readonly Fault[] {
    return [];
  }

  close(): void {
    this.#failpoint("close");
  }

  #forget(key: string, isGone: (row: Row) => boolean): void {
    const left = (this.#versions.get(key) ?? []).filter((row) => !isGone(row));
    if (left.length > 0) this.#versions.set(key, left);
    else {
      this.#versions.delete(key);
      this.#keys.splice(this.#place(key), 1);
    }
  }

  #addKey(key: string): void {
    this.#versions.set(key, []);
    this.#keys.splice(this.#place(key), 0, key);
  }

  #keysWith(prefix: string): readonly string[] {
    const start = this.#place(prefix);
    let end = start;
    while (this.#keys[end]?.startsWith(prefix) === true) end++;
    return this.#keys.slice(start, end);
  }

  /** Where a key stands, or would stand. */
  #place(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#keys[middle] ?? "") < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
