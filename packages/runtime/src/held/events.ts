// What a loaded configuration tells of itself.
import type { ConfigProblem, DriftReport, StaleReason } from "@veltrix/protocol";

/** Takes what would go to stderr: pino, console and most loggers fit. */
export interface Logger {
  warn(details: object, message: string): void;
}

/** A hot reload was applied. */
export interface ReloadEvent {
  readonly service: string;
  readonly environment: string;
  readonly revision: number;
  /** Pointers of the keys that changed. */
  readonly keys: readonly string[];
}

/** What is delivered now was refused; the configuration held before stays. */
export interface RejectedEvent {
  readonly service: string;
  readonly environment: string;
  readonly problems: readonly ConfigProblem[];
}

/** What is delivered now changes keys that only a restart may change; none of it was applied. */
export interface RestartRequiredEvent {
  readonly service: string;
  readonly environment: string;
  /** Pointers of the restart keys and secret references that changed. */
  readonly keys: readonly string[];
}

/** The configuration became stale, or current again, or has been stale for longer than `onStale` allows. */
export interface StaleEvent {
  readonly service: string;
  readonly environment: string;
  readonly stale: boolean;
  readonly reason: StaleReason | undefined;
  /** What `status().ready` says now. */
  readonly ready: boolean;
  /** What was tried before, where that is known. */
  readonly problems: readonly ConfigProblem[];
}

/** Events by name. A drift report without findings says that the drift reported before is gone. */
export interface ConfigEvents {
  readonly drift: DriftReport;
  readonly reload: ReloadEvent;
  readonly rejected: RejectedEvent;
  readonly "restart-required": RestartRequiredEvent;
  readonly stale: StaleEvent;
}
