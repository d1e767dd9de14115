// The process in which cases run: it is watched, and the parent ends it when a case takes too long.
import { caseOf } from "./case.ts";
import { judge } from "./judge.ts";
import type { Feature } from "./reach.ts";
import { watch } from "./watch.ts";

/** From the worker, after each case. */
export interface Report {
  readonly seed: number;
  readonly isAccepted: boolean;
  readonly faults: readonly string[];
  readonly reached: readonly Feature[];
}

/** One case in so many is read by a second reader and built again. */
const THOROUGH = 9;

const attempts: string[] = [];
watch((what) => attempts.push(what));

process.on("message", (seed: number) => {
  attempts.length = 0;
  // `judge` gives what was thrown as a fault.
  void judge(caseOf(seed), seed % THOROUGH === 0).then((verdict) =>
    process.send?.({ seed, ...verdict, faults: [...verdict.faults, ...attempts] } satisfies Report),
  );
});
process.send?.("ready");
