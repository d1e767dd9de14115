// What the bench found, before anything is made of it.
import type { Usage } from "./measure.ts";
import type { Builds, Stages } from "./veltrix.ts";

/** A number that was measured at this size, or at a smaller one and scaled with the number of services. */
export interface Estimate extends Usage {
  /** Number of services at which it was measured, where that is another. */
  readonly scaledFrom?: number;
}

/** One workspace. */
export interface SizeResult {
  readonly services: number;
  readonly builds: Builds;
  readonly stages: Stages;
  /** json-schema-to-typescript and ajv with their defaults (B2 without Kustomize). */
  readonly glued: Estimate;
  /** One process with everything tuned (B3). */
  readonly tuned: Usage;
  /** CPU of `kubectl kustomize` per service and environment; undefined: not measured, `Results.skipped` says why. */
  readonly kustomize?: Estimate;
}

/** A whole run of the bench. */
export interface Results {
  /** CPU seconds of `node -e 0`: what nothing costs here. */
  readonly emptyProcess: number;
  readonly sizes: readonly SizeResult[];
  /** What was not measured, by name, and why. */
  readonly skipped: readonly string[];
}
