// The deadline of a start, and its end from outside. Loaded for sources that may have to be waited for.
import { ConfigError } from "../contract/config-error.ts";

/** Whose start, and how long it may take. */
export interface Deadline {
  readonly service: string;
  readonly environment: string | undefined;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * What `run` comes to, when it does so in time.
 *
 * @throws ConfigError (VX5002) after the deadline; the signal's reason when it aborts.
 */
export async function keepDeadline<Result>(
  run: () => Promise<Result>,
  { service, environment, timeout, signal }: Deadline,
): Promise<Result> {
  let abort: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      abort = () => reject(signal?.reason);
      if (signal?.aborted === true) return abort();
      signal?.addEventListener("abort", abort);
      timer = setTimeout(() => reject(describeTimeout(service, environment, timeout)), timeout);
      run().then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    if (abort !== undefined) signal?.removeEventListener("abort", abort);
  }
}

function describeTimeout(service: string, environment: string | undefined, timeout: number): ConfigError {
  const message = `the source did not answer within ${timeout} ms`;
  const hint = "look at the volume or network it is read from; a longer `timeout` is an option of loadConfig";
  return new ConfigError(service, environment, [{ code: "VX5002", pointer: "", message, hint }]);
}
