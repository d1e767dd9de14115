// `veltrix build` through its real command line: everything new, nothing changed, one value changed.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serviceId } from "./generate/service.ts";
import { leastOf, type Run, runNode, type Usage } from "./measure.ts";

/** One build. */
export interface Build extends Usage {
  /** Paths relative to the workspace. */
  readonly written: readonly string[];
}

/** The three builds that people wait for. */
export interface Builds {
  readonly fresh: Build;
  readonly unchanged: Build;
  readonly changed: Build;
  /** Files that the changed build wrote and that are neither the changed service's nor the index. */
  readonly foreignWrites: readonly string[];
}

/** What each stage of a fresh build used, in CPU seconds, and the live heap behind it. */
export type Stages = readonly { readonly name: string; readonly cpuSeconds: number; readonly peakBytes: number }[];

const command = fileURLToPath(new URL("../../../packages/cli/bin/veltrix.js", import.meta.url));
const stagesScript = fileURLToPath(new URL("./stages.js", import.meta.url));

/** Measures the builds of the workspace at `root`, the least of `repeat` each. */
export function measureBuilds(root: string, size: number, repeat: number): Builds {
  const fresh = leastOf(repeat, () => {
    rmSync(join(root, "generated"), { recursive: true, force: true });
    // As in a workspace whose packages are installed: there a build remembers what it has seen.
    mkdirSync(join(root, "generated/node_modules"), { recursive: true });
    return runBuild(root);
  });
  const unchanged = leastOf(repeat, () => runBuild(root));
  const id = serviceId(size - 1);
  const changed = leastOf(repeat, () => {
    changeOneValue(join(root, "schemas", id, "values/base.yaml"));
    return runBuild(root);
  });
  const foreignWrites = changed.written.filter((path) => path !== "generated/index.json" && !path.startsWith(`generated/${id}/`));
  return { fresh, unchanged, changed, foreignWrites };
}

/** Measures the stages of a fresh build of the workspace at `root`. */
export function measureStages(root: string): Stages {
  rmSync(join(root, "generated"), { recursive: true, force: true });
  // Printed by our own script.
  return JSON.parse(runNode(root, [stagesScript, root]).stdout) as Stages;
}

function runBuild(root: string): Build {
  const run = runNode(root, [command, "build", "--workspace", root, "--format", "json"]);
  return { cpuSeconds: run.cpuSeconds, peakBytes: run.peakBytes, written: readWritten(run) };
}

function readWritten({ stdout }: Run): readonly string[] {
  // The shape of the json reporter.
  const { diagnostics, summary } = JSON.parse(stdout) as {
    readonly diagnostics: readonly unknown[];
    readonly summary: { readonly written: readonly string[] };
  };
  if (diagnostics.length > 0) throw new Error(`the synthetic workspace has problems: ${JSON.stringify(diagnostics[0])}`);
  return summary.written;
}

/** No service takes this key by reference. */
function changeOneValue(file: string): void {
  const text = readFileSync(file, "utf8");
  const changed = text.replace(/^( +maxPerSecond: )([0-9]+)$/m, (_line, key: string, value: string) => `${key}${Number(value) + 1}`);
  if (changed === text) throw new Error(`${file} has no maxPerSecond`);
  writeFileSync(file, changed);
}
