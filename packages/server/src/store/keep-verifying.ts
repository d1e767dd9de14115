// The full read of a store that goes on running.
import type { Store, Verification } from "./store.ts";

/** How often a store is verified, and who is told. */
export interface VerifyingOptions {
  /** Milliseconds between the end of one look and the next; an hour by default. */
  readonly everyMs?: number;
  /** Told what every look found, also that it was nothing. */
  readonly onLook: (verification: Verification) => void;
  /** Told that a look could not be had. */
  readonly onError: (error: unknown) => void;
}

/** Verifies a store again and again, never twice at once; returns how to end that. Holds no process open. */
export function keepVerifying(store: Store, { everyMs = 60 * 60_000, onLook, onError }: VerifyingOptions): () => void {
  let isOver = false;
  let timer: NodeJS.Timeout;
  const look = async (): Promise<void> => {
    try {
      onLook(await store.verify());
    } catch (error) {
      if (!isOver) onError(error);
    }
    if (!isOver) plan();
  };
  const plan = (): void => {
    timer = setTimeout(() => void look(), everyMs);
    timer.unref();
  };
  plan();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
