// What tells whether a file or folder is as it was: everything that its contents cannot change without.
import { existsSync, readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";

/** One path at one instant. */
export interface PathState {
  /** Equal as long as nothing was written, replaced, renamed or added. Missing and unreadable are states like any other. */
  readonly text: string;
  /** Milliseconds of the epoch, by the clock of the file system; 0 where there is nothing. */
  readonly changedAt: number;
}

/** The state of an absolute path. */
export function stateOf(path: string): PathState {
  let stats: Stats | undefined;
  try {
    stats = statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    return { text: String((error as NodeJS.ErrnoException).code), changedAt: 0 };
  }
  if (stats === undefined) return { text: "missing", changedAt: 0 };
  const { ino, size, mtimeMs, ctimeMs, mode } = stats;
  return { text: `${ino} ${size} ${mtimeMs} ${ctimeMs} ${mode}`, changedAt: Math.max(mtimeMs, ctimeMs) };
}

/** Whether anything stands at an absolute path. */
export function isThere(path: string): boolean {
  return existsSync(path);
}

/** A folder and everything below it, as absolute paths. */
export function pathsIn(folder: string): readonly string[] {
  return [folder, ...readdirSync(folder, { recursive: true, encoding: "utf8" }).map((entry) => join(folder, entry))];
}
