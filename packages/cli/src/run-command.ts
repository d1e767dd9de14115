// The one wrapper around every command: prints what it came to, and turns a bug of ours into exit code 2.
import { EXIT_BUG, EXIT_OK, type Format, type Outcome } from "./command.ts";
import type { Io } from "./io.ts";
import { printPlain } from "./print-plain.ts";

/** Runs `body` and prints its outcome; returns the exit code. Throws nothing. */
export async function runCommand(io: Io, format: Format, body: () => Outcome | Promise<Outcome>): Promise<number> {
  try {
    const outcome = await body();
    if (format === "pretty" && (outcome.diagnostics ?? []).length === 0) {
      if (outcome.printed !== true) printPlain(io, outcome);
      return outcome.exitCode ?? EXIT_OK;
    }
    const { printOutcome } = await import("./reporters.ts");
    return printOutcome(io, format, outcome);
  } catch (error) {
    return reportBug(io, format, error);
  }
}

/** Says that Veltrix itself failed, with the stack; returns the exit code. */
export async function reportBug(io: Io, format: Format, error: unknown): Promise<number> {
  io.stderr(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  io.stderr("veltrix: this is a bug in Veltrix\n");
  const { report } = await import("@veltrix/diagnostics");
  const { printOutcome } = await import("./reporters.ts");
  const detail = error instanceof Error ? error.message : String(error);
  printOutcome(io, format, { diagnostics: [report("VX9001", { detail }, { at: { file: "veltrix" } })] });
  return EXIT_BUG;
}
