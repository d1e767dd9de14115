// A workspace on disk for one test.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { onTestFinished } from "vitest";

/** A folder that is removed when the running test is over. Paths are relative to it, with `/`. */
export interface TemporaryWorkspace {
  /** Absolute, without links. */
  readonly root: string;
  /** The absolute path of `path`. */
  readonly at: (path: string) => string;
  /** @throws when there is no such file. */
  readonly read: (path: string) => string;
  readonly write: (path: string, contents: string) => void;
  /** Replaces `from` by `to`. @throws when the file does not hold `from`. */
  readonly edit: (path: string, from: string, to: string) => void;
  /** Every file, sorted. */
  readonly files: () => readonly string[];
}

/** Makes a folder that holds `files` (path to contents). Call it inside a test. */
export function temporaryWorkspace(files: { readonly [path: string]: string } = {}): TemporaryWorkspace {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "veltrix-test-")));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const at = (path: string): string => join(root, path);
  const read = (path: string): string => readFileSync(at(path), "utf8");
  const write = (path: string, contents: string): void => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), contents);
  };
  const edit = (path: string, from: string, to: string): void => {
    const text = read(path);
    if (!text.includes(from)) throw new Error(`${path} does not hold ${JSON.stringify(from)}`);
    write(path, text.replace(from, to));
  };
  const list = (): readonly string[] =>
    readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((path) => statSync(join(root, path)).isFile())
      .map((path) => relative(root, join(root, path)).split(sep).join("/"))
      .sort();
  for (const [path, contents] of Object.entries(files)) write(path, contents);
  return { root, at, read, write, edit, files: list };
}
