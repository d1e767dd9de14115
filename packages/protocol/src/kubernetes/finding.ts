// What a comparison with a cluster finds: a drift finding with the object, the field and who wrote it.
import type { DriftFinding } from "../drift.ts";

/** An object of a cluster by name. */
export interface ObjectName {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** A field manager and the time of its last write to an object. */
export interface Writer {
  readonly manager: string;
  /** `Apply` (server-side) or `Update` (everything else). */
  readonly operation?: string;
  /** RFC 3339. */
  readonly time?: string;
}

export interface ClusterFinding extends DriftFinding {
  readonly object: ObjectName;
  /** RFC 6901 pointer inside the object; left out when the whole object is at fault. */
  readonly field?: string;
  /** Who owns the field now, where the API server knows. */
  readonly by?: Writer;
  /** What the two sides cannot say: how many pods, which namespace. */
  readonly note?: string;
}
