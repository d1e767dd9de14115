// Hashes of a store: of one version of a record, and of the chain of commits.
import { createHash } from "node:crypto";

/** One version of a record as a commit wrote it; null is a deletion. */
export interface Row {
  readonly key: string;
  readonly revision: number;
  readonly value: string | null;
  readonly hash: string;
}

/** What a commit changed, in the order of keys: enough to check every version and to chain the commits. */
export interface LogEntry {
  readonly revision: number;
  /** A random name of the commit, by which a writer whose answer was lost knows its own. */
  readonly nonce: string;
  readonly changes: readonly { readonly key: string; readonly hash: string; readonly deleted: boolean }[];
  readonly chain: string;
}

/** The chain before the first commit. */
export const EMPTY_CHAIN: string = "0".repeat(64);

/** SHA-256 over key, revision and value, in hex. Lengths stand before texts, so that no two versions share bytes. */
export function hashRow(key: string, revision: number, value: string | null): string {
  const place = `${key.length} ${key} ${revision} ${value === null ? "deleted" : "put"} `;
  return createHash("sha256")
    .update(place)
    .update(value ?? "")
    .digest("hex");
}

/** A row with its hash. */
export function makeRow(key: string, revision: number, value: string | null): Row {
  return { key, revision, value, hash: hashRow(key, revision, value) };
}

/** The chain after a commit; key and hash of each change go into it, and the chain before. */
export function extendChain(chain: string, entry: Omit<LogEntry, "chain">): string {
  const hash = createHash("sha256").update(`${chain} ${entry.revision} ${entry.nonce}`);
  for (const { key, hash: of, deleted } of entry.changes) hash.update(`\n${key} ${of} ${deleted ? "deleted" : "put"}`);
  return hash.digest("hex");
}

/** SHA-256 of bytes, in hex. */
export function hashBytes(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export function renderLogEntry(entry: LogEntry): string {
  return JSON.stringify(entry);
}

/** Throws on a text that is none; whether its chain is right is for {@link extendChain}. */
export function parseLogEntry(text: string): LogEntry {
  // Written by renderLogEntry alone; a damaged one fails here or by its chain.
  const entry = JSON.parse(text) as LogEntry;
  if (!Number.isSafeInteger(entry.revision) || typeof entry.chain !== "string" || !Array.isArray(entry.changes))
    throw new Error("no log entry");
  return entry;
}
