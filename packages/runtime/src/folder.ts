// Files of one mounted folder, read as of one moment. A kubelet publishes a volume by swapping the link
// `..data`: the link is resolved once, every file is read under its target, and the link is looked at again.
import { constants } from "node:fs";
import { lstat, open, realpath } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Largest file that is read. A ConfigMap holds no more than this in all. */
export const MAX_FILE_BYTES = 1_048_576;

const ATTEMPTS = 5;

/** One file: its bytes, or why there are none. */
export type FileReading =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "unreadable"; readonly isMissing: boolean; readonly reason: string };

/**
 * Reads files of a folder, all from the same published version. Works the same for a plain folder.
 * The reading of a version that was complete counts even when a newer one appeared meanwhile five times.
 */
export async function readFolder(folder: string, names: readonly string[]): Promise<ReadonlyMap<string, FileReading>> {
  for (let attempt = 1; ; attempt++) {
    const before = await resolvePublished(folder);
    const readings = before === undefined ? names.map(() => unresolved) : await Promise.all(names.map((name) => readOne(join(before, name))));
    const isStable = before !== undefined && (await resolvePublished(folder)) === before;
    if (isStable || attempt === ATTEMPTS) return new Map(readings.map((reading, index) => [names[index] as string, reading]));
    await sleep(2 ** attempt);
  }
}

const unresolved: FileReading = { kind: "unreadable", isMissing: true, reason: "the link ..data points to nothing" };

/** The folder that is published now; undefined when `..data` is there and its target is not yet. */
async function resolvePublished(folder: string): Promise<string | undefined> {
  const link = join(folder, "..data");
  try {
    return await realpath(link);
  } catch {
    const isLink = await lstat(link).then(
      () => true,
      () => false,
    );
    return isLink ? undefined : folder;
  }
}

async function readOne(path: string): Promise<FileReading> {
  let file;
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const { size } = await file.stat().then((stat) => (stat.isFile() ? stat : { size: -1 }));
    if (size < 0) return { kind: "unreadable", isMissing: false, reason: "it is not a regular file" };
    // One byte more than the file has shows that it is growing.
    const bytes = size > MAX_FILE_BYTES ? undefined : await readUpTo(file, MAX_FILE_BYTES + 1, size + 1);
    if (bytes === undefined || bytes.length > MAX_FILE_BYTES) {
      return { kind: "unreadable", isMissing: false, reason: `it is larger than ${MAX_FILE_BYTES} bytes` };
    }
    return { kind: "bytes", bytes };
  } catch (error) {
    return describeFailure(error);
  } finally {
    await file?.close();
  }
}

async function readUpTo(file: { read: ReadChunk }, limit: number, guess: number): Promise<Uint8Array> {
  let buffer = Buffer.allocUnsafe(guess);
  let length = 0;
  for (;;) {
    if (length === buffer.length) buffer = Buffer.concat([buffer], Math.min(limit, 2 * length));
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
    length += bytesRead;
    if (bytesRead === 0 || length === limit) return buffer.subarray(0, length);
  }
}

type ReadChunk = (buffer: Buffer, offset: number, length: number, position: number) => Promise<{ readonly bytesRead: number }>;

const reasons: { readonly [code: string]: string } = {
  ENOENT: "it does not exist",
  ENOTDIR: "a part of its path is not a folder",
  EACCES: "this process may not read it",
  EISDIR: "it is a folder",
  ELOOP: "its links run in a circle",
};

function describeFailure(error: unknown): FileReading {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  return { kind: "unreadable", isMissing: code === "ENOENT", reason: reasons[code] ?? `reading failed with ${code}` };
}
