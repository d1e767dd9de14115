// What the last build left: when nothing that it read or wrote has changed since, and neither has Veltrix, there is
// nothing to build. `build --check` never asks: it compares bytes. Loads nothing but Node's own modules.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Built } from "./note.ts";
import { stateOf } from "./path-state.ts";

/** The file, in the generated package, where git and package managers leave it alone. */
export const LAST_BUILD = "node_modules/.cache/veltrix/last-build.json";
export const FORMAT = 1;

/** What stands in the file. */
export interface LastBuild {
  readonly format: typeof FORMAT;
  /** Who wrote it: another installation may build something else. */
  readonly writer: string;
  readonly built: Built;
  /** By path: relative to the workspace, or absolute for Veltrix's own. */
  readonly states: { readonly [path: string]: string };
}

/** What a build would come to, where it is certain that it would change nothing. */
export function findLastBuild(root: string): Built | undefined {
  const folder = guessFolder(root);
  if (folder === undefined) return undefined;
  const last = readLastBuild(join(root, folder, LAST_BUILD));
  if (last === undefined) return undefined;
  for (const [path, state] of Object.entries(last.states)) if (stateOf(resolve(root, path)).text !== state) return undefined;
  return last.built;
}

/** The generated folder as the settings seem to name it. A wrong guess finds nothing, or what no longer holds. */
function guessFolder(root: string): string | undefined {
  try {
    const named = /\bfolder:[ \t]*["']?([A-Za-z0-9_@-][A-Za-z0-9_.@/-]*)/.exec(
      readFileSync(join(root, "schemas/veltrix.yaml"), "utf8"),
    )?.[1];
    return named === undefined ? "generated" : named.includes("..") ? undefined : named;
  } catch {
    // The build says what is wrong with it.
    return undefined;
  }
}

function readLastBuild(file: string): LastBuild | undefined {
  try {
    const last: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isLastBuild(last) ? last : undefined;
  } catch {
    // None was saved, or it is no use: the build is a whole one.
    return undefined;
  }
}

function isLastBuild(value: unknown): value is LastBuild {
  if (typeof value !== "object" || value === null) return false;
  const { format, writer: by, built, states } = value as { readonly [member in keyof LastBuild]?: unknown };
  return format === FORMAT && by === writer() && typeof built === "object" && typeof states === "object" && states !== null;
}

/** This installation of Veltrix, and the Node that runs it. */
export function writer(): string {
  return `${import.meta.filename} ${process.version}`;
}
