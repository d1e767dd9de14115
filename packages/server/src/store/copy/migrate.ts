// From a store in a file to etcd. Can be interrupted anywhere and run again; compared at the end.
import { importIntoEtcd } from "../etcd/import.ts";
import type { EtcdOptions } from "../etcd/open-etcd.ts";
import { openSqliteStore } from "../open.ts";
import type { Head } from "../store.ts";
import { copyStore, prepareImport } from "./copy.ts";

/**
 * Copies a store from a SQLite file, which nobody may have open, into an empty root in etcd; returns where the new
 * store stands. Revisions stay; the new store begins a new epoch and is frozen. What the file holds stays as it is.
 */
export async function migrateToEtcd(path: string, etcd: EtcdOptions, now: number = Date.now()): Promise<Head> {
  const store = openSqliteStore({ path });
  try {
    const source = await copyStore(store);
    return await importIntoEtcd(etcd, prepareImport(source, { now, reason: "migrated" }), source.head);
  } finally {
    await store.close();
  }
}
