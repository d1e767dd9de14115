// A workspace in memory: for tests, editors, and whoever has the files elsewhere.
import { checkPath, type FileRead, type FolderEntry, HostRefusal, type WriteHost } from "./host.ts";

/** Holds files by path. Folders exist while something is in them. */
export class MemoryHost implements WriteHost {
  readonly #files: Map<string, Uint8Array> = new Map();

  constructor(files: { readonly [path: string]: string | Uint8Array } = {}) {
    for (const [path, contents] of Object.entries(files)) this.put(path, contents);
  }

  /** Sets a file. */
  put(path: string, contents: string | Uint8Array): void {
    this.#files.set(path, typeof contents === "string" ? new TextEncoder().encode(contents) : contents);
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
    if (bytes === undefined) return { kind: "missing" };
    if (bytes.length > limit) return { kind: "refused", reason: `it has ${bytes.length} bytes, and ${limit} is the limit` };
    return { kind: "bytes", bytes };
  }

  listFolder(path: string): readonly FolderEntry[] | undefined {
    const prefix = path === "" ? "" : `${path}/`;
    const entries = new Map<string, FolderEntry>();
    for (const file of this.#files.keys()) {
      if (!file.startsWith(prefix)) continue;
      const [name = "", ...below] = file.slice(prefix.length).split("/");
      entries.set(name, { name, kind: below.length === 0 ? "file" : "folder" });
    }
    if (entries.size === 0) return undefined;
    return [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
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
  }

  sweep(): void {
    // Nothing is ever half written in memory.
  }
}
