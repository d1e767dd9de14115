// What the last build left: when nothing that it read or wrote has changed since, and neither has Veltrix, there is
// nothing to build. `build --check` never asks: it compares bytes. Loads nothing of the compiler but its host.
import { resolve } from "node:path";
import { DiskHost } from "../host/disk-host.ts";
import { stateOf } from "../host/path-state.ts";
import { MAX_FILE_BYTES } from "../read/limits.ts";
import { SETTINGS_FILE } from "../read/paths.ts";

/** The file, in the generated package, where git and package managers leave it alone. */
export const LAST_BUILD = "node_modules/.cache/veltrix/last-build.json";
export const FORMAT = 1;

/** Bytes: a line a file of a hundred thousand files. */
const LARGEST = 32 * 1024 * 1024;

/** What was built, in numbers of files but for the first two. */
export interface BuildSize {
  readonly services: number;
  readonly environments: number;
  readonly written: number;
  readonly removed: number;
  readonly unchanged: number;
}

/** What stands in the file. */
export interface LastBuild {
  readonly format: typeof FORMAT;
  /** Who wrote it: another installation may build something else. */
  readonly writer: string;
  readonly built: BuildSize;
  /** By path: relative to the workspace, or absolute for Veltrix's own. */
  readonly states: { readonly [path: string]: string };
}

/** What a build would come to, where it is certain that it would change nothing. */
export function findLastBuild(root: string): BuildSize | undefined {
  const host = new DiskHost(root);
  const folder = guessFolder(host);
  if (folder === undefined) return undefined;
  const last = readLastBuild(host, `${folder}/${LAST_BUILD}`);
  if (last === undefined) return undefined;
  for (const [path, state] of Object.entries(last.states)) if (stateOf(resolve(root, path)).text !== state) return undefined;
  return last.built;
}

/** The generated folder as the settings seem to name it. A wrong guess finds nothing, or what no longer holds. */
function guessFolder(host: DiskHost): string | undefined {
  const settings = readText(host, SETTINGS_FILE, MAX_FILE_BYTES);
  // The build says what is wrong with it.
  if (settings === undefined) return undefined;
  const named = /\bfolder:[ \t]*["']?([A-Za-z0-9_@-][A-Za-z0-9_.@/-]*)/.exec(settings)?.[1];
  return named === undefined ? "generated" : named.includes("..") ? undefined : named;
}

function readLastBuild(host: DiskHost, file: string): LastBuild | undefined {
  try {
    const last: unknown = JSON.parse(readText(host, file, LARGEST) ?? "");
    return isLastBuild(last) ? last : undefined;
  } catch {
    // None was saved, or it is no use: the build is a whole one.
    return undefined;
  }
}

function readText(host: DiskHost, file: string, limit: number): string | undefined {
  const read = host.readFile(file, limit);
  return read.kind === "bytes" ? Buffer.from(read.bytes).toString("utf8") : undefined;
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
