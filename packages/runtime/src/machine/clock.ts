// The one place that knows what time it is: monotonic, so that a clock that is set does not age anything.
import { now } from "./builtin.ts";

/** Monotonic time and timers. A test gives its own. */
export interface Clock {
  /** Milliseconds since some moment that never changes. */
  now(): number;
  /** Calls back once, after so many milliseconds. Returns what takes that back. Keeps no process alive. */
  after(milliseconds: number, call: () => void): () => void;
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now,
  after: (milliseconds, call) => {
    const timer = setTimeout(call, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};
