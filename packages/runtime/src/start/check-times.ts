// The lengths of time among the options of a start.
import type { LoadOptions } from "../view/types.ts";

const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * Checks every length of time that is given.
 *
 * @throws RangeError for one that no timer can keep.
 */
export function checkTimes({ timeout, pollInterval, rolloutDeadline, onStale = "serve" }: LoadOptions): void {
  if (pollInterval !== undefined) checkTime("pollInterval", pollInterval);
  if (rolloutDeadline !== undefined) checkTime("rolloutDeadline", rolloutDeadline);
  if (onStale !== "serve") checkTime("onStale.refuseAfterMs", onStale.refuseAfterMs);
  if (timeout !== undefined) checkTime("timeout", timeout);
}

function checkTime(name: string, milliseconds: number): void {
  if (milliseconds > 0 && milliseconds <= LONGEST_TIMER_MS) return;
  throw new RangeError(`${name} must be more than 0 and at most ${LONGEST_TIMER_MS} milliseconds, not ${milliseconds}`);
}
