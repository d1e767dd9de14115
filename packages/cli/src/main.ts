// The command line: lists the commands, and runs the one that was asked for.
import { EXIT_OK } from "./command.ts";
import { build } from "./commands/build.ts";
import { drift } from "./commands/drift.ts";
import { explain } from "./commands/explain.ts";
import { exportFiles } from "./commands/export.ts";
import { init } from "./commands/init.ts";
import { run } from "./commands/run.ts";
import { why } from "./commands/why.ts";
import { type Io, processIo } from "./io.ts";
import { parseLine, type Registered, register } from "./parse.ts";
import { reportBug, runCommand } from "./run-command.ts";

const commands: readonly Registered[] = [register(init), register(build), register(why), register(explain), register(run), register(exportFiles), register(drift)];

/** Runs one command line (without `node` and the script); returns the exit code. */
export async function main(args: readonly string[], io: Io): Promise<number> {
  const line = parseLine(args, commands, io);
  if (line.kind === "command") return runCommand(io, line.format, line.run);
  io.stdout(`${line.output}\n`);
  return EXIT_OK;
}

/** Runs the command line of this process and sets its exit code. */
export async function runProcess(): Promise<void> {
  const io = processIo();
  const fail = (error: unknown): void => {
    void reportBug(io, "pretty", error).then((code) => process.exit(code));
  };
  process.on("unhandledRejection", fail);
  process.on("uncaughtException", fail);
  // A reader that has seen enough (`| head`) is no fault.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => (error.code === "EPIPE" ? process.exit() : fail(error)));
  process.exitCode = await main(process.argv.slice(2), io);
}
