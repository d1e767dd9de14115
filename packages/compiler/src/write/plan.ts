// What stands in the generated folder, against what should: the same comparison serves `build` and `build --check`.
import type { ReadHost } from "../host/host.ts";
import { GENERATED_MARK, type GeneratedFile } from "../emitter.ts";
import { fileHash, INDEX_FILE, readIndex } from "../emit/index-file.ts";

/** What is different. Paths are relative to the generated folder. */
export interface Plan {
  /** Files to write, `index.json` last. */
  readonly writes: readonly PlannedWrite[];
  /** Files of ours that nothing gives any more. */
  readonly removals: readonly string[];
  /** Files that are not ours: never touched. */
  readonly foreign: readonly string[];
  readonly unchanged: number;
}

export interface PlannedWrite extends GeneratedFile {
  /** What stands there now; undefined: nothing. */
  readonly before: string | undefined;
}

/** Written once by `veltrix init`, and what package managers and turbo put beside it. */
const KEPT: ReadonlySet<string> = new Set(["package.json", "turbo.json", "README.md", "node_modules", ".turbo"]);

/** The mark stands in the first lines of a file. */
const HEAD = 400;
const NO_LIMIT = Number.MAX_SAFE_INTEGER;
const decoder = new TextDecoder();

/** Compares `files` with the folder. */
export function planWrites(host: ReadHost, folder: string, files: readonly GeneratedFile[]): Plan {
  const writes: PlannedWrite[] = [];
  for (const file of files) {
    const before = textOf(host, `${folder}/${file.path}`);
    if (before !== file.contents) writes.push({ ...file, before });
  }
  const expected = new Set(files.map(({ path }) => path));
  const listed = readIndex(textOf(host, `${folder}/${INDEX_FILE}`));
  const removals: string[] = [];
  const foreign: string[] = [];
  for (const path of pathsBelow(host, folder, "")) {
    if (expected.has(path)) continue;
    if (isOurs(textOf(host, `${folder}/${path}`), listed.get(path))) removals.push(path);
    else foreign.push(path);
  }
  return { writes, removals, foreign, unchanged: files.length - writes.length };
}

function isOurs(text: string | undefined, listedHash: string | undefined): boolean {
  if (text === undefined) return false;
  return text.slice(0, HEAD).includes(GENERATED_MARK) || (listedHash !== undefined && listedHash === fileHash(text));
}

function textOf(host: ReadHost, path: string): string | undefined {
  const read = host.readFile(path, NO_LIMIT);
  return read.kind === "bytes" ? decoder.decode(read.bytes) : undefined;
}

function* pathsBelow(host: ReadHost, folder: string, below: string): Generator<string> {
  for (const entry of host.listFolder(below === "" ? folder : `${folder}/${below}`) ?? []) {
    if (below === "" && KEPT.has(entry.name)) continue;
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    // What another build is writing at this instant is its own business.
    if (entry.name.startsWith(".veltrix-tmp-")) continue;
    if (entry.kind === "folder") yield* pathsBelow(host, folder, path);
    else yield path;
  }
}
