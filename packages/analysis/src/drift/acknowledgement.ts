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
  const { service, environment, actual } = finding;
  return indexOf(list).get(idOf([service, environment, nameOf(finding), keyOf(finding), actual.hash ?? "none"]));
}

const indexes = new WeakMap<readonly Acknowledgement[], ReadonlyMap<string, Acknowledgement>>();

/** By what they speak of; of several of one finding the first. Made once for each list. */
function indexOf(list: readonly Acknowledgement[]): ReadonlyMap<string, Acknowledgement> {
  const known = indexes.get(list);
  if (known !== undefined) return known;
  const index = new Map<string, Acknowledgement>();
  for (const each of list) {
    const id = idOf([each.service, each.environment, each.object, each.key, each.hash]);
    if (!index.has(id)) index.set(id, each);
  }
  indexes.set(list, index);
  return index;
}

function idOf(parts: readonly string[]): string {
  return JSON.stringify(parts);
}
