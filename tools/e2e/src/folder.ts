// Temporary folders of files, and programs that run in them.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Files by path, relative to the folder. */
export type Files = Iterable<readonly [path: string, contents: string]>;

/** A folder that is gone when its scope ends (`using`). */
export interface TemporaryFolder extends Disposable {
  readonly path: string;
}

/** Writes `files` to a new folder. */
export function temporaryFolder(files: Files): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), "veltrix-e2e-"));
  for (const [name, contents] of files) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), contents);
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** What a program said. */
export interface ProcessResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. */
export function run(program: string, args: readonly string[], folder: string): ProcessResult {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: folder, encoding: "utf8", maxBuffer: 256 * 1024 * 1024 });
  if (error !== undefined) throw error;
  return { status, stdout, stderr };
}
