// Prints what a command came to: stdout is for data, stderr for people.
import {
  hasErrors,
  type Paint,
  reportGithub,
  type ReportInput,
  reportJson,
  reportJunit,
  reportPretty,
  reportSarif,
} from "@veltrix/diagnostics";
import picocolors from "picocolors";
import { EXIT_OK, EXIT_PROBLEMS, type Format, type Outcome } from "./command.ts";
import type { Io } from "./io.ts";
import { printNote, printPlain } from "./print-plain.ts";
import { readVersion } from "./version.ts";

/** Prints `outcome` and returns the exit code. */
export function printOutcome(io: Io, format: Format, outcome: Outcome): number {
  const { diagnostics = [], readText = nothing } = outcome;
  const input: ReportInput = { diagnostics, readText, paint: paintFor(io) };
  const exitCode = outcome.exitCode ?? (hasErrors(diagnostics) ? EXIT_PROBLEMS : EXIT_OK);
  if (outcome.printed === true) return exitCode;
  switch (format) {
    case "json":
      io.stdout(reportJson(input, outcome.summary, outcome.data));
      break;
    case "github":
      io.stdout(reportGithub(input) + (outcome.text ?? ""));
      printNote(io, outcome.note);
      break;
    case "sarif":
      io.stdout(reportSarif(input, readVersion()));
      break;
    case "junit":
      io.stdout(reportJunit(input));
      break;
    case "pretty":
      io.stderr(reportPretty(input));
      printPlain(io, outcome);
  }
  return exitCode;
}

function nothing(): undefined {
  return undefined;
}

/** Colours only for a person at a terminal who has not asked for none (https://no-color.org). */
function paintFor(io: Io): Paint {
  const noColor = io.env["NO_COLOR"];
  return picocolors.createColors(io.isTerminal && (noColor === undefined || noColor === ""));
}
