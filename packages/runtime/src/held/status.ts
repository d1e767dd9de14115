// What a process knows of its own configuration, as it is told.
import type { DriftReport, ReleaseId, StaleReason } from "@veltrix/protocol";
import type { HeldFrom } from "../sources/source.ts";
import type { SourceName } from "../sources/table.ts";

/** `serve`: always ready. `refuseAfterMs`: not ready once it has been stale for so many milliseconds. */
export type StalePolicy = "serve" | { readonly refuseAfterMs: number };

/** How often each thing happened since the configuration was loaded. */
export interface ConfigCounters {
  readonly reloads: number;
  readonly rejected: number;
  readonly restartRequired: number;
  readonly driftReports: number;
  readonly listenerErrors: number;
  readonly watchErrors: number;
  /** Looks at a source that could not answer. */
  readonly unavailable: number;
  /** Failures to save the last-known-good release. */
  readonly stateErrors: number;
}

/** A key that an override variable replaced. */
export interface Override {
  readonly variable: string;
  readonly pointer: string;
}

/** When a certificate among the secrets ends. Of several in one secret, the first end. */
export interface CertificateEnd {
  readonly pointer: string;
  /** RFC 3339, in UTC. */
  readonly validTo: string;
}

/** What a process knows of its own configuration. */
export interface ConfigStatus {
  readonly service: string;
  readonly environment: string;
  readonly source: SourceName;
  /** Root fingerprint of what the process holds; undefined while only its own check can tell. */
  readonly root: string | undefined;
  /** Fingerprint and version of the contract that the importing code was compiled against. */
  readonly contract: string;
  readonly contractVersion: string;
  /** Whether the values are those of the imported package; `unknown` until that was looked up. */
  readonly release: "same" | "differs" | "unknown";
  /** Number of reloads applied. */
  readonly revision: number;
  /** The release of the config service that is held; undefined with other sources. */
  readonly published: ReleaseId | undefined;
  /** Whether what is held was read from the source itself, or from what stood in for it. */
  readonly heldFrom: HeldFrom;
  /** Milliseconds since a reading last confirmed what is held. */
  readonly ageMs: number;
  /** True when what is held may not be what is delivered now; `staleReason` says why. */
  readonly stale: boolean;
  readonly staleReason: StaleReason | undefined;
  /** Milliseconds since it became stale; 0 when it is not. */
  readonly staleMs: number;
  /** False once it has been stale for longer than `onStale` allows. For readiness probes, never for liveness. */
  readonly ready: boolean;
  /** Keys that wait for a restart. */
  readonly pending: readonly string[];
  readonly overrides: readonly Override[];
  /** Empty until they were looked at, after ready. */
  readonly certificates: readonly CertificateEnd[];
  /** The last drift report; undefined before the first check. */
  readonly drift: DriftReport | undefined;
  readonly counters: ConfigCounters;
}
