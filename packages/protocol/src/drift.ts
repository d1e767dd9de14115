// Drift: a difference between what was built, what is deployed and what a process holds, per key.
import type { Hop } from "./hops.ts";
import type { JsonValue } from "./json.ts";

/** How long a rollout may take, in milliseconds: kubelet renews a mount by and by, a config service tells at once. */
export const MOUNT_DEADLINE_MS = 180_000;
export const SERVER_DEADLINE_MS = 15_000;

/** How a key differs. */
export type DriftKind = (typeof driftKinds)[number];

/** Every kind, in the order in which metrics show them. */
export const driftKinds = ["changed", "missing", "added", "object-missing"] as const;

/** One side of a difference. The value is there where it is known and not a secret. */
export interface DriftSide {
  readonly hash?: string;
  readonly value?: JsonValue;
}

/** The hashes of a `veltrix.json` beside those of its leaves. */
export type FingerprintName = "bytes" | "root" | "restart";

/** One key that differs. `pointer` is empty when a whole object is at fault, or the hash that is named. */
export interface DriftFinding {
  readonly service: string;
  readonly environment: string;
  readonly hop: Hop;
  readonly kind: DriftKind;
  readonly pointer: string;
  /** The hash that is not that of what it stands beside. */
  readonly fingerprint?: FingerprintName;
  readonly expected: DriftSide;
  readonly actual: DriftSide;
}

/** True where something is there of which nothing is shown: a secret, or a key that nobody declared. */
export function hidesValue({ kind, pointer, expected, actual }: Omit<DriftFinding, "hop">): boolean {
  const isEmpty = ({ hash, value }: DriftSide): boolean => hash === undefined && value === undefined;
  return pointer !== "" && ((kind !== "missing" && isEmpty(actual)) || (kind !== "added" && isEmpty(expected)));
}

/** All that one comparison found; in sync when there are no findings. */
export interface DriftReport {
  readonly service: string;
  readonly environment: string;
  readonly expectedRoot: string;
  readonly actualRoot: string;
  readonly findings: readonly DriftFinding[];
}

/** A key that differs between two sets of leaf hashes. */
export interface LeafDifference {
  readonly pointer: string;
  readonly kind: "changed" | "missing" | "added";
  readonly expected?: string;
  readonly actual?: string;
}

type LeafHashes = { readonly [pointer: string]: string };

/** The keys in which two sets of leaf hashes differ, in the order of `expected`, added ones last. */
export function compareLeaves(expected: LeafHashes, actual: LeafHashes): readonly LeafDifference[] {
  const differences: LeafDifference[] = [];
  for (const [pointer, hash] of Object.entries(expected)) {
    const other = Object.hasOwn(actual, pointer) ? actual[pointer] : undefined;
    if (other === undefined) differences.push({ pointer, kind: "missing", expected: hash });
    else if (other !== hash) differences.push({ pointer, kind: "changed", expected: hash, actual: other });
  }
  for (const [pointer, hash] of Object.entries(actual)) {
    if (!Object.hasOwn(expected, pointer)) differences.push({ pointer, kind: "added", actual: hash });
  }
  return differences;
}
