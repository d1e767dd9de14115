// The bench: measures veltrix build against its peers, and prints the ratios. With --gate, 1 when a floor is broken.
import { rmSync } from "node:fs";
import { judge } from "./floors.ts";
import { HELP, type Options, readOptions } from "./options.ts";
import { printReport } from "./report.ts";
import { runAll } from "./run.ts";
import { makeScratch } from "./scratch.ts";

/** Exit code of a bench that could not run. */
const EXIT_UNUSABLE = 2;

try {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") process.stdout.write(HELP);
  else process.exitCode = run(options);
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = EXIT_UNUSABLE;
}

function run({ sizes, gate, json, folder }: Options): number {
  const scratch = makeScratch(folder, sizes.at(-1) ?? 0);
  const tell = (line: string): void => void process.stderr.write(`bench: ${line}\n`);
  tell(`working in ${scratch}`);
  try {
    const results = runAll(scratch, { sizes, kustomizeServices: gate ? 10 : 50, tell });
    const floors = judge(results);
    process.stdout.write(json ? `${JSON.stringify({ ...results, floors }, undefined, 2)}\n` : printReport(results, floors));
    return gate && floors.some(({ kept }) => !kept) ? 1 : 0;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
