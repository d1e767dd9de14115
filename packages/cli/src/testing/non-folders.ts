// What can stand in the place of a file or folder and is neither, put there by a test.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

/** Puts something else in the place of `path`, which is there. `outside` is an empty folder out of the workspace. */
export type Replace = (path: string, outside: string) => void;

/** Each kind by its name. None but the link that leads out holds what was there. */
export const replacements: { readonly [kind: string]: Replace } = {
  "a link to nothing": (path) => putLink("nowhere", path),
  "a link out of the workspace": (path, outside) => {
    const moved = join(outside, basename(path));
    cpSync(path, moved, { recursive: true, verbatimSymlinks: true });
    putLink(moved, path);
  },
  "a folder for a file, a file for a folder": (path) => {
    const isFolder = statSync(path).isDirectory();
    rmSync(path, { recursive: true });
    if (isFolder) writeFileSync(path, "");
    else mkdirSync(path);
  },
  "a pipe": (path) => {
    rmSync(path, { recursive: true });
    execFileSync("mkfifo", [path]);
  },
  "a loop of links": (path, outside) => {
    putLink(join(outside, "other"), path);
    symlinkSync(path, join(outside, "other"));
  },
  "a link to itself": (path) => putLink(basename(path), path),
  "a link to the folder above": (path) => putLink("..", path),
  "no permission": (path) => chmodSync(path, 0),
  "a name that leads through a file": (path, outside) => {
    writeFileSync(join(outside, "file"), "");
    putLink(join(outside, "file/below"), path);
  },
};

function putLink(target: string, path: string): void {
  rmSync(path, { recursive: true });
  symlinkSync(target, path);
}
