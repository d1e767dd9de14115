// One running process that loaded a config: what it holds, who listens, and what it can say of itself.
import type { ConfigProblem, SecretReferences } from "@veltrix/protocol";
import type { MutableObject } from "../json/json-tree.ts";
import { type Clock, systemClock } from "../machine/clock.ts";
import type { HeldFrom, Source, SourceReading } from "../sources/source.ts";
import type { Variables } from "../machine/variables.ts";
import type { Io } from "../mount/blocking-io.ts";
import type { SourceName } from "../sources/table.ts";
import { Cell } from "../view/live.ts";
import { placeLive, takeHot, takeSnapshot } from "../view/materialise.ts";
import type { Secrets } from "../view/secret.ts";
import type { Snapshot } from "../view/snapshot.ts";
import type { Held, Rules } from "./accept.ts";
import type { ConfigEvents, Logger } from "./events.ts";
import { Listeners } from "./listeners.ts";
import type { LoadedConfig } from "./loaded-config.ts";
import { counted, isReady, type ProcessState, stateAtStart } from "./state.ts";
import type { ConfigStatus, StalePolicy } from "./status.ts";

/** What a service says of what comes after ready. */
export interface FollowOptions {
  /** Milliseconds between two looks at what is delivered, beside watching it: 30,000, with a server 300,000. */
  readonly pollInterval?: number;
  /**
   * Milliseconds after which something that is delivered and not held is drift, and after which a server that
   * does not answer makes the configuration stale: 180,000, with a server 15,000.
   */
  readonly rolloutDeadline?: number;
  /** Whether a process stays ready while its configuration is stale: `serve`. Reading values never throws. */
  readonly onStale?: StalePolicy;
}

/** The mounted secrets of a process. */
export interface SecretFiles {
  /** What is mounted now for these references; of a fault, which it is and where. */
  read(
    io: Io,
    references: SecretReferences,
  ): Promise<{ readonly secrets: Secrets; readonly faults: readonly { readonly kind: string; readonly pointer: string }[] }>;
  /** The folders in which something happens when one changes. */
  folders(references: SecretReferences): readonly string[];
}

/** What a reload needs to go on from where the start ended. */
export interface Followed {
  readonly source: Source;
  readonly sourceName: SourceName;
  /** Absent where no secret is mounted. */
  readonly secretFiles?: SecretFiles;
  /** Of the process. */
  readonly variables?: Variables;
  /** The reading that the start accepted. */
  readonly reading: SourceReading;
  readonly from: HeldFrom;
  /** What was wrong with everything that was tried before. */
  readonly tried: readonly ConfigProblem[];
  readonly options: FollowOptions;
}

/** All that makes an instance. Where nothing is followed (in tests), that is absent. */
export interface InstanceInput {
  readonly rules: Rules & { readonly environment: string };
  readonly held: Held;
  readonly whole: MutableObject;
  readonly followed?: Followed;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/** `LoadedConfig` as the runtime itself sees it. */
export class Instance<Config> implements LoadedConfig<Config> {
  readonly config: Config;
  readonly input: InstanceInput;
  readonly clock: Clock;
  readonly #cell: Cell;
  readonly #closers: (() => unknown)[] = [];
  #state: ProcessState;
  /** Made when somebody listens, or something happens: a start pays for neither. */
  #listeners: Listeners<ConfigEvents> | undefined;
  #snapshot: { readonly hot: readonly unknown[]; readonly value: Snapshot<Config> } | undefined;
  #closing: Promise<unknown> | undefined;

  constructor(input: InstanceInput) {
    const { rules, held, whole, followed, clock = systemClock } = input;
    const hot = takeHot(rules.definition, whole);
    this.input = input;
    this.clock = clock;
    this.#state = stateAtStart(held, followed?.from ?? "source", { hot, now: clock.now() });
    this.#cell = new Cell(hot);
    // The generated type says what the contract makes of these values, and they were checked against it.
    this.config = placeLive(rules.definition, whole, this.#cell) as Config;
  }

  get service(): string {
    return this.input.rules.definition.service;
  }

  get environment(): string {
    return this.input.rules.environment;
  }

  get state(): ProcessState {
    return this.#state;
  }

  get listeners(): Listeners<ConfigEvents> {
    this.#listeners ??= new Listeners((error, { event, isFirst }) => {
      this.become(counted(this.#state, "listenerErrors"));
      if (isFirst) void this.#tellError(event, error);
    });
    return this.#listeners;
  }

  async #tellError(listener: string, error: unknown): Promise<void> {
    const { tellListenerError } = await import("./tell-listener-error.ts");
    tellListenerError({ service: this.service, environment: this.environment, listener, error }, this.input.logger);
  }

  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  /** Takes the next state. Every `Live` has its value of it in the same step. */
  become(next: ProcessState): void {
    this.#state = next;
    if (next.hot !== this.#cell.hot) this.#cell.swap(next.hot);
  }

  /** Calls those who subscribed to one hot subtree. */
  notifyLive(index: number, current: unknown, previous: unknown): void {
    const event = this.input.rules.definition.hot[index] ?? "";
    for (const listener of this.#cell.listenersOf(index)) this.listeners.call(listener, event, () => listener(current, previous));
  }

  snapshot(): Snapshot<Config> {
    const { hot } = this.#cell;
    if (this.#snapshot?.hot === hot) return this.#snapshot.value;
    // A config with its Lives replaced is what `Snapshot` describes; a config is an object.
    const value = takeSnapshot(this.input.rules.definition, this.config as object, hot) as Snapshot<Config>;
    this.#snapshot = { hot, value };
    return value;
  }

  on<Name extends keyof ConfigEvents>(event: Name, listener: (event: ConfigEvents[Name]) => unknown): () => void {
    return this.listeners.add(event, listener);
  }

  status(): ConfigStatus {
    const { held, heldFrom, root, release, stale, pending, rotated, certificates, drift, confirmedAt, counters } = this.#state;
    const { rules, followed } = this.input;
    const { contract, contractVersion } = rules.definition;
    const now = this.clock.now();
    return {
      service: this.service,
      environment: this.environment,
      source: followed?.sourceName ?? "test",
      root,
      contract,
      contractVersion,
      release,
      revision: counters.reloads,
      published: held.delivery.published,
      heldFrom,
      ageMs: Math.round(now - confirmedAt),
      stale: stale !== undefined,
      staleReason: stale?.reason,
      staleMs: stale === undefined ? 0 : now - stale.since,
      ready: isReady(this.#state, followed?.options.onStale ?? "serve", now),
      pending: rotated.length === 0 ? pending : [...new Set([...pending, ...rotated])],
      overrides: held.overridden.map(({ variable, pointer }) => ({ variable, pointer })),
      certificates,
      drift,
      counters: { ...counters },
    };
  }

  /** Adds what ends with this process's configuration. Each is called once. */
  atClose(closer: () => unknown): void {
    this.#closers.push(closer);
  }

  async close(): Promise<void> {
    this.#closing ??= Promise.all(this.#closers.map((closer) => closer()));
    await this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
