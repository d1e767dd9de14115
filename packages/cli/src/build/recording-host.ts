// A workspace on disk that remembers what a build asked for. A build depends on exactly that, so watching exactly that
// is enough: contracts, values, fragments, manifests by glob, and the folders where another one of them may appear.
import { type BigIntStats, statSync } from "node:fs";
import { join } from "node:path";
import { DiskHost, type FileRead, type FolderEntry, SCHEMAS } from "@veltrix/compiler";

/** Reads and writes as `DiskHost` does, and notes the state of each path just before it is first read. */
export class RecordingHost extends DiskHost {
  readonly #folder: string;
  readonly #states: Map<string, string> = new Map();
  /** Without settings no folder is listed, and they may come back. */
  readonly #folders: Set<string> = new Set([SCHEMAS]);

  constructor(root: string) {
    super(root);
    this.#folder = root;
  }

  override readFile(path: string, limit: number): FileRead {
    this.#note(path);
    return super.readFile(path, limit);
  }

  override listFolder(path: string): readonly FolderEntry[] | undefined {
    this.#note(path);
    const entries = super.listFolder(path);
    // What is refused, like a link that leads outside, is not watched either.
    if (entries !== undefined) this.#folders.add(path);
    return entries;
  }

  /** Forgets a folder with all that is below it: what a build writes is not what it depends on. */
  forget(folder: string): void {
    for (const path of this.#states.keys()) if (isBelow(path, folder)) this.#states.delete(path);
    for (const path of this.#folders) if (isBelow(path, folder)) this.#folders.delete(path);
  }

  /** Folders whose names count, relative to the workspace. */
  get folders(): readonly string[] {
    return [...this.#folders];
  }

  /** Whether anything that was read is not as it was then. */
  hasChanged(): boolean {
    for (const [path, state] of this.#states) if (stateOf(join(this.#folder, path)) !== state) return true;
    return false;
  }

  #note(path: string): void {
    if (!this.#states.has(path)) this.#states.set(path, stateOf(join(this.#folder, path)));
  }
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Changes with contents, and with the names in a folder; unreadable is a state like any other. */
function stateOf(path: string): string {
  let stats: BigIntStats | undefined;
  try {
    stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
  if (stats === undefined) return "missing";
  return `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs} ${stats.mode}`;
}
