// Opening a store on each engine. A store whose records are not as they were written is not opened.
import type { Failpoint } from "./engine.ts";
import { StoreError } from "./errors.ts";
import { LocalEngine, verifyTables } from "./local/local-engine.ts";
import { MemoryTables } from "./memory/memory-tables.ts";
import { RecordStore, type StoreOptions } from "./record-store.ts";
import { closeQuietly, openFile } from "./sqlite/schema.ts";
import { SqliteTables } from "./sqlite/sqlite-tables.ts";
import type { Store, Verification } from "./store.ts";

/** A store that ends with the process. */
export function openMemoryStore(options: StoreOptions & { readonly failpoint?: Failpoint } = {}): Store {
  return new RecordStore(new LocalEngine("memory", new MemoryTables(options.failpoint)), options);
}

/** What a SQLite store takes. */
export interface SqliteOptions extends StoreOptions {
  /** The file; it and two files beside it belong to the store. Created where there is none. */
  readonly path: string;
  /** The file grows to so many pages of 4 KiB. */
  readonly maxPages?: number;
  readonly failpoint?: Failpoint;
}

/**
 * A store in one SQLite file, verified. Fails with `locked`, `unfit` or `corrupt`; the last says how many faults there
 * are and the first of them.
 */
export function openSqliteStore(options: SqliteOptions): Store {
  const database = openFile(options.path, options.maxPages);
  try {
    const tables = new SqliteTables(database, options.failpoint);
    refuseFaults(verifyTables(tables), options.path);
    return new RecordStore(new LocalEngine("sqlite", tables), options);
  } catch (error) {
    closeQuietly(database);
    throw error;
  }
}

/** Fails with `corrupt` where a full read found faults. */
export function refuseFaults({ faults }: Verification, name: string): void {
  const [first] = faults;
  if (first === undefined) return;
  const where = first.key === undefined ? "" : ` (${first.key})`;
  throw new StoreError(
    "corrupt",
    `${name} is not as it was written, ${faults.length} faults: ${first.detail}${where}. Restore it from a backup`,
  );
}
