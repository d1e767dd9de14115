// The one file of this package that opens files by itself.
import { randomUUID } from "node:crypto";
import { closeSync, createReadStream, openSync } from "node:fs";
import { link, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";

/** Makes an empty file that only its owner reads and writes; one that is there stays as it is. */
export function createForOwner(path: string): void {
  closeSync(openSync(path, "a", 0o600));
}

/** Writes a file that only its owner reads, and that is there only when it is whole and on the disk; never over another. */
export async function writeWhole(path: string, texts: AsyncIterable<string>): Promise<void> {
  const draft = draftOf(path);
  try {
    const file = await open(draft, "wx", 0o600);
    try {
      for await (const text of texts) await file.write(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await takeName(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

/** A name beside a file that nobody else uses. */
export function draftOf(path: string): string {
  return `${path}.${randomUUID()}.draft`;
}

/** A file stands where another was to be made. */
export class FileThereError extends Error {}

/** Gives a finished draft its name; fails with {@link FileThereError} where there is a file of that name. */
export async function takeName(draft: string, path: string): Promise<void> {
  try {
    await link(draft, path);
  } catch (error) {
    const isThere = error instanceof Error && "code" in error && error.code === "EEXIST";
    throw isThere ? new FileThereError(`there is a file ${path} already`, { cause: error }) : error;
  }
  await syncFolder(path);
}

/** Removes drafts and what SQLite keeps beside them. */
export async function removeDraft(draft: string): Promise<void> {
  for (const name of [draft, `${draft}-wal`, `${draft}-journal`]) await rm(name, { force: true });
}

/** Lines of a text file, without their ends. */
export function readLines(path: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(path, "utf8"), crlfDelay: 0 });
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path));
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
