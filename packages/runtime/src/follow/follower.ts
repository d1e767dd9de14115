// What happens after ready: looks at the source, one at a time, whenever it may have changed. This schedules and does;
// what each thing that happens means is in transitions.ts.
import { setTimeout as sleep } from "node:timers/promises";
import type { ConfigProblem } from "@veltrix/protocol";
import { accept, type Acceptance } from "../held/accept.ts";
import type { Followed, Instance } from "../held/instance.ts";
import { Backoff, OUTAGE_BASE_MS } from "../machine/backoff.ts";
import { inTime } from "../machine/in-time.ts";
import type { SourceReading, Watcher } from "../sources/source.ts";
import { certified, readCertificateEnds } from "./certificates.ts";
import { secretsSeen } from "./rotation.ts";
import { SecretsWatch } from "./secrets-watch.ts";
import { report } from "./report.ts";
import { isSameReading } from "./same-reading.ts";
import { LOOK_MS, SourceReader } from "./source-reader.ts";
import { findUnreadVariables } from "./unread-variables.ts";
import { type Effect, type FollowState, inTurn, stateToFollow, type Transition } from "./state.ts";
import {
  alive,
  announced,
  began,
  delivered,
  lost,
  polling,
  rejected,
  remarked,
  troubled,
  unavailable,
  unchanged,
  watchFailed,
  woke,
} from "./transitions.ts";

/** How long closing waits for what a source still writes. */
const CLOSE_MS = 2_000;
/** Longer than this, no timer can wait. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Follows the source of an instance until it is closed. Never keeps a process alive. */
export class Follower {
  readonly #instance: Instance<unknown>;
  readonly #followed: Followed;
  /** Pauses after a reading of its own that failed, and while everybody has lost the source. */
  readonly #backoff: Backoff;
  readonly #outage: Backoff;
  readonly #closing = new AbortController();
  readonly #reader: SourceReader;
  #state: FollowState;
  #watcher: Watcher | undefined;
  #secrets: SecretsWatch | undefined;
  #cancelTimer: () => void = () => {};
  #running: Promise<void> = Promise.resolve();
  #isLookWaiting = false;
  #isRenewalDue = false;

  constructor(instance: Instance<unknown>, followed: Followed) {
    const { clock } = instance;
    this.#instance = instance;
    this.#followed = followed;
    this.#backoff = new Backoff(clock);
    this.#outage = new Backoff(clock, OUTAGE_BASE_MS);
    this.#reader = new SourceReader(followed.source, clock, this.#closing.signal);
    this.#state = stateToFollow(instance, followed);
    instance.atClose(() => this.#stop());
  }

  /** Starts watching, then checks what is held and what changed since it was read. */
  async start(): Promise<void> {
    const { source, from, tried } = this.#followed;
    await this.#enqueue(async () => {
      const { clock, input } = this.#instance;
      const reading = input.rules.definition.fingerprints().catch(() => undefined);
      const fingerprints = await inTime(reading, { clock, milliseconds: LOOK_MS, signal: this.#closing.signal });
      if (!this.#instance.isClosed) this.#happen(began(fingerprints, tried), this.#certified(), remarked(this.#findRemarks()));
    });
    const { secretFiles } = this.#followed;
    if (secretFiles !== undefined && this.#instance.input.rules.secrets.size > 0 && !this.#instance.isClosed) {
      this.#secrets = new SecretsWatch(this.#instance, secretFiles, (look) => this.#happen(secretsSeen(look)));
      // Not waited for: a volume of secrets that hangs must not keep anybody from watching the configuration.
      void this.#secrets.start().catch(() => undefined);
    }
    if (source.watch === undefined || this.#instance.isClosed) return;
    this.#watcher = source.watch({
      changed: () => this.#happen(announced(Math.random())),
      fault: () => this.#happen(watchFailed),
      lost: () => this.#happen(lost(Math.random())),
      alive: () => this.#happen(alive),
    });
    this.#pollLater();
    if (source.mayHaveMissed || from !== "source") await this.look();
  }

  /** Looks at the source now, after whatever look is under way. */
  look(): Promise<void> {
    return this.#enqueue(() => this.#lookOnce());
  }

  /** Looks at the mounted secrets now. */
  async lookAtSecrets(): Promise<void> {
    await this.#secrets?.look();
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    this.#running = this.#runAfter(this.#running, work);
    return this.#running;
  }

  async #runAfter(previous: Promise<void>, work: () => Promise<void>): Promise<void> {
    await previous;
    try {
      if (!this.#instance.isClosed) await work();
    } catch (error) {
      this.#happen(rejected([describeFailure(error)]));
    }
  }

  async #lookOnce(): Promise<void> {
    const reading = await this.#readPatiently();
    if (this.#instance.isClosed) return;
    if (reading.kind === "unavailable") {
      const pause = (this.#state.isLost ? this.#outage : this.#backoff).next(reading.retryAfterMs);
      return this.#happen(unavailable(reading, { pause, share: Math.random() }));
    }
    this.#backoff.succeeded();
    this.#outage.succeeded();
    this.#renewIfDue();
    if (isSameReading(reading, this.#state.last)) return this.#happen(unchanged);
    const acceptance: Acceptance = reading.kind === "refused" ? reading : await accept(this.#instance.input.rules, reading.delivery);
    if (!this.#instance.isClosed) this.#happen(delivered(reading, acceptance));
  }

  /** Reads again for a short while when a file is not there or half written: it may be on its way. */
  async #readPatiently(): Promise<SourceReading> {
    for (const wait of this.#followed.source.patience) {
      const reading = await this.#reader.read();
      if (reading.kind !== "refused" || isSameReading(reading, this.#state.last) || this.#instance.isClosed) return reading;
      await sleep(wait, undefined, { ref: false, signal: this.#closing.signal }).catch(() => undefined);
    }
    return this.#reader.read();
  }

  /** Takes a step: the next state first, whole, then what is to be done about it. */
  #happen(...transitions: readonly Transition[]): void {
    const instance = this.#instance;
    const { state, effects } = inTurn({ ...this.#state, process: instance.state, now: instance.clock.now() }, transitions);
    this.#state = state;
    instance.become(state.process);
    this.#wakeInTime();
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: Effect): void {
    const instance = this.#instance;
    switch (effect.kind) {
      case "tell":
        return this.#tell(effect);
      case "notify":
        return instance.notifyLive(effect.index, effect.current, effect.previous);
      case "settle":
        void this.#followed.source.settled?.(effect.outcome).then((problem) => problem && this.#happen(troubled(problem)));
        return;
      case "report":
        return report(instance, { name: "trouble", event: effect.problem });
      case "renew":
        this.#isRenewalDue = true;
        this.#happen(this.#certified());
        return this.#pollLater();
      case "look":
        return this.#lookLater();
    }
  }

  /** Looks after the look that is under way, unless that says to leave the source alone. */
  #lookLater(): void {
    if (this.#isLookWaiting) return;
    this.#isLookWaiting = true;
    void this.#enqueue(async () => {
      this.#isLookWaiting = false;
      if (this.#state.times.retry === undefined) await this.#lookOnce();
    });
  }

  // Watching blocks the process where the volume hangs: it is done once the source has answered.
  #renewIfDue(): void {
    if (this.#isRenewalDue) this.#watcher?.renew();
    this.#isRenewalDue = false;
  }

  #tell({ told, isLine }: Extract<Effect, { kind: "tell" }>): void {
    const instance = this.#instance;
    // Nobody hears of drift after a listener of the same reload has closed it.
    if (told.name === "drift" && instance.isClosed) return;
    const isHeard = instance.listeners.emit(told.name, told.event);
    if (!isHeard && isLine && told.name !== "reload") report(instance, told);
  }

  /** What is told of the start once. */
  #findRemarks(): readonly ConfigProblem[] {
    const { reading, source, sourceName, variables } = this.#followed;
    if (reading.kind === "delivered" && reading.remarks !== undefined) return reading.remarks;
    if (source.variables !== undefined || variables === undefined) return [];
    const { input, state } = this.#instance;
    const unread = findUnreadVariables(input.rules, state.held.value, { sourceName, variables });
    return unread === undefined ? [] : [unread];
  }

  #certified(): Transition {
    return certified(readCertificateEnds(this.#instance.input.rules.secrets), Date.now());
  }

  #pollLater(): void {
    const interval = this.#followed.options.pollInterval ?? this.#followed.source.pollInterval;
    // Not all at the same moment: who started together would ask together forever.
    this.#happen(polling(this.#instance.clock.now() + interval * (0.9 + 0.2 * Math.random())));
  }

  /** One timer, for whatever happens by itself next. */
  #wakeInTime(): void {
    const { clock, isClosed } = this.#instance;
    this.#cancelTimer();
    const next = Math.min(...Object.values(this.#state.times));
    if (isClosed || !Number.isFinite(next)) return;
    this.#cancelTimer = clock.after(Math.min(LONGEST_TIMER_MS, Math.max(0, next - clock.now())), () => this.#happen(woke));
  }

  async #stop(): Promise<void> {
    this.#closing.abort();
    const closed = Promise.resolve(this.#watcher?.close());
    this.#cancelTimer();
    await this.#running;
    // What it writes may be on a volume that hangs, too.
    await inTime(closed, { clock: this.#instance.clock, milliseconds: CLOSE_MS });
  }
}

// Nothing of ours throws on purpose after the start; a validator that does must not end the process.
function describeFailure(error: unknown): ConfigProblem {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    code: "VX5013",
    pointer: "",
    message: `the reload failed: ${reason}`,
    hint: "this is a bug; report it with the two delivered files",
  };
}
