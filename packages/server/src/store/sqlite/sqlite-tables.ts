// Tables in one SQLite file. A transaction is durable when `COMMIT` returns (write-ahead log, synchronous=FULL).
import { Buffer } from "node:buffer";
import type { Failpoint } from "../engine.ts";
import type { Blob, Import } from "../copy/copy.ts";
import { StoreError } from "../errors.ts";
import { parseHead, renderHead } from "../head.ts";
import { endOf } from "../keys.ts";
import type { Tables } from "../local/tables.ts";
import type { Plan } from "../plan.ts";
import { type LogEntry, parseLogEntry, renderLogEntry, type Row } from "../record.ts";
import type { Fault, Head, StoredRecord } from "../store.ts";
import { type Database, type SqlRow, type SqlValue, type Statement, translateErrors } from "./driver.ts";
import { closeFile } from "./schema.ts";

const STATEMENTS = {
  get: "SELECT key, revision, value, hash FROM versions WHERE key = ? AND revision <= ? ORDER BY revision DESC LIMIT 1",
  // With one max(), SQLite takes the other columns from the row that has it.
  list: "SELECT key, max(revision) AS revision, value, hash FROM versions WHERE key >= ? AND key < ? AND revision <= ? GROUP BY key ORDER BY key",
  changes:
    "SELECT key, revision, value, hash FROM versions WHERE revision > ? AND revision <= ? AND key >= ? AND key < ? ORDER BY revision, key",
  versions: "SELECT key, revision, value, hash FROM versions WHERE (key, revision) > (?, ?) ORDER BY key, revision LIMIT 500",
  insert: "INSERT INTO versions VALUES (?, ?, ?, ?)",
  log: "INSERT INTO log VALUES (?, ?)",
  entries: "SELECT revision, text FROM log WHERE revision > ? ORDER BY revision LIMIT 500",
  readHead: "SELECT text FROM head WHERE id = 1",
  head: "UPDATE head SET text = ? WHERE id = 1",
  body: "SELECT bytes FROM bodies WHERE hash = ?",
  bodies: "SELECT hash, bytes FROM bodies WHERE hash > ? ORDER BY hash LIMIT 1",
  keep: "INSERT INTO bodies VALUES (?, ?) ON CONFLICT (hash) DO UPDATE SET bytes = excluded.bytes",
  drop: "DELETE FROM bodies WHERE hash = ?",
  cutLog: "DELETE FROM log WHERE revision < ?",
  superseded:
    "DELETE FROM versions WHERE revision <= ?1 AND (value IS NULL OR EXISTS (SELECT 1 FROM versions AS newer WHERE newer.key = versions.key AND newer.revision > versions.revision AND newer.revision <= ?1))",
} as const;
type Name = keyof typeof STATEMENTS;

/** Tables over an open database, which they close. */
export class SqliteTables implements Tables {
  head: Head;
  readonly #database: Database;
  readonly #failpoint: Failpoint;
  readonly #prepared = new Map<Name, Statement>();

  constructor(database: Database, failpoint: Failpoint = () => undefined) {
    this.#database = database;
    this.#failpoint = failpoint;
    this.head = this.#readHead();
  }

  #readHead(): Head {
    const head = parseHead(String(this.#rows("readHead")[0]?.["text"]));
    if (head === undefined) throw new StoreError("corrupt", "the head record does not have its hash");
    return head;
  }

  get(key: string, revision: number): StoredRecord | undefined {
    return this.#rows("get", key, revision).flatMap(readRecord)[0];
  }

  list(prefix: string, revision: number): readonly StoredRecord[] {
    return this.#rows("list", prefix, endOf(prefix), revision).flatMap(readRecord);
  }

  changes(prefix: string, after: number, upTo: number): readonly Row[] {
    return this.#rows("changes", after, upTo, prefix, endOf(prefix)).map(readRow);
  }

  body(hash: string): Uint8Array | undefined {
    const bytes = this.#rows("body", hash)[0]?.["bytes"];
    return bytes instanceof Uint8Array ? bytes : undefined;
  }

  transact(steps: () => void): void {
    const before = this.head;
    this.#exec("BEGIN IMMEDIATE");
    try {
      steps();
    } catch (error) {
      this.#rollBack(before);
      throw error;
    }
    try {
      this.#exec("COMMIT");
      this.#failpoint("committed");
    } catch (error) {
      this.#rollBack(before);
      // A log that is full took nothing. After any other failure the commit may be in it, to be found at the next start.
      if (error instanceof StoreError && error.code === "full") throw error;
      throw new StoreError("unknown", "nobody knows whether the commit is in the file: open the store again, and repeat it", error);
    }
  }

  #rollBack(before: Head): void {
    this.head = before;
    // After some failures SQLite has done it already.
    if (this.#database.isTransaction) translateErrors(() => this.#database.exec("ROLLBACK"));
  }

  append({ head, rows, entry, bodies }: Plan): void {
    // Bytes: the drivers end a text at its first U+0000.
    for (const { key, revision, value, hash } of rows) this.#run("insert", key, revision, value === null ? null : Buffer.from(value), hash);
    for (const { hash, bytes } of bodies) {
      if (bytes === null) this.#run("drop", hash);
      else this.#run("keep", hash, bytes);
    }
    this.#run("log", entry.revision, renderLogEntry(entry));
    this.#run("head", renderHead(head));
    this.head = head;
  }

  compact(revision: number): void {
    const head = { ...this.head, compacted: revision };
    this.#run("cutLog", revision);
    this.#run("superseded", revision);
    this.#run("head", renderHead(head));
    this.head = head;
  }

  /** Writes a copy into new tables: its records and where it stands. Its blobs are given one by one. */
  adopt({ head, entry, records }: Import): void {
    this.transact(() => {
      for (const { key, revision, value, hash } of records) this.#run("insert", key, revision, Buffer.from(value), hash);
      this.#run("cutLog", entry.revision);
      this.#run("log", entry.revision, renderLogEntry(entry));
      this.#run("head", renderHead(head));
      this.head = head;
    });
  }

  adoptBlob({ hash, bytes }: Blob): void {
    this.#run("keep", hash, bytes);
  }

  versions(): Iterable<Row> {
    return this.#pages("versions", readRow, ({ key, revision }) => [key, revision], ["", 0]);
  }

  entries(): Iterable<LogEntry> {
    return this.#pages("entries", readEntry, ({ revision }) => [revision], [-1]);
  }

  bodies(): Iterable<{ readonly hash: string; readonly bytes: Uint8Array }> {
    return this.#pages("bodies", readBody, ({ hash }) => [hash], [""]);
  }

  check(): readonly Fault[] {
    const rows = translateErrors(() => this.#database.prepare("PRAGMA integrity_check(20)").all());
    const details = rows.map((row) => String(row["integrity_check"])).filter((detail) => detail !== "ok");
    return details.map((detail) => ({ kind: "engine", detail: `SQLite: ${detail}` }));
  }

  close(): void {
    closeFile(this.#database);
  }

  #exec(sql: string): void {
    this.#failpoint(sql);
    translateErrors(() => this.#database.exec(sql));
  }

  #run(name: Name, ...values: readonly SqlValue[]): void {
    this.#failpoint(name);
    translateErrors(() => this.#statement(name).run(...values));
  }

  #rows(name: Name, ...values: readonly SqlValue[]): readonly SqlRow[] {
    this.#failpoint(name);
    return translateErrors(() => this.#statement(name).all(...values));
  }

  /** All rows of a statement that takes where to start and gives a page; the driver's own iterators lose the codes of errors. */
  *#pages<T>(name: Name, read: (row: SqlRow) => T, placeOf: (item: T) => readonly SqlValue[], first: readonly SqlValue[]): Iterable<T> {
    for (let place = first; ;) {
      const page = this.#rows(name, ...place).map(read);
      yield* page;
      const last = page.at(-1);
      if (last === undefined) return;
      place = placeOf(last);
    }
  }

  #statement(name: Name): Statement {
    const known = this.#prepared.get(name);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(STATEMENTS[name]);
    this.#prepared.set(name, statement);
    return statement;
  }
}

function readRow({ key, revision, value, hash }: SqlRow): Row {
  const text = value instanceof Uint8Array ? Buffer.from(value).toString() : null;
  return { key: String(key), revision: Number(revision), value: text, hash: String(hash) };
}

function readRecord(row: SqlRow): readonly StoredRecord[] {
  const { value, ...rest } = readRow(row);
  return value === null ? [] : [{ ...rest, value }];
}

function readBody({ hash, bytes }: SqlRow): { readonly hash: string; readonly bytes: Uint8Array } {
  return { hash: String(hash), bytes: bytes instanceof Uint8Array ? bytes : new Uint8Array() };
}

function readEntry({ text, revision }: SqlRow): LogEntry {
  try {
    return parseLogEntry(String(text));
  } catch (error) {
    throw new StoreError("corrupt", `the log entry of revision ${String(revision)} is damaged`, error);
  }
}
