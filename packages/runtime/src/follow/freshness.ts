// Whether what is held may be taken for what is delivered: how long the source may be out of reach before it is
// said, why it is stale, and when the process stops being ready. Values stay readable whatever happens here.
import type { ConfigProblem } from "@veltrix/protocol";
import type { Instance } from "../held/instance.ts";
import { report } from "./report.ts";
import type { StaleReason } from "../view/types.ts";

/** Keeps `instance.stale`, and tells of every change. */
export class Freshness {
  readonly #instance: Instance<unknown>;
  readonly #deadline: number;
  readonly #onDoubt: () => void;
  #doubtSince: number | undefined;
  #cancelDoubt: () => void = () => {};
  #cancelOverdue: () => void = () => {};
  #cancelRefusal: () => void = () => {};
  #isSpoken = false;

  /** `onDoubt` is called within `deadline` of a first doubt: time to ask the source itself. */
  constructor(instance: Instance<unknown>, deadline: number, onDoubt: () => void) {
    this.#instance = instance;
    this.#deadline = deadline;
    this.#onDoubt = onDoubt;
  }

  /** Tells of a start from what stood in for the source. */
  begin(tried: readonly ConfigProblem[]): void {
    const { stale } = this.#instance;
    if (stale !== undefined) this.#tell(stale.reason, tried);
  }

  /** The source may be out of reach. */
  doubt(): void {
    if (this.#doubtSince !== undefined || !Number.isFinite(this.#deadline)) return;
    const { clock } = this.#instance;
    this.#doubtSince = clock.now();
    // Everybody who lost the same service would ask at the same moment.
    this.#cancelDoubt = clock.after(this.#deadline * Math.random(), this.#onDoubt);
  }

  /** The source did not answer. Stale once that has lasted for the deadline. */
  unanswered(problems: readonly ConfigProblem[]): void {
    this.doubt();
    const { clock, stale } = this.#instance;
    if (stale !== undefined || this.#doubtSince === undefined) return;
    const left = this.#doubtSince + this.#deadline - clock.now();
    if (left <= 0) return this.mark("unreachable", problems);
    // The next try may be a minute away: nobody waits for it to say what is known at the deadline.
    this.#cancelOverdue();
    this.#cancelOverdue = clock.after(left, () => this.mark("unreachable", problems));
  }

  /** The source answered. */
  answered(): void {
    this.#doubtSince = undefined;
    this.#cancelDoubt();
    this.#cancelOverdue();
    if (this.#instance.stale?.reason === "unreachable") this.clear();
  }

  /** What is held may not be what is delivered. */
  mark(reason: StaleReason, problems: readonly ConfigProblem[]): void {
    const instance = this.#instance;
    if (instance.stale?.reason === reason) return;
    const isNew = instance.stale === undefined;
    instance.stale = { reason, since: instance.stale?.since ?? instance.clock.now() };
    if (isNew) this.#tell(reason, problems);
  }

  /** What is held is what is delivered. */
  clear(): void {
    const instance = this.#instance;
    if (instance.stale === undefined) return;
    instance.stale = undefined;
    this.#cancelRefusal();
    this.#emit(undefined, []);
  }

  close(): void {
    this.#cancelDoubt();
    this.#cancelOverdue();
    this.#cancelRefusal();
  }

  #tell(reason: StaleReason, problems: readonly ConfigProblem[]): void {
    const { clock, stale, input } = this.#instance;
    const { onStale = "serve" } = input.origin?.options ?? {};
    this.#emit(reason, problems);
    if (onStale === "serve" || stale === undefined || !this.#instance.isReady) return;
    const left = stale.since + onStale.refuseAfterMs - clock.now();
    this.#cancelRefusal = clock.after(Math.max(0, left), () => this.#emit(this.#instance.stale?.reason, problems));
  }

  #emit(reason: StaleReason | undefined, problems: readonly ConfigProblem[]): void {
    const instance = this.#instance;
    const { service, environment, isReady: ready } = instance;
    const event = { service, environment, stale: reason !== undefined, reason, ready, problems };
    const isHeard = instance.emit("stale", event);
    // A refused reload says so in its own line.
    const isWorthALine = reason === undefined ? this.#isSpoken : reason !== "rejected" || !ready;
    this.#isSpoken = isWorthALine && reason !== undefined;
    if (!isHeard && isWorthALine) report(instance, { name: "stale", event });
  }
}
