// Something new that is not held is no drift at first: a roll-out takes its time. It is drift once a process
// has been behind for the deadline of its source, whatever else is published meanwhile.
import type { DriftFinding } from "@veltrix/protocol";
import type { Clock } from "../machine/clock.ts";

/** How long a process has been behind, and with which keys. */
export class Rollout {
  readonly #clock: Clock;
  readonly #deadline: number;
  readonly #onOverdue: () => void;
  #findings: readonly DriftFinding[] = [];
  #since: number | undefined;
  #cancel: () => void = () => {};

  constructor(clock: Clock, deadline: number, onOverdue: () => void) {
    this.#clock = clock;
    this.#deadline = deadline;
    this.#onOverdue = onOverdue;
  }

  /** The process is behind in these keys. The time runs from when it first was. */
  behind(findings: readonly DriftFinding[]): void {
    this.#findings = findings;
    if (this.#since !== undefined || !Number.isFinite(this.#deadline)) return;
    this.#since = this.#clock.now();
    this.#cancel = this.#clock.after(this.#deadline, this.#onOverdue);
  }

  /** The process holds what is delivered. */
  caughtUp(): void {
    this.#findings = [];
    this.#since = undefined;
    this.#cancel();
  }

  /** What is drift by now. */
  get overdue(): readonly DriftFinding[] {
    return this.#since !== undefined && this.#clock.now() - this.#since >= this.#deadline ? this.#findings : [];
  }

  close(): void {
    this.#cancel();
  }
}
