// The command line: lists the commands, and runs the one that was asked for.
import { EXIT_OK } from "./command.ts";
import { commands } from "./commands.ts";
import { type Io, processIo } from "./io.ts";
import { parsePlain } from "./parse-plain.ts";
import { spellAnew } from "./old-spellings.ts";
import type { Line } from "./registered.ts";
import { reportBug, runCommand } from "./run-command.ts";

/** Runs one command line (without `node` and the script); returns the exit code. Throws nothing. */
export async function main(args: readonly string[], io: Io): Promise<number> {
  let line: Line;
  try {
    line = await parse(args);
  } catch (error) {
    return reportBug(io, "pretty", error);
  }
  switch (line.kind) {
    case "understood": {
      const { command, values, workspace, format, style, rest } = line.line;
      return runCommand(io, format, () => command.start(values, { io, rest, workspace, format, style }));
    }
    case "misused":
      return runCommand(io, line.format, line.describe);
    case "answered":
      io.stdout(`${line.output}\n`);
      return EXIT_OK;
  }
}

/** Loading yargs takes longer than most commands do, so a line that is plainly right goes without it. */
async function parse(written: readonly string[]): Promise<Line> {
  const args = spellAnew(written, commands);
  const plain = parsePlain(args, commands);
  if (plain !== undefined) return { kind: "understood", line: plain };
  const { parseLine } = await import("./parse.ts");
  return parseLine(args, commands);
}

/** Runs the command line of this process and sets its exit code. */
export async function runProcess(): Promise<void> {
  const io = processIo();
  const fail = async (error: unknown): Promise<void> => process.exit(await reportBug(io, "pretty", error));
  process.once("unhandledRejection", (error) => void fail(error));
  process.once("uncaughtException", (error) => void fail(error));
  // A reader that has seen enough (`| head`) is no fault, and the command still ends with its own code.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") void fail(error);
  });
  process.exitCode = await main(process.argv.slice(2), io);
}
