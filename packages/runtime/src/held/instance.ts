// One running process that loaded a config: what it holds, who listens, and what it can say of itself.
import type { ConfigProblem, DriftReport } from "@veltrix/protocol";
import type { Held, Rules } from "./accept.ts";
import { type Clock, systemClock } from "../machine/clock.ts";
import type { HeldFrom, Reading, Source } from "../sources/source.ts";
import type { Draft } from "../json/json-tree.ts";
import type {
  ConfigCounters,
  ConfigEvents,
  ConfigStatus,
  LoadedConfig,
  Logger,
  LoadOptions,
  Snapshot,
  SourceName,
  StaleReason,
} from "../view/types.ts";
import { Cell, placeLive, takeHot, takeSnapshot } from "../view/view.ts";

/** What a reload needs to go on from where the start ended. */
export interface Origin {
  readonly source: Source;
  /** The reading that the start accepted. */
  readonly reading: Reading;
  readonly from: HeldFrom;
  /** What was wrong with everything that was tried before. */
  readonly tried: readonly ConfigProblem[];
  readonly options: LoadOptions;
}

/** All that makes an instance. Without an origin (in tests) nothing is followed. */
export interface InstanceInput {
  readonly rules: Rules & { readonly environment: string };
  readonly held: Held;
  readonly whole: Draft;
  readonly origin?: Origin;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

type Listener = (event: never) => unknown;

/** `LoadedConfig` as the runtime itself sees it. */
export class Instance<Config> implements LoadedConfig<Config> {
  readonly config: Config;
  readonly input: InstanceInput;
  readonly cell: Cell;
  readonly counters: { -readonly [name in keyof ConfigCounters]: number } = {
    reloads: 0,
    rejected: 0,
    restartRequired: 0,
    driftReports: 0,
    listenerErrors: 0,
    watchErrors: 0,
    unavailable: 0,
    stateErrors: 0,
  };
  readonly clock: Clock;
  held: Held;
  root: string | undefined;
  release: ConfigStatus["release"] = "unknown";
  /** Why what is held may not be what is delivered, and since when. */
  stale: { readonly reason: StaleReason; readonly since: number } | undefined;
  heldFrom: HeldFrom;
  pending: readonly string[] = [];
  drift: DriftReport | undefined;
  confirmedAt: number;
  isClosed = false;
  /** Ends whatever follows the source, which sets it. */
  stop: () => Promise<void> = async () => {};
  onClose: () => void = () => {};
  /** Takes what went wrong beside reading. */
  onTrouble: (problem: ConfigProblem) => void = () => {};
  readonly #listeners = new Map<keyof ConfigEvents, Set<Listener>>();
  #snapshot: { readonly hot: readonly unknown[]; readonly value: Snapshot<Config> } | undefined;

  constructor(input: InstanceInput) {
    const { definition } = input.rules;
    this.input = input;
    this.clock = input.clock ?? systemClock;
    this.confirmedAt = this.clock.now();
    this.heldFrom = input.origin?.from ?? "source";
    this.stale = this.heldFrom === "source" ? undefined : { reason: "fallback", since: this.confirmedAt };
    this.held = input.held;
    this.root = input.held.overridden.length > 0 ? undefined : input.held.delivery.proof?.hashes.root;
    this.cell = new Cell(takeHot(definition, input.whole));
    // The generated type says what the contract makes of these values, and they were checked against it.
    this.config = placeLive(definition, input.whole, this.cell) as Config;
  }

  get service(): string {
    return this.input.rules.definition.service;
  }

  get environment(): string {
    return this.input.rules.environment;
  }

  snapshot(): Snapshot<Config> {
    const { hot } = this.cell;
    if (this.#snapshot?.hot === hot) return this.#snapshot.value;
    // A config with its Lives replaced is what `Snapshot` describes; a config is an object.
    const value = takeSnapshot(this.input.rules.definition, this.config as object, hot) as Snapshot<Config>;
    this.#snapshot = { hot, value };
    return value;
  }

  on<Name extends keyof ConfigEvents>(event: Name, listener: (event: ConfigEvents[Name]) => unknown): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    const added: Listener = (payload) => listener(payload);
    listeners.add(added);
    return () => {
      listeners.delete(added);
    };
  }

  /** Calls the listeners of an event, each for itself. Returns false when there are none. */
  emit<Name extends keyof ConfigEvents>(event: Name, payload: ConfigEvents[Name]): boolean {
    const listeners = [...(this.#listeners.get(event) ?? [])];
    // `on` keeps each listener under the event whose payload it takes.
    for (const listener of listeners) this.callListener(() => listener(payload as never));
    return listeners.length > 0;
  }

  /** Calls one listener. What it throws, now or later, is counted and goes no further. */
  callListener(call: () => unknown): void {
    const count = (): void => {
      this.counters.listenerErrors++;
    };
    try {
      const result = call();
      if (isThenable(result)) result.then(undefined, count);
    } catch {
      count();
    }
  }

  /** Counts what went wrong beside reading, and passes it on. */
  trouble(problem: ConfigProblem): void {
    this.counters.stateErrors++;
    this.onTrouble(problem);
  }

  /** False once it has been stale for longer than the service allows. */
  get isReady(): boolean {
    const { onStale = "serve" } = this.input.origin?.options ?? {};
    return this.stale === undefined || onStale === "serve" || this.clock.now() - this.stale.since < onStale.refuseAfterMs;
  }

  status(): ConfigStatus {
    const { definition } = this.input.rules;
    const source: SourceName = this.input.origin?.source.name ?? "test";
    return {
      service: this.service,
      environment: this.environment,
      source,
      root: this.root,
      contract: definition.contract,
      contractVersion: definition.contractVersion,
      release: this.release,
      revision: this.counters.reloads,
      published: this.held.delivery.published,
      heldFrom: this.heldFrom,
      ageMs: Math.round(this.clock.now() - this.confirmedAt),
      stale: this.stale !== undefined,
      staleReason: this.stale?.reason,
      staleMs: this.stale === undefined ? 0 : this.clock.now() - this.stale.since,
      ready: this.isReady,
      pending: this.pending,
      overrides: this.held.overridden.map(({ variable, pointer }) => ({ variable, pointer })),
      drift: this.drift,
      counters: { ...this.counters },
    };
  }

  async close(): Promise<void> {
    if (!this.isClosed) this.onClose();
    this.isClosed = true;
    await this.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
