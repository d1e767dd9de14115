export { type Actor, type AuditEntry, type AuditHead, readAudit } from "./records/audit.ts";
export type { ChangeAnswer } from "./records/change.ts";
export type { Place } from "./records/keys.ts";
export {
  type NewRelease,
  publish,
  type PublishAnswer,
  type PublishRefusal,
  type PublishRequest,
  rollBack,
  type RollbackRequest,
} from "./records/publish.ts";
export {
  type ContractRecord,
  type History,
  listNamedBlobs,
  putContract,
  readHeadRelease,
  readHistory,
  readRelease,
  type Release,
  type ReleaseContents,
  type ReleaseHead,
} from "./records/release.ts";
export { resumeService, type ResumeRequest } from "./records/resume.ts";
export { type BackupSummary, backupStore } from "./store/copy/backup.ts";
export { migrateToEtcd } from "./store/copy/migrate.ts";
export { restoreBackup, type RestoreTarget } from "./store/copy/restore.ts";
export { type EtcdOptions, openEtcdStore } from "./store/etcd/open-etcd.ts";
export { StoreError, type StoreErrorCode } from "./store/errors.ts";
export { keepVerifying, type VerifyingOptions } from "./store/keep-verifying.ts";
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
export { EPOCH_KEY, type Frozen, FROZEN_KEY, readSystem } from "./store/system.ts";
