// What a comparison with the cluster finds: a drift finding with the object, the field and who wrote it.
import type { DriftFinding } from "@veltrix/protocol";
import type { Writer } from "./managed-fields.ts";

/** An object of the cluster by name. */
export interface ObjectName {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
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

/** What makes a finding this one and no other, whatever is there now. */
export function findingId({ service, environment, hop, kind, pointer, object, field = "" }: ClusterFinding): string {
  return JSON.stringify([service, environment, hop, kind, pointer, object.kind, object.namespace, object.name, field]);
}
