// The files of this repository: those that git knows or would take.
import { execFileSync } from "node:child_process";
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Absolute path of the repository, without a final slash. */
export const root: string = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");

/** Paths of all files and links, relative, sorted. */
export const known: readonly string[] = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
  cwd: root,
  encoding: "utf8",
  maxBuffer: 64 * 1024 * 1024,
})
  .split("\0")
  .filter((path) => path !== "" && lstatSync(join(root, path), { throwIfNoEntry: false }) !== undefined)
  .sort();

/** Paths of all plain files, relative, sorted. */
export const files: readonly string[] = known.filter((path) => lstatSync(join(root, path)).isFile());
