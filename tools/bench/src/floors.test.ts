import { expect, it } from "vitest";
import { judge } from "./floors.ts";
import { printReport } from "./report.ts";
import type { Results, SizeResult } from "./results.ts";

const usage = (cpuSeconds: number, mebibytes = 100): { cpuSeconds: number; peakBytes: number } => ({
  cpuSeconds,
  peakBytes: mebibytes * 2 ** 20,
});

function sizeResult(services: number, veltrix: number, changes: Partial<SizeResult["builds"]> = {}): SizeResult {
  const written = ["generated/a/index.js", "generated/index.json"];
  const builds = {
    fresh: { ...usage(veltrix), written },
    unchanged: { ...usage(1), written: [] },
    changed: { ...usage(1), written },
    foreignWrites: [],
    ...changes,
  };
  return { services, builds, stages: [], glued: usage(20), tuned: usage(10), kustomize: usage(20, 0) };
}

function broken(...sizes: readonly SizeResult[]): readonly string[] {
  return judge(resultsOf(sizes)).flatMap(({ name, kept }) => (kept ? [] : [name]));
}

function resultsOf(sizes: readonly SizeResult[]): Results {
  return { emptyProcess: 0.1, sizes, skipped: ["kustomize: none"] };
}

it("keeps every floor of a build that is fast, small and writes what changed", () => {
  expect(broken(sizeResult(100, 1), sizeResult(1000, 3))).toEqual([]);
});

it("breaks the floor of each figure that is wrong", () => {
  expect(broken(sizeResult(100, 10))).toEqual(["100 services: B2 / veltrix, CPU"]);
  expect(broken(sizeResult(1000, 3.9))).toEqual(["1000 services: B3 / veltrix, CPU"]);
  expect(broken(sizeResult(100, 1, { unchanged: { ...usage(1, 300), written: ["generated/a/index.js"] } }))).toEqual([
    "100 services: peak memory of veltrix, MiB",
    "100 services: files written when nothing changed",
  ]);
  expect(broken(sizeResult(100, 1, { foreignWrites: ["generated/b/index.js"] }))).toEqual([
    "100 services: own files written when one value changed",
    "100 services: files of others written when one value changed",
  ]);
  expect(broken(sizeResult(100, 0.2), sizeResult(1000, 3))).toEqual(["growth of veltrix from 100 to 1000 services, CPU"]);
});

it("prints a broken floor as broken, and what was skipped last", () => {
  const results = resultsOf([sizeResult(100, 10)]);
  const report = printReport(results, judge(results));
  expect(report).toMatch(/100 services: B2 \/ veltrix, CPU +4 +at least 5 +BROKEN/);
  expect(report.trimEnd().split("\n").at(-1)).toBe("skipped: kustomize: none");
});
