// A workspace on disk that remembers what a build asked for. A build depends on exactly that, so watching exactly that
// is enough: contracts, values, fragments, manifests by glob, and the folders where another one of them may appear.
import { type BigIntStats, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { DiskHost, type FileRead, type FolderEntry } from "@veltrix/compiler";

/** Reads and writes as `DiskHost` does, and notes the state of each path just before it is first read. */
export class RecordingHost extends DiskHost {
  readonly #folder: string;
  readonly #states: Map<string, string> = new Map();
  readonly #folders: Set<string> = new Set();

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
    this.#folders.add(path);
    return super.listFolder(path);
  }

  /** Forgets a folder with all that is below it: what a build writes is not what it depends on. */
  forget(folder: string): void {
    for (const path of this.#states.keys()) if (isBelow(path, folder)) this.#states.delete(path);
    for (const path of this.#folders) if (isBelow(path, folder)) this.#folders.delete(path);
  }

  /** Folders that were listed, and those of files that were asked for: where a change shows. Relative to the workspace. */
  get folders(): readonly string[] {
    return [...new Set([...this.#folders, ...[...this.#states.keys()].map((path) => dirname(path))])];
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
