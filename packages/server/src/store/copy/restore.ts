// From a backup to a new store, in a file or in etcd. The new store begins a new epoch and is frozen.
import { draftOf, FileThereError, removeDraft, takeName } from "../../files.ts";
import { StoreError } from "../errors.ts";
import { importIntoEtcd } from "../etcd/import.ts";
import type { EtcdOptions } from "../etcd/open-etcd.ts";
import { verifyTables } from "../local/local-engine.ts";
import { refuseFaults } from "../open.ts";
import { openFile } from "../sqlite/schema.ts";
import { SqliteTables } from "../sqlite/sqlite-tables.ts";
import type { Head } from "../store.ts";
import { readBackup } from "./backup.ts";
import { type Import, prepareImport } from "./copy.ts";

/** Where to restore to: a file that is not there yet, or a root in etcd without a store. */
export type RestoreTarget = { readonly path: string } | { readonly etcd: EtcdOptions };

/**
 * Restores a backup; returns where the new store stands. A restore into etcd that was interrupted is run again; one
 * into a file leaves no file when it fails.
 */
export async function restoreBackup(backup: string, target: RestoreTarget, now: number = Date.now()): Promise<Head> {
  const copy = prepareImport(await readBackup(backup), { now, reason: "restored" });
  if ("etcd" in target) await importIntoEtcd(target.etcd, copy);
  else await importIntoFile(target.path, copy);
  return copy.head;
}

async function importIntoFile(path: string, copy: Import): Promise<void> {
  const draft = draftOf(path);
  try {
    const tables = new SqliteTables(openFile(draft, undefined));
    try {
      for await (const blob of copy.blobs()) tables.adoptBlob(blob);
      tables.adopt(copy);
      refuseFaults(verifyTables(tables), draft);
    } finally {
      tables.close();
    }
    await takeName(draft, path);
  } catch (error) {
    throw error instanceof FileThereError ? new StoreError("unfit", `${error.message}: restore to another name`, error) : error;
  } finally {
    await removeDraft(draft);
  }
}
