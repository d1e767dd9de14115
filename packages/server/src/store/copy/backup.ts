// A backup is lines of JSON, of any engine and for any: the head, the records, the blobs, and a hash over all of it.
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { FileThereError, readLines, writeWhole } from "../../files.ts";
import { StoreError } from "../errors.ts";
import { parseHead, renderHead } from "../head.ts";
import { hashBytes } from "../record.ts";
import type { Head, Store, StoredRecord } from "../store.ts";
import { type Blob, blobsOf, type Copy, copyStore, proveCopy, SweptError } from "./copy.ts";

const FORMAT = "veltrix-backup 1";

/** What a backup holds. */
export interface BackupSummary {
  readonly revision: number;
  readonly chain: string;
  readonly records: number;
  readonly blobs: number;
}

/**
 * Writes a backup of a store that others may go on using, reads it again and checks it against its hashes. The file is
 * its owner's, and there only when it is whole; one that is there is not replaced.
 */
export async function backupStore(store: Store, path: string): Promise<BackupSummary> {
  for (let tries = 1; ; tries++) {
    const copy = await copyStore(store);
    try {
      await writeWhole(path, linesOf(copy));
    } catch (error) {
      // A blob was swept while we read: what we hold is not a store any more, what is there now is.
      if (error instanceof SweptError && tries < 3) continue;
      throw error instanceof FileThereError ? new StoreError("unfit", `${error.message}: choose another name`, error) : error;
    }
    const written = await readBackup(path);
    return {
      revision: written.head.revision,
      chain: written.head.chain,
      records: written.records.length,
      blobs: blobsOf(written.records).length,
    };
  }
}

async function* linesOf(copy: Copy): AsyncGenerator<string> {
  const hash = createHash("sha256");
  const line = (text: string): string => {
    hash.update(`${text}\n`);
    return `${text}\n`;
  };
  yield line(JSON.stringify([FORMAT, renderHead(copy.head)]));
  for (const { key, revision, value, hash: of } of copy.records) yield line(JSON.stringify(["record", key, revision, of, value]));
  for await (const blob of copy.blobs()) yield line(JSON.stringify(["blob", blob.hash, Buffer.from(blob.bytes).toString("base64")]));
  yield `${JSON.stringify(["end", hash.digest("hex")])}\n`;
}

/** A backup, checked from the first line to the last; fails with `corrupt`. Blobs are read from the file again when they are asked for. */
export async function readBackup(path: string): Promise<Copy> {
  const hash = createHash("sha256");
  const records: StoredRecord[] = [];
  const blobs = new Set<string>();
  let head: Head | undefined;
  let isWhole = false;
  for await (const line of readLines(path)) {
    const fields = parseLine(line, path);
    if (isWhole) throw damaged(path, "there is more after its end");
    if (fields[0] === "end") isWhole = fields[1] === hash.digest("hex");
    else {
      hash.update(`${line}\n`);
      if (fields[0] === FORMAT) head = parseHead(String(fields[1]));
      else if (fields[0] === "record") records.push(readRecord(fields));
      else if (fields[0] === "blob") blobs.add(proveBlob(fields, path));
      else throw damaged(path, "a line is of no kind that is known");
    }
  }
  if (head === undefined) throw damaged(path, "it is no backup of the config service");
  if (!isWhole) throw damaged(path, "it is cut, or was changed");
  proveCopy({ head, records });
  const missing = blobsOf(records).find((blob) => !blobs.has(blob));
  if (missing !== undefined) throw damaged(path, `blob ${missing} is not in it`);
  return { head, records, blobs: () => readBlobs(path) };
}

function damaged(path: string, detail: string): StoreError {
  return new StoreError("corrupt", `the backup ${path} cannot be used: ${detail}`);
}

function parseLine(line: string, path: string): readonly unknown[] {
  try {
    const fields: unknown = JSON.parse(line);
    if (Array.isArray(fields)) return fields;
  } catch (error) {
    throw new StoreError("corrupt", `the backup ${path} cannot be used: a line is no JSON`, error);
  }
  throw damaged(path, "a line is no list");
}

function readRecord([, key, revision, hash, value]: readonly unknown[]): StoredRecord {
  return { key: String(key), revision: Number(revision), hash: String(hash), value: String(value) };
}

function proveBlob([, hash, bytes]: readonly unknown[], path: string): string {
  if (hashBytes(Buffer.from(String(bytes), "base64")) !== hash) throw damaged(path, `blob ${String(hash)} does not have its hash`);
  return hash;
}

async function* readBlobs(path: string): AsyncGenerator<Blob> {
  for await (const line of readLines(path)) {
    if (!line.startsWith('["blob"')) continue;
    const fields = parseLine(line, path);
    // Again: the file may have been changed since it was checked.
    yield { hash: proveBlob(fields, path), bytes: new Uint8Array(Buffer.from(String(fields[2]), "base64")) };
  }
}
