// The options of a start.
import type { Clock } from "../machine/clock.ts";
import type { Variables } from "../machine/variables.ts";
import type { Logger } from "../held/events.ts";
import type { FollowOptions } from "../held/instance.ts";

/** Options of `loadConfig`. */
export interface LoadOptions extends FollowOptions {
  /** The environment variables to read; `process.env` when absent. */
  readonly variables?: Variables;
  /** Takes problems that no listener takes; stderr when absent. */
  readonly logger?: Logger;
  /** Aborts loading. Has no effect once the configuration is loaded. */
  readonly signal?: AbortSignal;
  /** Milliseconds that loading may take: 10,000. */
  readonly timeout?: number;
  /** Time and timers; those of the machine when absent. For tests. */
  readonly clock?: Clock;
}

const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * Checks every length of time that is given.
 *
 * @throws RangeError for one that no timer can keep.
 */
export function checkLoadOptions({ timeout, pollInterval, rolloutDeadline, onStale = "serve" }: LoadOptions): void {
  if (pollInterval !== undefined) checkTime("pollInterval", pollInterval);
  if (rolloutDeadline !== undefined) checkTime("rolloutDeadline", rolloutDeadline);
  if (onStale !== "serve") checkTime("onStale.refuseAfterMs", onStale.refuseAfterMs);
  if (timeout !== undefined) checkTime("timeout", timeout);
}

function checkTime(name: string, milliseconds: number): void {
  if (milliseconds > 0 && milliseconds <= LONGEST_TIMER_MS) return;
  throw new RangeError(`${name} must be more than 0 and at most ${LONGEST_TIMER_MS} milliseconds, not ${milliseconds}`);
}
