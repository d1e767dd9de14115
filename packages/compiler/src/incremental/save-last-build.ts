// Writes down what a build has seen, where the next one can be certain of it.
import { dirname, join } from "node:path";
import type { BuildResult } from "../build.ts";
import { HostRefusal } from "../host/host.ts";
import { isThere, pathsIn, stateOf } from "../host/path-state.ts";
import { FORMAT, LAST_BUILD, type LastBuild, writer } from "./last-build.ts";
import { isBelow, type RecordingHost } from "./recording-host.ts";

/** What was written this long before a build began could have been written again in one tick of the file system's clock. */
const TICK_MS = 20;

/** A build that came to its end. */
export interface EndedBuild {
  readonly root: string;
  readonly host: RecordingHost;
  readonly result: BuildResult;
  /** Absolute folders of all that builds, real ones: another compiler or emitter builds other files. */
  readonly tools: readonly string[];
  /** Milliseconds of the epoch. */
  readonly startedAt: number;
}

/**
 * Saves the state of everything that the build has seen. Saves nothing where the build had something to say, which the
 * next one has to say again, and where the generated package is not installed.
 */
export function saveLastBuild({ root, host, result, tools, startedAt }: EndedBuild): void {
  const { model, diagnostics, written, unchanged } = result;
  if (model === undefined || diagnostics.length > 0) return;
  const { environments, outputs } = model.settings;
  if (!isThere(join(root, outputs.folder, "node_modules"))) return;
  const seen = statesOf({ root, host, startedAt, folder: outputs.folder });
  if (seen === undefined) return;
  const own = [...tools.flatMap(pathsIn), ...installMarks(import.meta.dirname)].map((path) => [path, stateOf(path).text] as const);
  const states = Object.fromEntries([...own, ...seen]);
  const sizes = { services: model.services.length, environments: environments.length };
  const built = { ...sizes, written: 0, removed: 0, unchanged: written.length + unchanged };
  const last: LastBuild = { format: FORMAT, writer: writer(), built, states };
  try {
    host.replaceFile(`${outputs.folder}/${LAST_BUILD}`, `${JSON.stringify(last)}\n`);
  } catch (error) {
    // The build itself is done; the next one is a whole one.
    if (!(error instanceof HostRefusal)) throw error;
  }
}

interface Noted extends Omit<EndedBuild, "result" | "tools"> {
  readonly folder: string;
}

/** The state of every path; undefined where one cannot be relied upon. */
function statesOf({ root, host, folder, startedAt }: Noted): readonly (readonly [path: string, state: string])[] | undefined {
  const states: (readonly [path: string, state: string])[] = [];
  for (const [path, noted] of host.states) {
    const now = stateOf(join(root, path));
    const isOutput = isBelow(path, folder);
    // The build itself has changed the folders that it wrote into; its files were noted when they were written.
    if (now.text !== noted.text && !(isOutput && host.folders.has(path))) return undefined;
    if (!isOutput && noted.changedAt > startedAt - TICK_MS) return undefined;
    // A clock without fractions of a second is too slow to tell two writes apart.
    if (now.changedAt > 0 && Number.isInteger(now.changedAt / 1000)) return undefined;
    states.push([path, now.text]);
  }
  return states;
}

/** What package managers rewrite at each install, in every folder upward: libraries are a part of a build too. */
function installMarks(folder: string): readonly string[] {
  const marks = [".modules.yaml", ".package-lock.json", ".yarn-state.yml"].map((mark) => join(folder, "node_modules", mark));
  return dirname(folder) === folder ? marks : [...marks, ...installMarks(dirname(folder))];
}
