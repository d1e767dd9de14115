// An acknowledgement silences one exact observed value of one key until a date.
import type { ClusterFinding } from "@veltrix/protocol/kubernetes";

/** One entry of `schemas/acknowledged.yaml`. */
export interface Acknowledgement {
  readonly service: string;
  readonly environment: string;
  /** `<kind>/<namespace>/<name>`. */
  readonly object: string;
  /** What `keyOf` says. */
  readonly key: string;
  /** The observed hash; `none` where nothing is there. */
  readonly hash: string;
  /** Milliseconds of the epoch. From then on it silences nothing. */
  readonly until: number;
  readonly reason: string;
}

/** The pointer of the key; of the field where it is no key; empty where it is the whole object. */
function keyOf({ pointer, field = "" }: ClusterFinding): string {
  return pointer === "" ? field : pointer;
}

/** `<kind>/<namespace>/<name>`. */
function nameOf({ object }: ClusterFinding): string {
  return `${object.kind}/${object.namespace}/${object.name}`;
}

/** The acknowledgement that speaks of `finding` as it is now, expired or not. A secret in the clear has no hash and no pardon. */
export function findAcknowledgement(finding: ClusterFinding, list: readonly Acknowledgement[]): Acknowledgement | undefined {
  if (finding.kind === "added" && finding.actual.hash === undefined) return undefined;
  return list.find(
    ({ service, environment, object, key, hash }) =>
      service === finding.service &&
      environment === finding.environment &&
      object === nameOf(finding) &&
      key === keyOf(finding) &&
      hash === (finding.actual.hash ?? "none"),
  );
}
