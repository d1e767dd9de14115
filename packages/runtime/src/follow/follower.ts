// What happens after ready: the first check, then a look at the source whenever it may have changed. A
// reload is all or nothing: one assignment at the end, or the old values stay by reference.
import { setTimeout as sleep } from "node:timers/promises";
import { type ConfigProblem, type DriftFinding, type FingerprintsFile, isWithin, type JsonObject } from "@veltrix/protocol";
import { accept, type Acceptance, type Held } from "../held/accept.ts";
import { changedKeys, type Compared, findBehind, restartKeys } from "../drift/changed-keys.ts";
import { Freshness } from "./freshness.ts";
import { findContractSkew, findOverridden, inspectProof, rootOf } from "../drift/inspect-proof.ts";
import type { Instance, Origin } from "../held/instance.ts";
import { report } from "./report.ts";
import { Rollout } from "./rollout.ts";
import { Backoff, OUTAGE_BASE_MS } from "../machine/backoff.ts";
import type { Delivery, Reading, Unavailable, Watcher } from "../sources/source.ts";
import { takeHot } from "../view/view.ts";

const DEBOUNCE_MS = 50;

type Answered = Exclude<Reading, Unavailable>;

/** Follows the source of an instance until it is closed. Never keeps a process alive. */
export class Follower {
  readonly #instance: Instance<unknown>;
  readonly #origin: Origin;
  readonly #freshness: Freshness;
  readonly #rollout: Rollout;
  /** Pauses after a reading of its own that failed, and while everybody has lost the source. */
  readonly #backoff: Backoff;
  readonly #outage: Backoff;
  #isLost = false;
  #last: Reading;
  /** The last delivered values that matched their hashes: where expected values are looked up. */
  #proven: JsonObject | undefined;
  #fingerprints: FingerprintsFile | undefined;
  /** What the last check found, without what is overdue. */
  #checked: { readonly expectedRoot: string; readonly actualRoot: string; readonly findings: readonly DriftFinding[] } | undefined;
  #watcher: Watcher | undefined;
  #cancelPoll: () => void = () => {};
  #cancelSoon: (() => void) | undefined;
  #cancelRetry: (() => void) | undefined;
  /** The source said that there is something new, and did not give it yet. */
  #isAnnounced = false;
  #running: Promise<void> = Promise.resolve();
  readonly #closing = new AbortController();

  constructor(instance: Instance<unknown>, origin: Origin) {
    const { clock } = instance;
    const deadline = origin.options.rolloutDeadline ?? origin.source.rolloutDeadline;
    this.#instance = instance;
    this.#origin = origin;
    this.#last = origin.reading;
    this.#backoff = new Backoff(clock);
    this.#outage = new Backoff(clock, OUTAGE_BASE_MS);
    this.#freshness = new Freshness(instance, deadline, () => void this.look());
    this.#rollout = new Rollout(clock, deadline, () => this.#tellDrift());
    instance.onTrouble = (event) => report(instance, { name: "trouble", event });
    instance.stop = () => this.#stop();
  }

  /** Starts watching, then checks what is held and what changed since it was read. */
  async start(): Promise<void> {
    const { source, from, tried } = this.#origin;
    await this.#enqueue(async () => {
      this.#freshness.begin(tried);
      this.#fingerprints = await this.#instance.input.rules.definition.fingerprints().catch(() => undefined);
      const { held } = this.#instance;
      this.#check(held.delivery, held);
      if (from === "source") this.#settle("accepted", held.delivery);
    });
    if (source.watch === undefined || this.#instance.isClosed) return;
    this.#watcher = source.watch({
      changed: () => this.#announce(),
      fault: () => this.#instance.counters.watchErrors++,
      lost: () => {
        this.#instance.counters.watchErrors++;
        this.#isLost = true;
        this.#freshness.doubt();
      },
      alive: () => {
        this.#isLost = false;
        this.#confirm();
      },
    });
    this.#pollLater();
    // The volume may have changed since; a service says so itself, unless it was not there.
    if (source.name === "dir" || from !== "source") await this.look();
  }

  #pollLater(): void {
    const interval = this.#origin.options.pollInterval ?? this.#origin.source.pollInterval;
    // Not all at the same moment: who started together would ask together for ever.
    this.#cancelPoll = this.#instance.clock.after(interval * (0.9 + 0.2 * Math.random()), () => {
      this.#watcher?.renew();
      void this.look();
      this.#pollLater();
    });
  }

  #announce(): void {
    this.#isAnnounced = true;
    this.#lookSoon();
  }

  /** The source is there and has nothing new. Whether that is so is doubtful while it owes an answer. */
  #confirm(): void {
    const instance = this.#instance;
    if (this.#cancelRetry !== undefined || this.#isAnnounced) return;
    this.#freshness.answered();
    if (instance.stale === undefined && instance.pending.length === 0) instance.confirmedAt = instance.clock.now();
  }

  /** Looks at the source now, after whatever look is under way. */
  look(): Promise<void> {
    return this.#enqueue(() => this.#lookOnce());
  }

  #lookSoon(): void {
    this.#cancelSoon ??= this.#instance.clock.after(DEBOUNCE_MS, () => {
      this.#cancelSoon = undefined;
      void this.look();
    });
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
      this.#reject([describeFailure(error)]);
    }
  }

  async #lookOnce(): Promise<void> {
    const instance = this.#instance;
    const reading = await this.#readPatiently();
    if (instance.isClosed) return;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    if (reading.kind === "unavailable") return this.#wait(reading);
    this.#isAnnounced = false;
    this.#backoff.succeeded();
    this.#outage.succeeded();
    this.#freshness.answered();
    if (isSameReading(reading, this.#last)) {
      if (instance.stale === undefined && instance.pending.length === 0) instance.confirmedAt = instance.clock.now();
      return;
    }
    await this.#takeReading(reading);
  }

  async #takeReading(reading: Answered): Promise<void> {
    const instance = this.#instance;
    const acceptance: Acceptance = reading.kind === "refused" ? reading : await accept(instance.input.rules, reading.delivery);
    if (instance.isClosed) return;
    this.#last = reading;
    const before = instance.held;
    const delivery = reading.kind === "delivered" ? reading.delivery : undefined;
    if (acceptance.kind === "refused") this.#reject(acceptance.problems, delivery);
    else this.#take(acceptance);
    if (delivery === undefined) return this.#tellDrift();
    this.#check(delivery, before);
    if (acceptance.kind === "refused") this.#settle("rejected", delivery, acceptance.problems);
    else this.#settle(instance.pending.length > 0 ? "kept" : "accepted", delivery);
  }

  /** Nothing is known of what is delivered. Asks again after a pause that is this process's own. */
  #wait({ problems, retryAfterMs }: Unavailable): void {
    const { clock, counters } = this.#instance;
    counters.unavailable++;
    this.#freshness.unanswered(problems);
    if (this.#isAnnounced) this.#rollout.behind([this.#wholeFinding()]);
    this.#cancelRetry = clock.after((this.#isLost ? this.#outage : this.#backoff).next(retryAfterMs), () => void this.look());
  }

  #wholeFinding(): DriftFinding {
    const { service, environment, root } = this.#instance;
    const actual = root === undefined ? {} : { hash: root };
    return { service, environment, hop: "not-loaded", kind: "changed", pointer: "", expected: {}, actual };
  }

  /** Reads again for a short while when a file is not there or half written: it may be on its way. */
  async #readPatiently(): Promise<Reading> {
    const { source } = this.#origin;
    for (const wait of source.patience) {
      const reading = await source.read();
      if (reading.kind === "delivered" || isSameReading(reading, this.#last) || this.#instance.isClosed) return reading;
      await sleep(wait, undefined, { ref: false, signal: this.#closing.signal }).catch(() => undefined);
    }
    return source.read();
  }

  #take(acceptance: Extract<Acceptance, { kind: "accepted" }>): void {
    const instance = this.#instance;
    const { hot } = instance.input.rules.definition;
    const [held, delivered] = [comparedOf(instance.held), comparedOf(acceptance.held)];
    const keys = changedKeys(held, delivered);
    const restart = restartKeys(keys, hot, held, delivered);
    this.#freshness.clear();
    instance.pending = restart;
    if (restart.length === 0) {
      this.#rollout.caughtUp();
    } else {
      this.#rollout.behind(this.#findBehind(acceptance.held.delivery, "restart-pending"));
      instance.counters.restartRequired++;
      const { service, environment } = instance;
      const event = { service, environment, keys: restart };
      if (!instance.emit("restart-required", event)) report(instance, { name: "restart-required", event });
      return;
    }
    this.#apply(acceptance, keys);
  }

  #apply({ held, whole }: Extract<Acceptance, { kind: "accepted" }>, keys: readonly string[]): void {
    const instance = this.#instance;
    const { definition } = instance.input.rules;
    const previous = instance.cell.hot;
    const isChanged = definition.hot.map((pointer) => keys.some((key) => isWithin(key, pointer)));
    const next = takeHot(definition, whole).map((value, index) => (isChanged[index] === true ? value : previous[index]));
    instance.held = held;
    instance.heldFrom = "source";
    instance.confirmedAt = instance.clock.now();
    if (keys.length === 0) return;
    instance.cell.swap(Object.freeze(next));
    instance.counters.reloads++;
    isChanged.forEach((changed, index) => {
      if (!changed) return;
      for (const listener of instance.cell.listenersOf(index)) instance.callListener(() => listener(next[index], previous[index]));
    });
    const { service, environment } = instance;
    instance.emit("reload", { service, environment, revision: instance.counters.reloads, keys });
  }

  #reject(problems: readonly ConfigProblem[], delivery?: Delivery): void {
    const instance = this.#instance;
    instance.counters.rejected++;
    // A restart would not get what waited for one: it is not delivered any more.
    instance.pending = [];
    this.#freshness.mark("rejected", problems);
    const behind = delivery === undefined ? [] : this.#findBehind(delivery, "not-loaded");
    this.#rollout.behind(behind.length === 0 ? [this.#wholeFinding()] : behind);
    const { service, environment } = instance;
    const event = { service, environment, problems };
    if (!instance.emit("rejected", event)) report(instance, { name: "rejected", event });
  }

  #findBehind(delivery: Delivery, hop: "not-loaded" | "restart-pending"): readonly DriftFinding[] {
    const { service, environment, held, input } = this.#instance;
    const hidden = Object.keys(input.rules.definition.secrets);
    return findBehind(held.delivery, delivery, { hop, service, environment, hidden });
  }

  /** Tells the source what became of what it delivered. */
  #settle(result: "accepted" | "kept" | "rejected", delivery: Delivery, problems: readonly ConfigProblem[] = []): void {
    const { pending, root = "" } = this.#instance;
    const { source } = this.#origin;
    switch (result) {
      case "accepted":
        return source.settled?.({ result, delivery, root });
      case "kept":
        return source.settled?.({ result, delivery, root, keys: pending });
      case "rejected":
        return source.settled?.({ result, delivery, root, problems });
    }
  }

  /** The in-sync check of what is delivered, and the standing findings of what is held. */
  #check(delivery: Delivery, before: Held): void {
    const instance = this.#instance;
    const { definition } = instance.input.rules;
    const { service, environment, held } = instance;
    const { proof } = delivery;
    const known = [this.#proven, before.delivery.value, held.delivery.value].filter((value) => value !== undefined);
    const inspection =
      proof === undefined
        ? undefined
        : inspectProof({
            ...proof,
            value: delivery.value,
            known,
            secrets: Object.keys(definition.secrets),
          });
    if (inspection?.findings.length === 0) this.#proven = delivery.value;
    const deliveredRoot = inspection?.root ?? rootOf(delivery.value, delivery.secrets);
    const expectedRoot = proof?.hashes.root ?? deliveredRoot;
    const isHeld = held.delivery === delivery;
    if (isHeld) {
      instance.root = held.overridden.length === 0 ? deliveredRoot : rootOf(held.value, delivery.secrets);
      instance.release = this.#compareRelease(expectedRoot);
    }
    const actualRoot = isHeld ? (instance.root ?? deliveredRoot) : deliveredRoot;
    const findings = [
      ...(inspection?.findings ?? []),
      ...(proof === undefined ? [] : findContractSkew(definition, proof.hashes)),
      ...findOverridden(held, service, environment),
    ];
    this.#checked = { expectedRoot, actualRoot, findings };
    this.#tellDrift();
  }

  /** The last check and what is overdue by now, told when that is not what was told before. */
  #tellDrift(): void {
    const instance = this.#instance;
    if (this.#checked === undefined || instance.isClosed) return;
    const { service, environment } = instance;
    const findings = [...this.#checked.findings, ...this.#rollout.overdue];
    const previous = instance.drift?.findings ?? [];
    instance.drift = { service, environment, ...this.#checked, findings };
    if (JSON.stringify(findings) === JSON.stringify(previous)) return;
    instance.counters.driftReports++;
    if (!instance.emit("drift", instance.drift)) report(instance, { name: "drift", event: instance.drift });
  }

  #compareRelease(root: string): "same" | "differs" | "unknown" {
    const { environment } = this.#instance;
    const environments = this.#fingerprints?.environments ?? {};
    const built = Object.hasOwn(environments, environment) ? environments[environment]?.root : undefined;
    if (built === undefined) return "unknown";
    return built === root ? "same" : "differs";
  }

  async #stop(): Promise<void> {
    this.#closing.abort();
    const closed = this.#watcher?.close();
    this.#freshness.close();
    this.#rollout.close();
    this.#cancelPoll();
    this.#cancelSoon?.();
    this.#cancelRetry?.();
    await this.#running;
    await closed;
  }
}

function isSameReading(a: Reading, b: Reading): boolean {
  if (a === b) return true;
  if (a.kind === "unavailable" || b.kind === "unavailable" || a.kind !== b.kind || a.contents.length !== b.contents.length) return false;
  if (!a.contents.every((bytes, index) => isSameContent(bytes, b.contents[index] ?? ""))) return false;
  return a.kind === "delivered" || b.kind === "delivered" || JSON.stringify(a.problems) === JSON.stringify(b.problems);
}

function isSameContent(a: Uint8Array | string, b: Uint8Array | string): boolean {
  return Buffer.compare(typeof a === "string" ? Buffer.from(a) : a, typeof b === "string" ? Buffer.from(b) : b) === 0;
}

function comparedOf({ value, delivery }: Held): Compared {
  return { value, secrets: delivery.secrets };
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
