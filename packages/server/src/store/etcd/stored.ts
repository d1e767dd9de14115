// What a record looks like inside etcd: revision and hash on the first line, the value behind it.
import type { Buffer } from "node:buffer";
import { StoreError } from "../errors.ts";
import { hashRow, type Row } from "../record.ts";
import type { StoredRecord } from "../store.ts";

export function renderStored({ revision, hash, value }: Row): string {
  return `${revision} ${hash}\n${value ?? ""}`;
}

/** The record of a key; a text that is none gives one whose hash is wrong. */
export function readStored(key: string, bytes: Buffer): StoredRecord {
  const text = bytes.toString();
  const [, revision = "-1", hash = "0", value = text] = /^(\d{1,16}) ([0-9a-f]{64})\n([^]*)$/.exec(text) ?? [];
  return { key, value, revision: Number(revision), hash };
}

/** The same, and fails with `corrupt` where the hash is wrong. */
export function proveStored(key: string, bytes: Buffer): StoredRecord {
  const record = readStored(key, bytes);
  if (hashRow(key, record.revision, record.value) === record.hash) return record;
  throw new StoreError("corrupt", `the record ${key} in etcd does not have its hash`);
}
