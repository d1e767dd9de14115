// Work that grows with the product of two lists would not end here within the time that a test has.
import type { DriftReport, JsonObject } from "@veltrix/protocol";
import { fingerprintConfig } from "@veltrix/protocol/fingerprint";
import type { ClusterFinding } from "@veltrix/protocol/kubernetes";
import { expect, it } from "vitest";
import type { ServiceConfig } from "../service-config.ts";
import { judgeFinding, judgeFindings } from "./judge.ts";
import { compareMount } from "./mount.ts";

const COUNT = 100_000;
const hashOf = (index: number): string => `v1:sha256:${String(index).padStart(64, "0")}`;
const finding = (index: number): ClusterFinding => ({
  service: "gateway",
  environment: "prod",
  hop: "edited-in-cluster",
  kind: "changed",
  pointer: `/key-${index}`,
  expected: {},
  actual: { hash: hashOf(index) },
  object: { kind: "ConfigMap", namespace: "iot", name: "gateway-config" },
});

it("finds the acknowledgement of each of many findings", () => {
  const acknowledged = Array.from({ length: COUNT }, (_, index) => ({
    service: "gateway",
    environment: "prod",
    object: "ConfigMap/iot/gateway-config",
    key: `/key-${index}`,
    hash: hashOf(index),
    until: index % 2 === 0 ? Infinity : 1000,
    reason: "known",
  }));
  const findings = Array.from({ length: COUNT }, (_, index) => finding(COUNT - 1 - index));
  const { told, silenced, expired, unused } = judgeFindings(findings, acknowledged, { now: 2000, environment: "prod", service: undefined });
  expect([told.length, silenced, expired, unused]).toEqual([COUNT / 2, COUNT / 2, COUNT / 2, 0]);
  expect(findings.filter((each) => judgeFinding(each, acknowledged, 2000) === undefined)).toHaveLength(COUNT / 2);
});

it("finds the values of each of many keys of a mount that are another build's", () => {
  const valueOf = (text: string): JsonObject => Object.fromEntries(Array.from({ length: COUNT }, (_, index) => [`key-${index}`, text]));
  const [expected, actual] = [valueOf("a"), valueOf("b")];
  const hashes = { service: "gateway", environment: "prod", secrets: {} };
  const own: DriftReport = { service: "gateway", environment: "prod", expectedRoot: "", actualRoot: "", findings: [] };
  // Of a mount and of a service, only what the comparison reads.
  const built = {
    service: { contract: { keys: [] } },
    config: { value: expected, secrets: {}, fingerprints: fingerprintConfig(expected) },
  } as unknown as ServiceConfig;
  const { findings } = compareMount({ value: actual, hashes: hashes as never }, built, own);
  expect(findings).toHaveLength(COUNT);
  expect(findings.every((each) => each.expected.value === "a" && each.actual.value === "b")).toBe(true);
});
