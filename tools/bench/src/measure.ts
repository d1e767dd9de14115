// Runs programs and says what they used: CPU seconds (user and system, all threads) and peak resident memory.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What one run of a program, or a chain of programs, used. */
export interface Usage {
  readonly cpuSeconds: number;
  /** Largest of the chain. */
  readonly peakBytes: number;
}

/** A run and what it printed. */
export interface Run extends Usage {
  readonly stdout: string;
}

const hook = new URL("./usage-hook.js", import.meta.url).href;
const MAX_OUTPUT = 512 * 1024 * 1024;

/** Runs `node` with `args`; its usage goes through a file in `scratch`. Throws when it fails. */
export function runNode(scratch: string, args: readonly string[]): Run {
  const file = join(scratch, "usage.json");
  const env = { ...process.env, VELTRIX_BENCH_USAGE: file };
  const { status, signal, error, stdout, stderr } = spawnSync(process.execPath, ["--import", hook, ...args], {
    cwd: scratch,
    env,
    encoding: "utf8",
    maxBuffer: MAX_OUTPUT,
  });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status ?? signal ?? error?.message}: ${stderr || stdout}`);
  // Written by the hook just now.
  const usage = JSON.parse(readFileSync(file, "utf8")) as Usage;
  return { ...usage, stdout };
}

/** CPU seconds of `program`, run once per argument list in `runs`, its output going to the file named last. */
export function runProgram(program: string, runs: readonly { readonly args: readonly string[]; readonly output: string }[]): number {
  const script = 'program=$1; shift; while [ $# -gt 0 ]; do "$program" "$1" "$2" >"$3" || exit 1; shift 3; done; times';
  const { status, stdout, stderr } = spawnSync(
    "sh",
    ["-c", script, "sh", program, ...runs.flatMap(({ args, output }) => [...args, output])],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
  // `times` prints user and system time of the shell on the first line, and of what it ran on the second.
  const children = stdout.trim().split("\n").at(-1) ?? "";
  return [...children.matchAll(/([0-9]+)m([0-9.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds),
    0,
  );
}

/** The run with the least CPU of `count`: what disturbs a run only ever adds to it. */
export function leastOf<Measured extends Usage>(count: number, run: () => Measured): Measured {
  let least = run();
  for (let done = 1; done < count; done++) {
    const next = run();
    if (next.cpuSeconds < least.cpuSeconds) least = next;
  }
  return least;
}

/** A chain: CPU adds up, and the largest peak counts. */
export function addUsage(usages: readonly Usage[]): Usage {
  return {
    cpuSeconds: usages.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    peakBytes: Math.max(0, ...usages.map(({ peakBytes }) => peakBytes)),
  };
}
