// What happens after ready: the first check, then a look at the source whenever it may have changed. A
// reload is all or nothing: one assignment at the end, or the old values stay by reference.
import { setTimeout as sleep } from "node:timers/promises";
import {
  canonicalize,
  type ConfigProblem,
  type FingerprintsFile,
  isJsonObject,
  isWithin,
  type JsonObject,
  leavesOf,
  valueAt,
} from "@veltrix/protocol";
import { accept, type Acceptance, type Held } from "./accept.ts";
import { now } from "./builtin.ts";
import { findContractSkew, findOverridden, inspectProof, rootOf } from "./inspect.ts";
import type { Instance, Origin } from "./instance.ts";
import { report } from "./report.ts";
import type { Delivery, Reading, Watcher } from "./sources/source.ts";
import { takeHot } from "./view.ts";

const DEBOUNCE_MS = 50;
const GRACE_MS = [50, 100, 200];

/** Follows the source of an instance until it is closed. Never keeps a process alive. */
export class Follower {
  readonly #instance: Instance<unknown>;
  readonly #origin: Origin;
  #last: Reading;
  /** The last delivered values that matched their hashes: where expected values are looked up. */
  #proven: JsonObject | undefined;
  #fingerprints: FingerprintsFile | undefined;
  #watcher: Watcher | undefined;
  #poll: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  readonly #closing = new AbortController();

  constructor(instance: Instance<unknown>, origin: Origin) {
    this.#instance = instance;
    this.#origin = origin;
    this.#last = origin.reading;
    instance.stop = () => this.#stop();
  }

  /** Starts watching, then checks what is held and what changed since it was read. */
  async start(): Promise<void> {
    const { source, pollInterval } = this.#origin;
    if (source.watch !== undefined) {
      this.#watcher = source.watch(
        () => this.#lookSoon(),
        () => this.#instance.counters.watchErrors++,
      );
      this.#poll = setInterval(() => {
        this.#watcher?.renew();
        void this.look();
      }, pollInterval).unref();
    }
    await this.#enqueue(async () => {
      this.#fingerprints = await this.#instance.input.rules.definition.fingerprints().catch(() => undefined);
      this.#check(this.#instance.held.delivery, this.#instance.held);
    });
    if (source.watch !== undefined) await this.look();
  }

  /** Looks at the source now, after whatever look is under way. */
  look(): Promise<void> {
    return this.#enqueue(() => this.#lookOnce());
  }

  #lookSoon(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      void this.look();
    }, DEBOUNCE_MS).unref();
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
    if (isSameReading(reading, this.#last)) {
      if (!instance.stale && instance.pending.length === 0) instance.confirmedAt = now();
      return;
    }
    const acceptance: Acceptance = reading.kind === "refused" ? reading : await accept(instance.input.rules, reading.delivery);
    if (instance.isClosed) return;
    this.#last = reading;
    const before = instance.held;
    if (acceptance.kind === "refused") this.#reject(acceptance.problems);
    else this.#take(acceptance);
    if (reading.kind === "delivered") this.#check(reading.delivery, before);
  }

  /** Reads again for a short while when a file is not there or half written: it may be on its way. */
  async #readPatiently(): Promise<Reading> {
    for (const wait of GRACE_MS) {
      const reading = await this.#origin.source.read();
      if (reading.kind === "delivered" || isSameReading(reading, this.#last) || this.#instance.isClosed) return reading;
      await sleep(wait, undefined, { ref: false, signal: this.#closing.signal }).catch(() => undefined);
    }
    return this.#origin.source.read();
  }

  #take(acceptance: Extract<Acceptance, { kind: "accepted" }>): void {
    const instance = this.#instance;
    const { hot } = instance.input.rules.definition;
    const keys = changedKeys(instance.held, acceptance.held);
    const restart = restartKeys(keys, hot, instance.held, acceptance.held);
    this.#setStale(false);
    instance.pending = restart;
    if (restart.length > 0) {
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
    instance.confirmedAt = now();
    if (keys.length === 0) return;
    instance.cell.hot = Object.freeze(next);
    instance.counters.reloads++;
    isChanged.forEach((changed, index) => {
      if (!changed) return;
      for (const listener of instance.cell.listenersOf(index)) instance.callListener(() => listener(next[index], previous[index]));
    });
    const { service, environment } = instance;
    instance.emit("reload", { service, environment, revision: instance.counters.reloads, keys });
  }

  #reject(problems: readonly ConfigProblem[]): void {
    const instance = this.#instance;
    instance.counters.rejected++;
    // A restart would not get what waited for one: it is not delivered any more.
    instance.pending = [];
    this.#setStale(true);
    const { service, environment } = instance;
    const event = { service, environment, problems };
    if (!instance.emit("rejected", event)) report(instance, { name: "rejected", event });
  }

  #setStale(stale: boolean): void {
    const instance = this.#instance;
    if (instance.stale === stale) return;
    instance.stale = stale;
    const { service, environment } = instance;
    instance.emit("stale", { service, environment, stale });
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
    const previous = instance.drift?.findings ?? [];
    instance.drift = { service, environment, expectedRoot, actualRoot, findings };
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
    this.#watcher?.close();
    clearInterval(this.#poll);
    clearTimeout(this.#soon);
    await this.#running;
  }
}

function isSameReading(a: Reading, b: Reading): boolean {
  if (a.kind !== b.kind || a.contents.length !== b.contents.length) return false;
  if (!a.contents.every((bytes, index) => Buffer.compare(bytes, b.contents[index] as Uint8Array) === 0)) return false;
  return a.kind === "delivered" || b.kind === "delivered" || JSON.stringify(a.problems) === JSON.stringify(b.problems);
}

/** Pointers of the leaves that are not the same in both, secrets by their references. */
function changedKeys(before: Held, after: Held): readonly string[] {
  const old = textOfLeaves(before);
  const young = textOfLeaves(after);
  const differs = [...new Set([...old.keys(), ...young.keys()])].filter((pointer) => old.get(pointer) !== young.get(pointer));
  // An empty object that gets members, or loses its last, is an object in both: its members speak for it.
  return differs.filter((pointer) => !(isJsonObject(valueAt(before.value, pointer)) && isJsonObject(valueAt(after.value, pointer))));
}

function textOfLeaves({ value, delivery }: Held): ReadonlyMap<string, string> {
  return new Map(leavesOf(value, delivery.secrets).map((leaf) => [leaf.pointer, canonicalize(leaf.value)]));
}

/** Those changes that a running process cannot take: outside the hot subtrees, of secrets, of where a hot subtree hangs. */
function restartKeys(keys: readonly string[], hot: readonly string[], before: Held, after: Held): readonly string[] {
  const isHot = (pointer: string): boolean => hot.some((ancestor) => isWithin(pointer, ancestor));
  const isSecret = (pointer: string): boolean =>
    Object.hasOwn(before.delivery.secrets, pointer) || Object.hasOwn(after.delivery.secrets, pointer);
  const moved = hot
    .map((pointer) => pointer.slice(0, pointer.lastIndexOf("/")))
    .filter((parent) => isJsonObject(valueAt(before.value, parent)) !== isJsonObject(valueAt(after.value, parent)));
  return [...new Set([...keys.filter((key) => !isHot(key) || isSecret(key)), ...moved])].sort();
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
