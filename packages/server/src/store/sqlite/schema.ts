// The tables of a store's file, and the settings under which it is used.
import { StoreError } from "../errors.ts";
import { FIRST_HEAD, renderHead } from "../head.ts";
import { EMPTY_CHAIN, renderLogEntry } from "../record.ts";
import { type Database, openDatabase, translateErrors } from "./driver.ts";

/** "VLTX": the file is a store of ours. */
const APPLICATION_ID = 0x56_4c_54_58;
const FORMAT = 1;

const TABLES: readonly string[] = [
  "CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 1), text TEXT NOT NULL) STRICT",
  "CREATE TABLE versions (key TEXT NOT NULL, revision INTEGER NOT NULL, value BLOB, hash TEXT NOT NULL, PRIMARY KEY (key, revision)) STRICT, WITHOUT ROWID",
  "CREATE INDEX versions_by_revision ON versions (revision)",
  "CREATE TABLE log (revision INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT",
  "CREATE TABLE bodies (hash TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT",
];

/**
 * Opens a store's file for this process alone, and makes its tables in a new one. Fails with `locked` where another
 * process has it, with `unfit` where it is not ours, with `corrupt` where its tables are not as they were made.
 */
export function openFile(path: string, maxPages: number | undefined): Database {
  const database = openDatabase(path);
  try {
    translateErrors(() => {
      // Exclusive before the log is used: SQLite then keeps the index of its log in memory, and shares nothing.
      database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0");
      refuseForeign(database, path);
      database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
      if (maxPages !== undefined) database.exec(`PRAGMA max_page_count = ${maxPages}`);
      database.exec("BEGIN IMMEDIATE");
      if (isEmpty(database)) makeTables(database);
      database.exec("COMMIT");
    });
    checkTables(database, path);
  } catch (error) {
    closeQuietly(database);
    if (error instanceof StoreError && error.code === "locked") {
      throw new StoreError("locked", `another process has ${path} open: stop that one, or give this one a file of its own`, error);
    }
    throw error;
  }
  return database;
}

function isEmpty(database: Database): boolean {
  return database.prepare("SELECT count(*) AS tables FROM sqlite_schema").get()?.["tables"] === 0;
}

function makeTables(database: Database): void {
  for (const table of TABLES) database.exec(table);
  const entry = { revision: 0, nonce: "", changes: [], chain: EMPTY_CHAIN };
  database.prepare("INSERT INTO log VALUES (0, ?)").run(renderLogEntry(entry));
  database.prepare("INSERT INTO head VALUES (1, ?)").run(renderHead(FIRST_HEAD));
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${FORMAT}`);
}

function refuseForeign(database: Database, path: string): void {
  if (isEmpty(database)) return;
  const id = database.prepare("PRAGMA application_id").get()?.["application_id"];
  if (id !== APPLICATION_ID) throw new StoreError("unfit", `${path} is not a store of the config service`);
  const format = database.prepare("PRAGMA user_version").get()?.["user_version"];
  if (format !== FORMAT) throw new StoreError("unfit", `${path} has format ${String(format)}, this version reads format ${FORMAT}`);
}

function checkTables(database: Database, path: string): void {
  const found = translateErrors(() => database.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid").all());
  if (found.length === TABLES.length && found.every(({ sql }, index) => sql === TABLES[index])) return;
  throw new StoreError("corrupt", `${path}: its tables are not as they were made`);
}

/**
 * Closes a file that was opened here. The packaged driver keeps the lock of a closed file until it has collected all
 * statements; so the log is emptied first, which lets go of the lock, and leaves one file without companions.
 */
export function closeFile(database: Database): void {
  try {
    translateErrors(() => {
      database.exec("PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL; SELECT count(*) FROM sqlite_schema");
    });
  } finally {
    translateErrors(() => database.close());
  }
}

/** Closes a file that could not be opened, as it is: that is what is told, not what goes wrong now. */
export function closeQuietly(database: Database): void {
  try {
    database.close();
  } catch {
    return;
  }
}
