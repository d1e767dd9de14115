// A workspace on disk. Nothing outside its root is ever read or written, links included.
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { checkPath, type FileRead, type FolderEntry, type FolderRead, HostRefusal, type WriteHost } from "./host.ts";

/** Temporary files carry this mark; those of dead processes are swept by the next build. */
const TEMPORARY = /^\.veltrix-tmp-(\d+)-\d+$/;

/** 0 on a system without it. */
const NOFOLLOW = constants.O_NOFOLLOW ?? 0;

/** Reads and writes below one folder. */
export class DiskHost implements WriteHost {
  readonly #root: string;
  /** Folders that were seen to be real folders inside the root. */
  readonly #ready: Set<string> = new Set();
  /** Real paths of folders that were read from, since they were last listed. */
  readonly #realFolders: Map<string, string> = new Map();
  #counter = 0;

  /** `root` is an absolute path of an existing folder. */
  constructor(root: string) {
    this.#root = realpathSync(root);
  }

  readFile(path: string, limit: number): FileRead {
    let descriptor: number | undefined;
    try {
      descriptor = this.#open(path);
    } catch (error) {
      return this.#absence(path, error);
    }
    if (descriptor === undefined) return { kind: "missing" };
    try {
      return readOpen(descriptor, limit);
    } catch (error) {
      return { kind: "refused", reason: reasonOf(error) };
    } finally {
      closeSync(descriptor);
    }
  }

  /** Opens a file of a folder that is known to be real; only a link is worth asking for its target. Undefined: nothing is there. */
  #open(path: string): number | undefined {
    const flags = constants.O_RDONLY | constants.O_NONBLOCK;
    const folder = this.#realFolder(dirname(path));
    try {
      return openSync(join(folder, basename(path)), flags | NOFOLLOW);
    } catch (error) {
      // The rule on a first build. A link to nothing is none of these: it is not followed here.
      if (errorCode(error) === "ENOENT" && NOFOLLOW !== 0) return undefined;
      if (errorCode(error) !== "ELOOP" && errorCode(error) !== "EMLINK") throw error;
      return openSync(this.#insideReal(path), flags);
    }
  }

  #realFolder(path: string): string {
    const known = this.#realFolders.get(path) ?? this.#insideReal(path);
    this.#realFolders.set(path, known);
    return known;
  }

  listFolder(path: string): FolderRead {
    // Whoever lists a folder begins anew with it: it may have become a link since the last time.
    this.#realFolders.delete(path);
    try {
      const real = this.#realFolder(path);
      if (path !== "" && this.#isEntered(dirname(path), real))
        return { kind: "refused", reason: "it is a link to a folder that it stands in" };
      const entries = readdirSync(real, { withFileTypes: true });
      const kinds = entries.map((entry) => ({ name: entry.name, kind: this.#kindOf(path, entry) }));
      return { kind: "entries", entries: kinds.sort((a, b) => (a.name < b.name ? -1 : 1)) };
    } catch (error) {
      return this.#absence(path, error);
    }
  }

  replaceFile(path: string, contents: string): void {
    checkPath(path);
    const target = join(this.#root, path);
    const folder = dirname(target);
    try {
      this.#makeReady(dirname(path));
      refuseLink(target, path);
      const temporary = join(folder, `.veltrix-tmp-${process.pid}-${this.#counter++}`);
      writeWhole(temporary, contents);
      try {
        renameSync(temporary, target);
      } catch (error) {
        unlinkSync(temporary);
        throw error;
      }
    } catch (error) {
      throw error instanceof HostRefusal ? error : new HostRefusal(path, reasonOf(error));
    }
  }

  removeFile(path: string): void {
    checkPath(path);
    try {
      this.#makeReady(dirname(path));
      unlinkSync(join(this.#root, path));
    } catch (error) {
      throw error instanceof HostRefusal ? error : new HostRefusal(path, reasonOf(error));
    }
    this.#removeEmptyFolders(dirname(path));
  }

  sweep(path: string): void {
    const writer = TEMPORARY.exec(basename(path));
    if (writer === null || isAlive(Number(writer[1]))) return;
    try {
      unlinkSync(join(this.#realFolder(dirname(path)), basename(path)));
    } catch (error) {
      // Another build swept it in the same instant.
      if (errorCode(error) !== "ENOENT") throw new HostRefusal(path, reasonOf(error));
    }
  }

  #removeEmptyFolders(path: string): void {
    for (let folder = path; folder !== "." && folder.includes("/"); folder = dirname(folder)) {
      try {
        rmdirSync(join(this.#root, folder));
        this.#ready.delete(folder);
      } catch (error) {
        if (["ENOTEMPTY", "EEXIST", "ENOENT"].includes(errorCode(error))) return;
        throw new HostRefusal(folder, reasonOf(error));
      }
    }
  }

  /** Makes the folder, each part of it a real folder of the workspace. */
  #makeReady(path: string): void {
    if (this.#ready.has(path)) return this.#refuseSwapped(path);
    let current = this.#root;
    for (const part of path === "." ? [] : path.split("/")) {
      current = join(current, part);
      makeFolder(current, relative(this.#root, current).split(sep).join("/"));
    }
    this.#ready.add(path);
  }

  /** A folder that was real may have become a link since. */
  #refuseSwapped(path: string): void {
    const folder = join(this.#root, path);
    if (realpathSync.native(folder) !== folder) throw new HostRefusal(path, "a link has taken the place of a folder");
  }

  #kindOf(
    folder: string,
    entry: { name: string; isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean },
  ): FolderEntry["kind"] {
    if (entry.isFile()) return "file";
    if (entry.isDirectory()) return "folder";
    if (!entry.isSymbolicLink()) return "other";
    try {
      const real = this.#insideReal(folder === "" ? entry.name : `${folder}/${entry.name}`);
      const target = lstatSync(real);
      if (target.isDirectory()) return this.#isEntered(folder, real) ? "other" : "folder";
      return target.isFile() ? "file" : "other";
    } catch {
      // A link that dangles, leads outside or may not be followed: reading it says which.
      return "other";
    }
  }

  /** The real path of `path`, which must be inside the root. */
  #insideReal(path: string): string {
    const real = realpathSync.native(join(this.#root, path));
    if (real !== this.#root && !real.startsWith(this.#root + sep))
      throw new HostRefusal(path, "it is a link that leads out of the workspace");
    return real;
  }

  /** Whether the way to `folder` has been through the folder `real`: a link to it leads round and round. */
  #isEntered(folder: string, real: string): boolean {
    for (let above = folder; ; above = dirname(above)) {
      if (this.#realFolder(above) === real) return true;
      if (above === "" || above === ".") return false;
    }
  }

  /** Why a look at `path` failed with `error`: nothing is there, or what is there cannot be read. */
  #absence(path: string, error: unknown): { readonly kind: "missing" } | { readonly kind: "refused"; readonly reason: string } {
    if (errorCode(error) !== "ENOENT" && errorCode(error) !== "ENOTDIR") return { kind: "refused", reason: reasonOf(error) };
    let folder = "";
    for (const part of path.split("/")) {
      const at = folder === "" ? part : `${folder}/${part}`;
      const reason = this.#fault(at, path);
      if (reason === "missing") return { kind: "missing" };
      if (reason !== undefined) return { kind: "refused", reason: at === path ? `it ${reason}` : `${at} ${reason}` };
      folder = at;
    }
    return { kind: "refused", reason: reasonOf(error) };
  }

  /** What is wrong with `at`, on the way to `path` or its end; undefined when it is not to blame. */
  #fault(at: string, path: string): string | undefined {
    try {
      const stat = lstatSync(join(this.#root, at), QUIETLY);
      if (stat === undefined) return "missing";
      if (stat.isDirectory()) return undefined;
      if (stat.isSymbolicLink()) this.#insideReal(at);
      // Whoever asked for a file at a path that ends here got it.
      return statSync(join(this.#root, at)).isDirectory() ? undefined : "is not a folder";
    } catch (error) {
      if (errorCode(error) === "ENOENT") return "is a link to nothing";
      return at === path ? undefined : `cannot be followed: ${reasonOf(error)}`;
    }
  }
}

function readOpen(descriptor: number, limit: number): FileRead {
  const stat = fstatSync(descriptor);
  if (!stat.isFile()) return { kind: "refused", reason: stat.isDirectory() ? "it is a folder" : "it is not a plain file" };
  if (stat.size > limit) return { kind: "refused", reason: `it has ${stat.size} bytes, and ${limit} is the limit` };
  const buffer = Buffer.allocUnsafe(stat.size);
  let length = 0;
  while (length < buffer.length) {
    const read = readSync(descriptor, buffer, length, buffer.length - length, length);
    if (read === 0) break;
    length += read;
  }
  return { kind: "bytes", bytes: buffer.subarray(0, length) };
}

// A missing file or folder is the rule on a first build, and an exception costs more than the question.
const QUIETLY = { throwIfNoEntry: false } as const;
const IS_LINK = "it is a link, and the generated folder holds plain files and folders only";

function makeFolder(folder: string, path: string): void {
  const stat = lstatSync(folder, QUIETLY);
  if (stat?.isSymbolicLink() === true) throw new HostRefusal(path, IS_LINK);
  if (stat?.isDirectory() === true) return;
  if (stat !== undefined) throw new HostRefusal(path, "it is not a folder");
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another build made it in the same instant.
    if (errorCode(error) !== "EEXIST") throw error;
  }
}

function refuseLink(target: string, path: string): void {
  const stat = lstatSync(target, QUIETLY);
  if (stat?.isSymbolicLink() === true) throw new HostRefusal(path, IS_LINK);
  if (stat?.isFile() === false) throw new HostRefusal(path, "it is not a plain file");
}

function writeWhole(path: string, contents: string): void {
  const descriptor = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NOFOLLOW, 0o644);
  try {
    const bytes = Buffer.from(contents, "utf8");
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
    fchmodSync(descriptor, 0o644);
    fsyncSync(descriptor);
  } catch (error) {
    unlinkSync(path);
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

function reasonOf(error: unknown): string {
  if (error instanceof HostRefusal) return error.message;
  const code = errorCode(error);
  const known: { readonly [code: string]: string } = {
    EACCES: "permission denied",
    EPERM: "permission denied",
    EISDIR: "it is a folder",
    ENOTDIR: "it is not a folder",
    EMFILE: "too many files are open",
    ENFILE: "too many files are open",
    ELOOP: "its links form a loop",
    ENOSPC: "the disk is full",
    EROFS: "the file system is read-only",
    ENAMETOOLONG: "its name is too long",
  };
  return known[code] ?? (error instanceof Error ? (code === "" ? error.message : code) : String(error));
}
