// The one file that knows which SQLite this is. The API is that of `node:sqlite`: Node's own where its SQLite is new
// enough, else the same API from a package that carries its binaries.
import { createRequire } from "node:module";
import { createForOwner } from "../../files.ts";
import { StoreError, type StoreErrorCode } from "../errors.ts";

/** 3.7.0 to 3.51.2 can corrupt a write-ahead log that several connections use. */
export const OLDEST_SQLITE = "3.51.3";

/** What SQLite takes and gives here; blobs come back as Uint8Array. */
export type SqlValue = string | number | null | Uint8Array;
export type SqlRow = { readonly [column: string]: SqlValue };

/** A statement that was prepared once. */
export interface Statement {
  all(...values: readonly SqlValue[]): readonly SqlRow[];
  get(...values: readonly SqlValue[]): SqlRow | undefined;
  run(...values: readonly SqlValue[]): unknown;
}

/** An open file. */
export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
  readonly isTransaction: boolean;
}

interface Driver {
  readonly DatabaseSync: new (path: string, options: { readonly timeout: number }) => Database;
}

let loaded: Driver | undefined;

/** Opens a file, which is created for its owner alone; fails with `unfit` where every SQLite at hand is too old. */
export function openDatabase(path: string): Database {
  loaded ??= loadDriver();
  return translateErrors(() => {
    if (path !== ":memory:") createForOwner(path);
    return new (loaded ?? loadDriver()).DatabaseSync(path, { timeout: 0 });
  });
}

function loadDriver(): Driver {
  const require = createRequire(import.meta.url);
  const builtin = process.getBuiltinModule?.("node:sqlite") as unknown;
  // Both have the one class that is used here; Node's types of its oldest version know no `node:sqlite`.
  if (builtin !== undefined && isNewEnough(sqliteVersion(builtin as Driver))) return builtin as Driver;
  const packaged = require("@photostructure/sqlite") as Driver;
  const version = sqliteVersion(packaged);
  if (isNewEnough(version)) return packaged;
  throw new StoreError(
    "unfit",
    `SQLite ${version} is too old: a store needs ${OLDEST_SQLITE} or newer, because older ones can corrupt its log`,
  );
}

function sqliteVersion({ DatabaseSync }: Driver): string {
  const database = new DatabaseSync(":memory:", { timeout: 0 });
  try {
    return String(database.prepare("SELECT sqlite_version() AS version").get()?.["version"]);
  } finally {
    database.close();
  }
}

/** Whether a version of SQLite, like `3.51.3`, is {@link OLDEST_SQLITE} or newer. */
export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  const [a = 0, b = 0, c = 0] = OLDEST_SQLITE.split(".").map(Number);
  return (major - a || minor - b || patch - c) >= 0;
}

const CODES: { readonly [code: number]: StoreErrorCode } = { 5: "locked", 6: "locked", 11: "corrupt", 13: "full", 26: "corrupt" };

/** SQLite's own words for the same: the packaged driver gives no code where it reads several rows. */
const TEXTS: readonly (readonly [text: string, code: StoreErrorCode])[] = [
  ["database disk image is malformed", "corrupt"],
  ["file is not a database", "corrupt"],
  ["malformed database schema", "corrupt"],
  ["database or disk is full", "full"],
  ["is locked", "locked"],
];

/** Runs calls of the driver and gives their errors as StoreErrors; what has no code of its own is `unavailable`. */
export function translateErrors<T>(calls: () => T): T {
  try {
    return calls();
  } catch (error) {
    if (error instanceof StoreError || !(error instanceof Error)) throw error;
    // The primary code is the low byte: extended codes say which call of the system it was.
    const code = "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : 0;
    const byText = TEXTS.find(([text]) => error.message.includes(text))?.[1];
    throw new StoreError(CODES[code] ?? byText ?? "unavailable", `SQLite: ${error.message}`, error);
  }
}
