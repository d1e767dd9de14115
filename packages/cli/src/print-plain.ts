// Prints what has no problem to show: that needs no reporter, and loading them takes longer than many commands do.
import type { Outcome } from "./command.ts";
import type { Io } from "./io.ts";

/** What a command has for people, beside its problems. */
export function printPlain(io: Io, { text = "", note }: Outcome): void {
  io.stdout(text);
  printNote(io, note);
}

/** The line about a success. */
export function printNote(io: Io, note: string | undefined): void {
  if (note !== undefined) io.stderr(`veltrix: ${note}\n`);
}
