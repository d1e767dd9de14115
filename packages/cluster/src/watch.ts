// The watching detector: follows every kind, compares the services that a change concerns, tells what opens and closes.
import { MOUNT_DEADLINE_MS } from "@veltrix/protocol";
import type { ClusterFinding, ExpectedService } from "@veltrix/protocol/kubernetes";
import { compareService } from "./compare.ts";
import type { ClusterError } from "./errors.ts";
import { follow, type FollowOptions } from "./follow.ts";
import { LiveObjects } from "./live.ts";
import type { Cluster } from "./read.ts";
import { type KindScope, scopesOf } from "./scopes.ts";
import { lookForAbsent } from "./snapshot.ts";
import { type DriftEvent, DriftTracker } from "./tracker.ts";

const SETTLE_MS = 250;

export interface WatchDriftOptions {
  readonly signal: AbortSignal;
  readonly onEvent: (event: DriftEvent) => void;
  /** The first comparison is done: from now on silence means that nothing differs. */
  readonly onReady?: () => void;
  /** Some objects cannot be followed now; what is known of them may be old. Told once until `onRestored`. */
  readonly onLost?: (error: ClusterError) => void;
  readonly onRestored?: () => void;
  /** Findings that need not be told. `now` is the time of day, in milliseconds of the epoch. */
  readonly isSilenced?: (finding: ClusterFinding, now: number) => boolean;
  /** After it a rollout that is half done is a finding. */
  readonly deadlineMs?: number;
  /** How often everything is compared again: objects without our labels send no events, and time alone ends an acknowledgement. */
  readonly recheckMs?: number;
  readonly follow?: Pick<FollowOptions, "backoff" | "idleMs">;
}

/** Follows the cluster until `signal` is aborted. @throws ClusterError when the server refuses at the start. */
export async function watchDrift(cluster: Cluster, services: readonly ExpectedService[], options: WatchDriftOptions): Promise<void> {
  await new DriftWatch(cluster, services, options).run();
}

function isRefusal({ kind, status = 0 }: ClusterError): boolean {
  return kind === "no-config" || (kind === "refused" && status < 500 && status !== 429);
}

class DriftWatch {
  readonly #cluster: Cluster;
  readonly #options: WatchDriftOptions;
  readonly #live: LiveObjects;
  readonly #tracker: DriftTracker;
  readonly #scopes: readonly KindScope[];
  /** Scopes that have not been listed yet: before that, nothing is compared. */
  readonly #unlisted: Set<KindScope>;
  readonly #lost = new Set<KindScope>();
  readonly #touched: Set<ExpectedService>;
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  /** By the monotonic clock, as all ages here: what happened while a connection was lost arrives right after it is back. */
  #settled = 0;
  #recheckTimer: NodeJS.Timeout | undefined;
  #comparing: Promise<void> | undefined;
  #isReady = false;

  constructor(cluster: Cluster, services: readonly ExpectedService[], options: WatchDriftOptions) {
    this.#cluster = cluster;
    this.#options = options;
    this.#live = new LiveObjects(services);
    this.#tracker = new DriftTracker(options.deadlineMs ?? MOUNT_DEADLINE_MS);
    this.#scopes = scopesOf(services);
    this.#unlisted = new Set(this.#scopes);
    this.#touched = new Set(services);
  }

  async run(): Promise<void> {
    const stop = (): void => this.#stop.abort();
    this.#options.signal.addEventListener("abort", stop, { once: true });
    if (this.#options.signal.aborted) stop();
    this.#recheckTimer = setInterval(() => this.#recheck(), this.#options.recheckMs ?? 15_000);
    const ended = this.#scopes.map((scope) => this.#followScope(scope));
    try {
      await Promise.all(ended);
    } finally {
      stop();
      await Promise.allSettled([...ended, this.#comparing]);
      clearTimeout(this.#timer);
      clearInterval(this.#recheckTimer);
      this.#options.signal.removeEventListener("abort", stop);
    }
  }

  #followScope(scope: KindScope): Promise<void> {
    const options = { ...scope, ...this.#options.follow, signal: this.#stop.signal };
    return follow(this.#cluster, scope.kind, options, {
      onList: (items) => {
        this.#live.setKnown(scope.kind, true);
        this.#touch(this.#live.replace(scope.kind, items, scope.speaksFor));
        this.#unlisted.delete(scope);
        this.#compareSoon();
      },
      onUnknown: () => {
        if (!this.#live.setKnown(scope.kind, false) && !this.#unlisted.has(scope)) return;
        this.#touch(this.#live.replace(scope.kind, [], scope.speaksFor));
        this.#unlisted.delete(scope);
        this.#restored(scope);
        this.#compareSoon();
      },
      onChange: (type, object) => {
        this.#touch(type === "DELETED" ? this.#live.remove(scope.kind, object) : this.#live.put(scope.kind, object));
        this.#compareSoon();
      },
      onConnected: () => this.#restored(scope),
      onLost: (error) => {
        // Refused before anything was seen: waiting will not help, saying so will. A server that is busy or ill may get better.
        if (isRefusal(error) && this.#unlisted.has(scope)) throw error;
        if (this.#lost.size === 0) this.#options.onLost?.(error);
        this.#lost.add(scope);
      },
    });
  }

  #restored(scope: KindScope): void {
    if (!this.#lost.delete(scope) || this.#lost.size > 0) return;
    this.#options.onRestored?.();
    this.#settled = performance.now() + SETTLE_MS;
    this.#scheduleDue();
  }

  #touch(services: readonly ExpectedService[]): void {
    for (const service of services) this.#touched.add(service);
  }

  #recheck(): void {
    this.#touch(this.#live.services);
    this.#compareSoon();
  }

  /** One comparison at a time; what is touched meanwhile is compared next. */
  #compareSoon(): void {
    if (this.#unlisted.size > 0 || this.#comparing !== undefined || this.#stop.signal.aborted) return;
    this.#comparing = this.#compare().finally(() => {
      this.#comparing = undefined;
      if (this.#touched.size > 0 && this.#isReady) this.#compareSoon();
    });
  }

  async #compare(): Promise<void> {
    const services = [...this.#touched];
    this.#touched.clear();
    try {
      await lookForAbsent(this.#cluster, this.#live, services);
    } catch {
      // The watches meet the same failure and report it; everything is compared again at the next recheck.
      return;
    }
    const [now, timeOfDay] = [performance.now(), Date.now()];
    for (const service of services) {
      // It changed while we looked: what was found of it is half old. It is compared next.
      if (this.#touched.has(service)) continue;
      const findings = compareService(service, this.#live.of(service)).filter(
        (finding) => this.#options.isSilenced?.(finding, timeOfDay) !== true,
      );
      for (const event of this.#tracker.update(service, findings, now)) this.#options.onEvent(event);
    }
    this.#scheduleDue();
    if (this.#isReady) return;
    this.#isReady = true;
    this.#options.onReady?.();
  }

  #openDue(): void {
    if (this.#lost.size === 0) for (const event of this.#tracker.openDue(performance.now())) this.#options.onEvent(event);
    this.#scheduleDue();
  }

  #scheduleDue(): void {
    clearTimeout(this.#timer);
    const due = this.#tracker.nextDue();
    // A rollout that cannot be seen is not called late.
    if (due === undefined || this.#lost.size > 0 || this.#stop.signal.aborted) return;
    this.#timer = setTimeout(() => this.#openDue(), Math.max(this.#settled, due) - performance.now());
  }
}
