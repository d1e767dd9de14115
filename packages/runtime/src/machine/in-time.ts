// Work that may never end, waited for no longer than it is worth.
import type { Clock } from "./clock.ts";

/** How long to wait. */
export interface Patience {
  readonly clock: Clock;
  readonly milliseconds: number;
  /** Ends the wait at once. */
  readonly signal?: AbortSignal;
}

/** What `work` comes to; undefined where it does not end in time. It goes on all the same, and what it comes to is lost. */
export async function inTime<Result>(work: Promise<Result>, { clock, milliseconds, signal }: Patience): Promise<Result | undefined> {
  let giveUp = (): void => {};
  const end = new Promise<undefined>((resolve) => {
    giveUp = () => resolve(undefined);
  });
  const cancel = clock.after(milliseconds, giveUp);
  signal?.addEventListener("abort", giveUp);
  if (signal?.aborted === true) giveUp();
  try {
    return await Promise.race([work, end]);
  } finally {
    cancel();
    signal?.removeEventListener("abort", giveUp);
  }
}
