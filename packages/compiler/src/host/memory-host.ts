// A workspace in memory: for tests, editors, and whoever has the files elsewhere.
import { checkPath, type FileRead, type FolderEntry, type FolderRead, HostRefusal, type WriteHost } from "./host.ts";

const NOT_A_FOLDER = "it is not a folder";

/** Holds files by path. Folders exist while something is in them. */
export class MemoryHost implements WriteHost {
  readonly #files: Map<string, Uint8Array> = new Map();
  /** Every folder, as long as no file was removed; worked out when it is first asked for. */
  #folders: Set<string> | undefined;

  constructor(files: { readonly [path: string]: string | Uint8Array } = {}) {
    for (const [path, contents] of Object.entries(files)) this.put(path, contents);
  }

  /** Sets a file. */
  put(path: string, contents: string | Uint8Array): void {
    this.#files.set(path, typeof contents === "string" ? new TextEncoder().encode(contents) : contents);
    if (this.#folders !== undefined) for (const folder of foldersAbove(path)) this.#folders.add(folder);
  }

  /** The text of a file, or undefined. */
  text(path: string): string | undefined {
    const bytes = this.#files.get(path);
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  }

  /** All paths, sorted. */
  paths(): readonly string[] {
    return [...this.#files.keys()].sort();
  }

  readFile(path: string, limit: number): FileRead {
    const bytes = this.#files.get(path);
    if (bytes === undefined) return this.#hasFolder(path) ? { kind: "refused", reason: "it is a folder" } : this.#absence(path);
    if (bytes.length > limit) return { kind: "refused", reason: `it has ${bytes.length} bytes, and ${limit} is the limit` };
    return { kind: "bytes", bytes };
  }

  listFolder(path: string): FolderRead {
    if (this.#files.has(path)) return { kind: "refused", reason: NOT_A_FOLDER };
    const prefix = path === "" ? "" : `${path}/`;
    const entries = new Map<string, FolderEntry>();
    for (const file of this.#files.keys()) {
      if (!file.startsWith(prefix)) continue;
      const [name = "", ...below] = file.slice(prefix.length).split("/");
      entries.set(name, { name, kind: below.length === 0 ? "file" : "folder" });
    }
    if (entries.size === 0) return this.#absence(path);
    return { kind: "entries", entries: [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1)) };
  }

  #hasFolder(path: string): boolean {
    this.#folders ??= new Set([...this.#files.keys()].flatMap(foldersAbove));
    return this.#folders.has(path);
  }

  /** Nothing is at `path`; a file above it says that nothing can be. */
  #absence(path: string): { readonly kind: "missing" } | { readonly kind: "refused"; readonly reason: string } {
    const above = foldersAbove(path).find((folder) => this.#files.has(folder));
    return above === undefined ? { kind: "missing" } : { kind: "refused", reason: `${above} is not a folder` };
  }

  replaceFile(path: string, contents: string): void {
    checkPath(path);
    for (const file of this.#files.keys()) {
      if (file.startsWith(`${path}/`)) throw new HostRefusal(path, "a folder stands there");
      if (path.startsWith(`${file}/`)) throw new HostRefusal(path, `${file} is a file, not a folder`);
    }
    this.put(path, contents);
  }

  removeFile(path: string): void {
    this.#files.delete(path);
    this.#folders = undefined;
  }

  sweep(): void {
    // Nothing is ever half written in memory.
  }
}

/** `a`, `a/b` for `a/b/c`. */
function foldersAbove(path: string): readonly string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}
