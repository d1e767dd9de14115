// Runs seeds one after another in a child process, with a watchdog on each.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Feature, FEATURES } from "./reach.ts";
import type { Report } from "./worker.ts";

/** Milliseconds that one case may take: it takes a few, and a hang has no end, however busy the machine is. */
const LIMIT = 60_000;

/** Which seeds to run. */
export interface RunOptions {
  readonly seed: number;
  readonly runs: number;
}

/** What a run came to. */
export interface FuzzResult {
  readonly accepted: number;
  readonly refused: number;
  /** Seed and words of each fault. */
  readonly faults: readonly string[];
  /** In how many accepted cases each feature was. */
  readonly reached: ReadonlyMap<Feature, number>;
}

/** Runs `runs` seeds from `seed` on. */
export async function fuzz({ seed: first, runs }: RunOptions): Promise<FuzzResult> {
  const faults: string[] = [];
  const reached = new Map<Feature, number>(FEATURES.map((feature) => [feature, 0]));
  let accepted = 0;
  let child = await start();
  for (let seed = first; seed < first + runs; seed++) {
    const report = await ask(child, seed);
    if (report === undefined) {
      faults.push(`seed ${seed}: took more than ${LIMIT} ms, or ended its process`);
      child.kill("SIGKILL");
      child = await start();
      continue;
    }
    if (report.isAccepted) accepted++;
    for (const feature of report.reached) reached.set(feature, (reached.get(feature) ?? 0) + 1);
    for (const fault of report.faults) faults.push(`seed ${seed}: ${fault}`);
  }
  child.kill();
  return { accepted, refused: runs - accepted, faults, reached };
}

async function start(): Promise<ChildProcess> {
  const isSource = import.meta.url.endsWith(".ts");
  const file = fileURLToPath(new URL(isSource ? "./worker.ts" : "./worker.js", import.meta.url));
  const execArgv = isSource ? ["--import", new URL("../source.mjs", import.meta.url).href, "--conditions=veltrix:source"] : [];
  const child = fork(file, [], { execArgv, stdio: ["ignore", "ignore", "inherit", "ipc"] });
  await once(child, "message");
  return child;
}

async function ask(child: ChildProcess, seed: number): Promise<Report | undefined> {
  return new Promise((resolve) => {
    const finish = (report?: Report): void => {
      clearTimeout(timer);
      child.off("exit", finishEmpty);
      child.off("message", finish);
      resolve(report);
    };
    const finishEmpty = (): void => finish();
    const timer = setTimeout(finishEmpty, LIMIT);
    child.once("exit", finishEmpty);
    child.once("message", finish);
    child.send(seed);
  });
}
