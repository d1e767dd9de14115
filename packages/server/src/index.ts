export { type EtcdOptions, openEtcdStore } from "./store/etcd/open-etcd.ts";
export { StoreError, type StoreErrorCode } from "./store/errors.ts";
export { blobKey } from "./store/keys.ts";
export { LARGEST_BLOB, LARGEST_COMMIT, MOST_OPERATIONS } from "./store/limits.ts";
export { openMemoryStore, openSqliteStore, type SqliteOptions } from "./store/open.ts";
export type { StoreOptions } from "./store/record-store.ts";
export type {
  Change,
  Commit,
  CommitAnswer,
  Comparison,
  EngineName,
  FailedComparison,
  Fault,
  Head,
  Operation,
  Receipt,
  Selector,
  Snapshot,
  Store,
  StoredRecord,
  Tally,
  Verification,
  WatchMessage,
  WatchOptions,
} from "./store/store.ts";
