// The one door to the disk beside the compiler's host: what stands outside of a workspace, and what is not a file's text.
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, watch, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { DiskHost, type FileRead } from "@veltrix/compiler/host";

/**
 * A file that somebody names on the command line, by its absolute path. It may be a link; what it leads to is a plain
 * file of at most `limit` bytes, and nothing else is waited for.
 */
export function readNamedFile(path: string, limit: number): FileRead {
  try {
    const real = realpathSync.native(path);
    return new DiskHost(dirname(real)).readFile(basename(real), limit);
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === undefined) throw error;
    return code === "ENOENT" || code === "ENOTDIR" ? { kind: "missing" } : { kind: "refused", reason: code };
  }
}

/** A file that is part of Veltrix. */
export function readOwnFile(file: URL | string): string {
  return readFileSync(file, "utf8");
}

/** Whether anything stands there, a file or not: whoever reads it says what is wrong with it. */
export function isThere(path: string): boolean {
  try {
    if (lstatSync(path, QUIETLY) !== undefined) return true;
    // A link to nothing in the place of the folder.
    return lstatSync(dirname(path), QUIETLY)?.isSymbolicLink() === true;
  } catch (error) {
    // A name that cannot be one, or a file where a folder would have to be: nothing is there.
    const code = systemCodeOf(error);
    return code !== "ENOTDIR" && code !== "ENAMETOOLONG";
  }
}

const QUIETLY = { throwIfNoEntry: false } as const;

/** Makes a folder with all that are above it. */
export function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true });
}

/** A folder that only this user can enter. It is gone when it is disposed of, and at the latest when this process ends. */
export class PrivateFolder implements Disposable {
  readonly path: string;
  readonly #remove = (): void => rmSync(this.path, { recursive: true, force: true });

  /** `prefix` of its name, below the folder of temporary files. */
  constructor(prefix: string) {
    // mkdtemp makes it with mode 0700.
    this.path = mkdtempSync(join(tmpdir(), prefix));
    process.once("exit", this.#remove);
  }

  /** Writes a file that only this user can read; `path` is relative. */
  write(path: string, contents: string | Uint8Array): void {
    const file = join(this.path, path);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, contents, { mode: 0o600, flag: "wx" });
  }

  [Symbol.dispose](): void {
    process.off("exit", this.#remove);
    this.#remove();
  }
}

/**
 * Calls `onChange` at every change in a folder, and when it is deleted. Returns what ends it; the system's code where the
 * kernel does not watch it; undefined where there is no such folder.
 */
export function watchFolder(path: string, onChange: () => void): { readonly close: () => void } | string | undefined {
  try {
    const watcher = watch(path, onChange);
    watcher.on("error", onChange);
    return watcher;
  } catch (error) {
    const code = systemCodeOf(error) ?? String(error);
    return code === "ENOENT" || code === "ENOTDIR" ? undefined : code;
  }
}

/** The system's word for what went wrong; undefined for any other error. */
export function systemCodeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && "syscall" in error ? String(error.code) : undefined;
}
