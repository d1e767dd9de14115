import { describe, expect, it } from "vitest";
import type { ClusterFinding } from "@veltrix/protocol/kubernetes";
import { findAcknowledgement } from "./acknowledgement.ts";

const finding = (hop: ClusterFinding["hop"], hash: string): ClusterFinding => ({
  service: "gateway",
  environment: "prod",
  hop,
  kind: "changed",
  pointer: "/port",
  expected: {},
  actual: { hash },
  object: { kind: "ConfigMap", namespace: "iot", name: "gateway-config" },
});

describe("an acknowledgement", () => {
  const known = {
    service: "gateway",
    environment: "prod",
    object: "ConfigMap/iot/gateway-config",
    key: "/port",
    hash: "a",
    until: 10,
    reason: "x",
  };

  it("speaks of one value of one key of one object", () => {
    expect(findAcknowledgement(finding("edited-in-cluster", "a"), [known])).toBe(known);
    expect(findAcknowledgement(finding("edited-in-cluster", "b"), [known])).toBeUndefined();
    for (const other of [{ service: "x" }, { environment: "x" }, { object: "x" }, { key: "x" }]) {
      expect(findAcknowledgement(finding("edited-in-cluster", "a"), [{ ...known, ...other }])).toBeUndefined();
    }
  });

  it("never speaks of a secret in the clear, and speaks of what is missing as none", () => {
    const { actual: _actual, ...rest } = finding("edited-in-cluster", "a");
    expect(findAcknowledgement({ ...rest, kind: "added", actual: {} }, [{ ...known, hash: "none" }])).toBeUndefined();
    expect(findAcknowledgement({ ...rest, kind: "missing", actual: {} }, [{ ...known, hash: "none" }])).toBeDefined();
  });
});
