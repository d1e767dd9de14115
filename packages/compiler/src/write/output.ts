// Stage 6, write: only what changed, each file old or new, `index.json` last. `build --check` is the same comparison
// with nothing written. Files come one by one, and of one that is as it should be nothing is kept.
import { type Diagnostic, report } from "@veltrix/diagnostics";
import { fileHash, INDEX_FILE, readIndex } from "../emit/index-file.ts";
import { GENERATED_MARK, type GeneratedFile } from "../emitter.ts";
import { explainStale, type StaleFile } from "./explain-stale.ts";
import { entriesOf, type FileRead, HostRefusal, TEMPORARY_PREFIX, type WriteHost } from "../host/host.ts";

/** What writing came to. Paths are relative to the workspace. */
export interface WriteOutcome {
  /** With `check`: what would have been written and removed. */
  readonly written: readonly string[];
  readonly removed: readonly string[];
  /** Files that were found as they should be: none that came after a refused write and was not. */
  readonly unchanged: number;
  readonly diagnostics: readonly Diagnostic[];
}

export interface OutputOptions {
  /** Write nothing: every difference is an error. */
  readonly isCheck: boolean;
}

/** Written once by `veltrix init`, and what package managers and turbo put beside it. */
const KEPT: ReadonlySet<string> = new Set(["package.json", "turbo.json", "README.md", "node_modules", ".turbo"]);
/** The mark stands in the first lines of a file. */
const HEAD = 400;
const NO_LIMIT = Number.MAX_SAFE_INTEGER;
const decoder = new TextDecoder();

/** The generated folder, as one build leaves it. */
export class Output {
  readonly #host: WriteHost;
  readonly #folder: string;
  readonly #isCheck: boolean;
  readonly #expected: Set<string> = new Set();
  readonly #written: string[] = [];
  readonly #removed: string[] = [];
  readonly #diagnostics: Diagnostic[] = [];
  readonly #stale: StaleFile[] = [];
  #unchanged = 0;
  #isStopped = false;

  constructor(host: WriteHost, folder: string, options: OutputOptions) {
    this.#host = host;
    this.#folder = folder;
    this.#isCheck = options.isCheck;
  }

  /** Takes one file that should be there. */
  put(file: GeneratedFile): void {
    this.#expected.add(file.path);
    const path = `${this.#folder}/${file.path}`;
    const before = this.#read(file.path);
    if (decodeText(before) === file.contents) {
      this.#unchanged++;
      return;
    }
    if (this.#isStopped) return;
    if (this.#isCheck)
      this.#stale.push({
        path: file.path,
        before: decodeText(before),
        after: file.contents,
        diagnostic: stale(path, before, file.contents),
      });
    else if (!this.#attempt(() => this.#host.replaceFile(path, file.contents))) return;
    this.#written.push(path);
  }

  /** Removes what nothing gives any more, and puts the index in place: only now is the set complete. */
  finish(index: GeneratedFile): WriteOutcome {
    const listed = readIndex(decodeText(this.#read(INDEX_FILE)));
    this.#expected.add(index.path);
    for (const path of this.#pathsBelow("")) {
      if (!this.#expected.has(path) && !this.#isStopped) this.#removeOrphan(path, listed.get(path));
    }
    this.put(index);
    this.#diagnostics.push(...explainStale(this.#stale, listed));
    return { written: this.#written, removed: this.#removed, unchanged: this.#unchanged, diagnostics: this.#diagnostics };
  }

  #removeOrphan(path: string, listedHash: string | undefined): void {
    const file = `${this.#folder}/${path}`;
    const isRemovable = isOurs(decodeText(this.#read(path)), listedHash);
    if (this.#isCheck || !isRemovable) {
      const severity = this.#isCheck ? "error" : "warning";
      this.#diagnostics.push(report("VX7004", { file, removable: isRemovable }, { at: { file }, severity }));
    } else if (!this.#attempt(() => this.#host.removeFile(file))) return;
    if (isRemovable) this.#removed.push(file);
  }

  /** Carries out one change of the disk. What is refused is reported, and everything after it is left undone. */
  #attempt(change: () => void): boolean {
    try {
      change();
      return true;
    } catch (error) {
      if (!(error instanceof HostRefusal)) throw error;
      this.#diagnostics.push(report("VX7005", { file: error.path, detail: error.message }, { at: { file: error.path } }));
      this.#isStopped = true;
      return false;
    }
  }

  #read(path: string): FileRead {
    return this.#host.readFile(`${this.#folder}/${path}`, NO_LIMIT);
  }

  *#pathsBelow(below: string): Generator<string> {
    const folder = below === "" ? this.#folder : `${this.#folder}/${below}`;
    const read = this.#host.listFolder(folder);
    if (read.kind === "refused" && !this.#isStopped) {
      const severity = this.#isCheck ? "error" : "warning";
      this.#diagnostics.push(report("VX1015", { detail: read.reason }, { at: { file: folder }, severity }));
    }
    for (const entry of entriesOf(read)) {
      if (below === "" && KEPT.has(entry.name)) continue;
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      // What another build is writing at this instant is its own business; what a killed one left is not.
      if (entry.name.startsWith(TEMPORARY_PREFIX)) {
        if (!this.#isCheck && !this.#isStopped) this.#attempt(() => this.#host.sweep(`${this.#folder}/${path}`));
        continue;
      }
      if (entry.kind === "folder") yield* this.#pathsBelow(path);
      else yield path;
    }
  }
}

function decodeText(read: FileRead): string | undefined {
  return read.kind === "bytes" ? decoder.decode(read.bytes) : undefined;
}

function isOurs(text: string | undefined, listedHash: string | undefined): boolean {
  if (text === undefined) return false;
  return text.slice(0, HEAD).includes(GENERATED_MARK) || (listedHash !== undefined && listedHash === fileHash(text));
}

function stale(file: string, read: FileRead, contents: string): Diagnostic {
  if (read.kind === "refused") return report("VX7003", { file, detail: `cannot be read: ${read.reason}` }, { at: { file } });
  const before = decodeText(read);
  if (before === undefined) return report("VX7003", { file, detail: "is missing" }, { at: { file } });
  const line = firstDifference(before, contents);
  return report(
    "VX7003",
    { file, detail: `is not what the schemas give: line ${line} differs` },
    { at: { file, offset: offsetOf(before, line) } },
  );
}

function firstDifference(a: string, b: string): number {
  const left = a.split("\n");
  const right = b.split("\n");
  const index = left.findIndex((line, position) => line !== right[position]);
  return index === -1 ? left.length : index + 1;
}

function offsetOf(text: string, line: number): number {
  let offset = 0;
  for (let count = 1; count < line; count++) offset = text.indexOf("\n", offset) + 1;
  return Math.min(offset, Math.max(0, text.length - 1));
}
