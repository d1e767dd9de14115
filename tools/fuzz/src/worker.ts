// The process in which cases run: no socket can be opened in it, and the parent ends it when a case takes too long.
import net from "node:net";
import { caseOf } from "./case.ts";
import { judge } from "./judge.ts";

/** From the worker, after each case. */
export interface Report {
  readonly seed: number;
  readonly isAccepted: boolean;
  readonly faults: readonly string[];
}

const attempts: string[] = [];
net.Socket.prototype.connect = function connect(): never {
  attempts.push("opened a socket");
  throw new Error("a socket was opened");
};

process.on("message", (seed: number) => {
  attempts.length = 0;
  // `judge` gives what was thrown as a fault.
  void judge(caseOf(seed)).then(({ isAccepted, faults }) =>
    process.send?.({ seed, isAccepted, faults: [...faults, ...attempts] } satisfies Report),
  );
});
process.send?.("ready");
