// What a process knows at one moment. A state is never changed: every step gives the next one, which replaces it whole.
import type { DriftReport, StaleReason } from "@veltrix/protocol";
import type { HeldFrom } from "../sources/source.ts";
import type { Held } from "./accept.ts";
import type { ConfigCounters, ConfigStatus, StalePolicy } from "./status.ts";

/** Why what is held may not be what is delivered, and since when. */
export interface Stale {
  readonly reason: StaleReason;
  /** By the clock of the process. */
  readonly since: number;
}

/** What a process holds, and what it knows of that. */
export interface ProcessState {
  readonly held: Held;
  readonly heldFrom: HeldFrom;
  /** Values of the hot subtrees, frozen, in the order of the definition. */
  readonly hot: readonly unknown[];
  readonly root: string | undefined;
  readonly release: ConfigStatus["release"];
  readonly stale: Stale | undefined;
  /** Keys that wait for a restart. */
  readonly pending: readonly string[];
  /** Secrets that wait for one. */
  readonly rotated: readonly string[];
  readonly certificates: ConfigStatus["certificates"];
  readonly drift: DriftReport | undefined;
  /** When a reading last confirmed what is held. */
  readonly confirmedAt: number;
  readonly counters: ConfigCounters;
}

/** The state in which a process becomes ready. */
export function stateAtStart(
  held: Held,
  heldFrom: HeldFrom,
  { hot, now }: { readonly hot: readonly unknown[]; readonly now: number },
): ProcessState {
  return {
    held,
    heldFrom,
    hot,
    root: held.overridden.length > 0 ? undefined : held.delivery.proof?.hashes.root,
    release: "unknown",
    stale: heldFrom === "source" ? undefined : { reason: "fallback", since: now },
    pending: [],
    rotated: [],
    certificates: [],
    drift: undefined,
    confirmedAt: now,
    counters: {
      reloads: 0,
      rejected: 0,
      restartRequired: 0,
      driftReports: 0,
      listenerErrors: 0,
      watchErrors: 0,
      unavailable: 0,
      stateErrors: 0,
    },
  };
}

/** One more of something. */
export function counted(state: ProcessState, name: keyof ConfigCounters): ProcessState {
  return { ...state, counters: { ...state.counters, [name]: state.counters[name] + 1 } };
}

/** Nothing follows the source: nobody will know when it changes. */
export function unwatched(state: ProcessState, now: number): ProcessState {
  return { ...state, stale: { reason: "unwatched", since: now } };
}

/** False once it has been stale for longer than the service allows. */
export function isReady({ stale }: ProcessState, onStale: StalePolicy, now: number): boolean {
  return stale === undefined || onStale === "serve" || now - stale.since < onStale.refuseAfterMs;
}
