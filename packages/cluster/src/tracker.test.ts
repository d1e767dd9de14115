import { describe, expect, it } from "vitest";
import type { ClusterFinding } from "@veltrix/protocol/kubernetes";
import { built } from "./testing/built.ts";
import { DriftTracker } from "./tracker.ts";

const service = built();
const finding = (hop: ClusterFinding["hop"], hash: string, note?: string): ClusterFinding => ({
  service: "gateway",
  environment: "prod",
  hop,
  kind: "changed",
  pointer: "/port",
  expected: {},
  actual: { hash },
  object: { kind: "ConfigMap", namespace: "iot", name: "gateway-config" },
  ...(note === undefined ? {} : { note }),
});

describe("DriftTracker", () => {
  it("tells an edit at once, another value as another finding, and the end once", () => {
    const tracker = new DriftTracker(180_000);
    const step = (now: number, ...hashes: readonly string[]): readonly string[] =>
      tracker
        .update(
          service,
          hashes.map((hash) => finding("edited-in-cluster", hash)),
          now,
        )
        .map(({ type, finding: { actual } }) => `${type} ${actual.hash}`);
    expect(step(0, "a")).toEqual(["opened a"]);
    expect(step(1, "a")).toEqual([]);
    expect(step(2, "b")).toEqual(["closed a", "opened b"]);
    expect(step(3)).toEqual(["closed b"]);
    expect(step(4)).toEqual([]);
  });

  it("gives a rollout its deadline, whatever happens on the way", () => {
    const tracker = new DriftTracker(180_000, () => 181_000);
    expect(tracker.update(service, [finding("restart-pending", "a", "2 of 3")], 1_000)).toEqual([]);
    expect(tracker.update(service, [finding("restart-pending", "b", "1 of 3")], 100_000)).toEqual([]);
    expect(tracker.nextDue()).toBe(181_000);
    expect(tracker.openDue(180_999)).toEqual([]);
    expect(tracker.openDue(181_000)).toMatchObject([{ type: "opened", at: "1970-01-01T00:03:01.000Z" }]);
    expect(tracker.nextDue()).toBeUndefined();
    expect(tracker.openFindings).toHaveLength(1);
  });

  it("says nothing of a rollout that ends in time, and starts anew with the next", () => {
    const tracker = new DriftTracker(180_000);
    tracker.update(service, [finding("not-applied", "a")], 0);
    expect(tracker.update(service, [], 100_000)).toEqual([]);
    tracker.update(service, [finding("not-applied", "a")], 170_000);
    expect(tracker.openDue(200_000)).toEqual([]);
    expect(tracker.nextDue()).toBe(350_000);
  });
});
