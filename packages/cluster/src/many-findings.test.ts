// Work that grows with the product of two lists would not end here within the time that a test has.
import type { JsonObject } from "@veltrix/protocol";
import type { ClusterFinding } from "@veltrix/protocol/kubernetes";
import { expect, it } from "vitest";
import { compareService } from "./compare.ts";
import { applied, built, edited } from "./testing/built.ts";
import { DriftTracker } from "./tracker.ts";

const COUNT = 60_000;
const valueOf = (text: string): JsonObject => Object.fromEntries(Array.from({ length: COUNT }, (_, index) => [`key-${index}`, text]));

it("compares many edited keys beside many secrets that were pasted", () => {
  const secrets = Object.fromEntries(Array.from({ length: COUNT }, (_, index) => [`/secret-${index}`, "mqtt/password"]));
  const service = { ...built({ value: valueOf("a"), secrets }), secrets: Object.keys(secrets) };
  const pasted = Object.fromEntries(Object.keys(secrets).map((pointer) => [pointer.slice(1), "canary"]));
  const config = edited(applied(service.config), { "config.json": JSON.stringify({ ...valueOf("b"), ...pasted }) });
  const variables = service.variables === undefined ? undefined : applied(service.variables);
  const findings = compareService(service, { config, variables, strays: [], workload: undefined, wasDeleted: () => false });
  expect(findings).toHaveLength(2 * COUNT);
  expect(findings.filter(({ note }) => note === "a secret in the clear")).toHaveLength(COUNT);
  expect(JSON.stringify(findings)).not.toContain("canary");
});

it("asks many times what is due while many findings wait", () => {
  const tracker = new DriftTracker(180_000);
  const findings = Array.from({ length: COUNT * 4 }, (_, index): ClusterFinding => ({
    service: "gateway",
    environment: "prod",
    hop: "not-applied",
    kind: "changed",
    pointer: `/key-${index}`,
    expected: {},
    actual: {},
    object: { kind: "ConfigMap", namespace: "iot", name: "gateway-config" },
  }));
  tracker.update(built(), findings, 0);
  const seen = new Set<string>();
  for (let now = 0; now < COUNT; now++) seen.add(`${tracker.openDue(now).length} ${tracker.nextDue()}`);
  expect([...seen]).toEqual(["0 180000"]);
  expect(tracker.openDue(180_000)).toHaveLength(findings.length);
});
