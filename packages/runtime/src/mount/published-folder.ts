// Files of one mounted folder, read as of one moment. A kubelet publishes a volume by swapping the link
// `..data`: the link is resolved once, every file is read under its target, and the link is looked at again.
import type { Io, OpenFile } from "./blocking-io.ts";
import { MAX_FILE_BYTES } from "./limits.ts";

const ATTEMPTS = 5;
/** Most files are smaller, and read at once. */
const FIRST_BYTES = 16_384;

/** One file: its bytes, or why there are none. */
export type FileReading = { readonly kind: "bytes"; readonly bytes: Uint8Array } | { readonly kind: "unreadable"; readonly reason: string };

/**
 * Reads files of a folder, all from the same published version. Works the same for a plain folder.
 * The reading of a version that was complete counts even when a newer one appeared meanwhile five times.
 */
export async function readFolder(folder: string, names: readonly string[], io: Io): Promise<ReadonlyMap<string, FileReading>> {
  for (let attempt = 1; ; attempt++) {
    const before = await resolvePublished(folder, io);
    const readings =
      before === undefined ? names.map(() => unresolved) : await Promise.all(names.map((name) => readOne(`${before}/${name}`, io)));
    const isStable = before !== undefined && (await resolvePublished(folder, io)) === before;
    if (isStable || attempt === ATTEMPTS) return new Map(readings.map((reading, index) => [names[index] as string, reading]));
    await new Promise((resolve) => setTimeout(resolve, 2 ** attempt));
  }
}

const unresolved: FileReading = {
  kind: "unreadable",
  reason: "the link ..data points to nothing",
};

/** The folder that is published now; undefined when `..data` is there and its target is not yet. */
async function resolvePublished(folder: string, io: Io): Promise<string | undefined> {
  const link = `${folder}/..data`;
  if (!(await io.exists(link))) return folder;
  try {
    return await io.realpath(link);
  } catch {
    return undefined;
  }
}

async function readOne(path: string, io: Io): Promise<FileReading> {
  let file: OpenFile | undefined;
  try {
    file = await io.open(path);
    const bytes = await readBytes(file);
    if (bytes.length > MAX_FILE_BYTES) return { kind: "unreadable", reason: `it is larger than ${MAX_FILE_BYTES} bytes` };
    // Whatever gives bytes at a position, and an end of them, is a regular file. Nothing else costs a start a look at it.
    return bytes.length > 0 || (await file.isRegular()) ? { kind: "bytes", bytes } : notRegular;
  } catch (error) {
    const isOther = file !== undefined && !(await isRegular(file));
    return isOther ? notRegular : describeFailure(error);
  } finally {
    await file?.close();
  }
}

async function isRegular(file: OpenFile): Promise<boolean> {
  try {
    return await file.isRegular();
  } catch {
    return true;
  }
}

/** All bytes, up to one more than a file may have. */
async function readBytes(file: OpenFile): Promise<Uint8Array> {
  let buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  let length = 0;
  for (;;) {
    if (length === buffer.length) buffer = Buffer.concat([buffer], Math.min(MAX_FILE_BYTES + 1, 8 * length));
    const bytesRead = await file.read(buffer, length);
    length += bytesRead;
    if (bytesRead === 0 || length > MAX_FILE_BYTES) return buffer.subarray(0, length);
  }
}

const notRegular: FileReading = { kind: "unreadable", reason: "it is not a regular file" };

const reasons: { readonly [code: string]: string } = {
  ENOENT: "it does not exist",
  ENOTDIR: "a part of its path is not a folder",
  EACCES: "this process may not read it",
  EISDIR: "it is a folder",
  ELOOP: "its links run in a circle",
};

function describeFailure(error: unknown): FileReading {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  return {
    kind: "unreadable",
    reason: reasons[code] ?? `reading failed with ${code}`,
  };
}
