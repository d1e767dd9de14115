// The floors that a change must not break, each a limit on one figure of one size.
import type { Results, SizeResult } from "./results.ts";

/** One floor and what was measured against it. */
export interface Verdict {
  readonly name: string;
  readonly measured: number;
  readonly limit: number;
  /** `least`: measured must reach the limit; `most`: it must not pass it. */
  readonly side: "least" | "most";
  readonly kept: boolean;
}

/** Limits for workspaces of at least so many services, the largest first. Smaller ones mostly start and warm up: no limits. */
const limits = [
  { services: 1000, glued: 10, tuned: 3 },
  { services: 100, glued: 5, tuned: 0.75 },
] as const;
/** Peak memory of `veltrix build`. */
const PEAK_MEBIBYTES = 256;
/** CPU of ten times as many services. */
const GROWTH = 10;

/** Judges every size of `results`. */
export function judge(results: Results): readonly Verdict[] {
  return [...results.sizes.flatMap(judgeSize), ...judgeGrowth(results.sizes)];
}

function judgeSize({ services, builds, glued, kustomize, tuned }: SizeResult): readonly Verdict[] {
  const { fresh, unchanged, changed, foreignWrites } = builds;
  const own = changed.written.length - foreignWrites.length;
  const peak = Math.max(fresh.peakBytes, unchanged.peakBytes, changed.peakBytes);
  const at = `${services} services:`;
  const limit = limits.find((candidate) => services >= candidate.services);
  return [
    ...(limit === undefined || kustomize === undefined
      ? []
      : [atLeast(`${at} B2 / veltrix, CPU`, (glued.cpuSeconds + kustomize.cpuSeconds) / fresh.cpuSeconds, limit.glued)]),
    ...(limit === undefined ? [] : [atLeast(`${at} B3 / veltrix, CPU`, tuned.cpuSeconds / fresh.cpuSeconds, limit.tuned)]),
    atMost(`${at} peak memory of veltrix, MiB`, peak / 2 ** 20, PEAK_MEBIBYTES),
    atMost(`${at} files written when nothing changed`, unchanged.written.length, 0),
    // The index and at least one file of the service itself.
    atLeast(`${at} own files written when one value changed`, own, 2),
    atMost(`${at} files of others written when one value changed`, foreignWrites.length, 0),
  ];
}

function judgeGrowth(sizes: readonly SizeResult[]): readonly Verdict[] {
  return sizes.flatMap((larger) => {
    const smaller = sizes.find(({ services }) => services * 10 === larger.services);
    if (smaller === undefined) return [];
    const growth = larger.builds.fresh.cpuSeconds / smaller.builds.fresh.cpuSeconds;
    return [atMost(`growth of veltrix from ${smaller.services} to ${larger.services} services, CPU`, growth, GROWTH)];
  });
}

function atLeast(name: string, measured: number, limit: number): Verdict {
  return { name, measured, limit, side: "least", kept: measured >= limit };
}

function atMost(name: string, measured: number, limit: number): Verdict {
  return { name, measured, limit, side: "most", kept: measured <= limit };
}
