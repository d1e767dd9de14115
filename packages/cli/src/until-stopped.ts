// What every command that goes on until it is stopped ends by: a signal, a reader that went away, or its caller.
import type { Io } from "./io.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** Runs `body` with a signal that is aborted by SIGINT, SIGTERM, `io.stop`, or when nobody reads stdout any more. */
export async function untilStopped<Result>(io: Io, body: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const stop = new AbortController();
  const end = (): void => stop.abort();
  for (const signal of SIGNALS) process.once(signal, end);
  process.stdout.once("error", end);
  io.stop?.addEventListener("abort", end, { once: true });
  if (io.stop?.aborted === true) end();
  try {
    return await body(stop.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, end);
    process.stdout.off("error", end);
    io.stop?.removeEventListener("abort", end);
  }
}
