// The types that services and generated code see. Nothing here exists at run time.
import type { ConfigProblem, DriftReport, ReleaseId } from "@veltrix/protocol";
import type { Clock } from "../machine/clock.ts";
import type { HeldFrom } from "../sources/source.ts";
import type { Live, Secret } from "./view.ts";

/** Where a configuration came from; `test`: from `createTestConfig`. */
export type SourceName = "dir" | "env" | "server" | "test";

/** Environment variables by name. */
export type Variables = { readonly [name: string]: string | undefined };

/** Takes what would go to stderr: pino, console and most loggers fit. */
export interface Logger {
  warn(details: object, message: string): void;
}

/** Options of `loadConfig`. */
export interface LoadOptions {
  /** The environment variables to read; `process.env` when absent. */
  readonly variables?: Variables;
  /** Takes problems that no listener takes; stderr when absent. */
  readonly logger?: Logger;
  /** Aborts loading. Has no effect once the configuration is loaded. */
  readonly signal?: AbortSignal;
  /** Milliseconds between two looks at what is delivered, beside watching it: 30,000, with a server 300,000. */
  readonly pollInterval?: number;
  /**
   * Milliseconds after which something that is delivered and not held is drift, and after which a server that
   * does not answer makes the configuration stale: 180,000, with a server 15,000.
   */
  readonly rolloutDeadline?: number;
  /** Whether a process stays ready while its configuration is stale: `serve`. Reading values never throws. */
  readonly onStale?: StalePolicy;
  /** Milliseconds that loading may take: 10,000. */
  readonly timeout?: number;
  /** Time and timers; those of the machine when absent. For tests. */
  readonly clock?: Clock;
}

/** `serve`: always ready. `refuseAfterMs`: not ready once it has been stale for so many milliseconds. */
export type StalePolicy = "serve" | { readonly refuseAfterMs: number };

/**
 * Why a configuration is stale: what is delivered was refused; the server does not answer; the process started
 * from something in the server's place; or the follower itself could not start.
 */
export type StaleReason = "rejected" | "unreachable" | "fallback" | "unwatched";

/** Options of `createTestConfig`. */
export interface TestOptions {
  /** Applies what the contract requires in this environment only. */
  readonly environment?: string;
  /** Secrets by pointer, for those that are not in the values. */
  readonly secrets?: { readonly [pointer: string]: string };
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
  /** The last drift report; undefined before the first check. */
  readonly drift: DriftReport | undefined;
  readonly counters: ConfigCounters;
}

/** A configuration with every `Live` replaced by the value it had at one moment. */
export type Snapshot<Config> =
  Config extends Live<infer Value>
    ? Value
    : Config extends Secret<unknown> | string | number | boolean | null | undefined | readonly unknown[]
      ? Config
      : { readonly [Key in keyof Config]: Snapshot<Config[Key]> };

/** A service's configuration: complete, valid, frozen, and watched. */
export interface LoadedConfig<Config> {
  readonly config: Config;
  /** All values at one moment: several hot keys that belong together. */
  snapshot(): Snapshot<Config>;
  /** Adds a listener and returns the function that removes it. */
  on<Name extends keyof ConfigEvents>(event: Name, listener: (event: ConfigEvents[Name]) => unknown): () => void;
  status(): ConfigStatus;
  /** Stops watching. What is loaded stays readable. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What a generated package exports for its service. */
export interface ServiceAccess<Values, Config> {
  /**
   * Loads the configuration of this process. Every call returns the same promise until it fails or
   * the configuration is closed; the options of the first call count.
   *
   * @throws ConfigError listing every problem.
   */
  loadConfig(options?: LoadOptions): Promise<LoadedConfig<Config>>;
  /** Like `loadConfig`, but prints the problems to stderr and ends the process with exit code 78. */
  loadConfigOrExit(options?: LoadOptions): Promise<LoadedConfig<Config>>;
  /**
   * A configuration for tests, from values that are checked like delivered ones.
   *
   * @throws ConfigError listing every problem.
   */
  createTestConfig(values: Values, options?: TestOptions): LoadedConfig<Config>;
}
