// A workspace on disk that remembers what a build asked for. A build depends on exactly that, so looking at exactly that
// is enough: contracts, values, fragments, manifests by glob, and the folders where another one of them may appear.
import { join } from "node:path";
import { DiskHost } from "../host/disk-host.ts";
import type { FileRead, FolderRead } from "../host/host.ts";
import { type PathState, stateOf } from "../host/path-state.ts";
import { SCHEMAS } from "../read/paths.ts";

/** Reads and writes as `DiskHost` does, and notes the state of each path: just before it is first read, just after it is written. */
export class RecordingHost extends DiskHost {
  readonly #root: string;
  readonly #states: Map<string, PathState> = new Map();
  /** Without settings no folder is listed, and they may come back. */
  readonly #folders: Set<string> = new Set([SCHEMAS]);

  constructor(root: string) {
    super(root);
    this.#root = root;
  }

  override readFile(path: string, limit: number): FileRead {
    this.#noteFirst(path);
    return super.readFile(path, limit);
  }

  override listFolder(path: string): FolderRead {
    this.#noteFirst(path);
    const read = super.listFolder(path);
    // What is refused, like a link that leads outside, is not watched either.
    if (read.kind === "entries") this.#folders.add(path);
    return read;
  }

  override replaceFile(path: string, contents: string): void {
    super.replaceFile(path, contents);
    this.#note(path);
  }

  override removeFile(path: string): void {
    super.removeFile(path);
    this.#note(path);
  }

  /** Paths and their states, relative to the workspace. */
  get states(): ReadonlyMap<string, PathState> {
    return this.#states;
  }

  /** Folders whose names count, relative to the workspace. */
  get folders(): ReadonlySet<string> {
    return this.#folders;
  }

  /** Forgets a folder with all that is below it: a build does not depend on what it writes. */
  forget(folder: string): void {
    for (const path of this.#states.keys()) if (isBelow(path, folder)) this.#states.delete(path);
    for (const path of this.#folders) if (isBelow(path, folder)) this.#folders.delete(path);
  }

  /** Whether anything is not as it was noted. */
  hasChanged(): boolean {
    for (const [path, { text }] of this.#states) if (stateOf(join(this.#root, path)).text !== text) return true;
    return false;
  }

  #noteFirst(path: string): void {
    if (!this.#states.has(path)) this.#note(path);
  }

  #note(path: string): void {
    this.#states.set(path, stateOf(join(this.#root, path)));
  }
}

/** Whether `path` is `folder` or stands in it. */
export function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
