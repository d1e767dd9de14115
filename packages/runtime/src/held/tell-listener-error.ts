// What the log says of a listener that threw: once for each, since it may throw at every event.
import type { Logger } from "./events.ts";

/** A listener's error. */
export interface ListenerError {
  readonly service: string;
  readonly environment: string;
  /** What it listens to. */
  readonly listener: string;
  readonly error: unknown;
}

/** One line for the log, or, where the logger is what throws, for stderr. The error's message is left out: it may hold a secret. */
export function tellListenerError({ service, environment, listener, error }: ListenerError, logger: Logger | undefined): void {
  const name = error instanceof Error ? error.name : typeof error;
  const place = error instanceof Error ? /^ +at .*$/m.exec(error.stack ?? "")?.[0].trim() : undefined;
  const message = `a listener of ${listener} throws: ${name}; it is called again, and this is said once`;
  const line = { event: "listener-error", service, environment, listener, error: name, ...(place === undefined ? {} : { place }) };
  try {
    if (logger !== undefined) return logger.warn(line, message);
  } catch {
    // Said below.
  }
  process.stderr.write(`${JSON.stringify({ level: "warn", message, ...line })}\n`);
}
