// All that the compiler may do outside of memory. Paths are relative to the workspace, with `/`.

/** What reading a file can come to. */
export type FileRead =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  /** Nothing has this path, and nothing but folders stands above it. */
  | { readonly kind: "missing" }
  /** It is there and must not or cannot be read: a link that leads outside, a folder, no permission. */
  | { readonly kind: "refused"; readonly reason: string };

/** One name in a folder. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: "file" | "folder" | "other";
}

/** What listing a folder can come to. */
export type FolderRead =
  /** In code unit order. */
  | { readonly kind: "entries"; readonly entries: readonly FolderEntry[] }
  /** Nothing has this path: no file, no link, nothing that could not be looked at. */
  | { readonly kind: "missing" }
  /** Something is there that is no folder of the workspace, or that cannot be read. */
  | { readonly kind: "refused"; readonly reason: string };

/** The names in a folder, none where it cannot be read: only for a look on which nothing that is built or judged depends. */
export function entriesOf(read: FolderRead): readonly FolderEntry[] {
  return read.kind === "entries" ? read.entries : [];
}

/** Reading side: what `read` uses. */
export interface ReadHost {
  /** Reads a whole file; `limit` bytes at the most, above it is refused. */
  readFile(path: string, limit: number): FileRead;
  /** Lists a folder. Never throws: what the file system says no to is refused. */
  listFolder(path: string): FolderRead;
}

/** Writing side: what `write` uses. Every failure is thrown as `HostRefusal`. */
export interface WriteHost extends ReadHost {
  /** Puts a file in place so that at any instant its path holds the old contents or the new, never a part. */
  replaceFile(path: string, contents: string): void;
  /** Removes a file, and its folder when that is then empty. */
  removeFile(path: string): void;
  /** Removes what a writer left behind at `path` when it was killed; keeps what a living one is writing. */
  sweep(path: string): void;
}

/** Throws for a path that could lead out of the workspace, whatever stands on the disk. */
export function checkPath(path: string): void {
  const parts = path.split("/");
  if (path.includes("\\") || path.includes("\0") || parts.some((part) => part === "" || part === "." || part === "..")) {
    throw new HostRefusal(path, "it is not a plain relative path");
  }
}

/** Names of files that a host is in the middle of writing begin with this. */
export const TEMPORARY_PREFIX = ".veltrix-tmp-";

/** Thrown by a host that will not or cannot carry out a write. */
export class HostRefusal extends Error {
  readonly path: string;
  constructor(path: string, reason: string) {
    super(reason);
    this.name = "HostRefusal";
    this.path = path;
  }
}
