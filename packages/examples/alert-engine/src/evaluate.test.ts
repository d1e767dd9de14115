import type { TelemetryEvent } from "@veltrix/example-platform";
import { type AlertEngineValues, createTestConfig } from "@veltrix/generated/alert-engine";
import { expect, it } from "vitest";
import { type Alert, AlertEvaluator } from "./evaluate.ts";

const values: AlertEngineValues = {
  mqtt: {
    host: "localhost",
    port: 1883,
    clientId: "alert-engine",
    username: "alert-engine",
    password: "a password for tests",
    cleanSession: true,
    keepAlive: "30s",
    limits: { keepAlive: "5m", clientIdLength: 64 },
    connectTimeout: "5s",
    reconnectDelay: "1s",
    qos: 1,
  },
  topics: { source: "iot/routed/alerting", sourceQos: 1, alerts: "iot/alerts" },
  evaluation: {
    thresholds: {
      temperature: { warning: 60, critical: 80 },
      humidity: { warning: 85, critical: 95 },
      battery: { warning: 3.2, critical: 2.9 },
    },
    minSamples: 2,
    window: "10s",
    cooldown: "1m",
  },
  mutes: [{ device: "^test-", until: "2026-01-01T00:00:00Z", reason: "a device on a desk" }],
  notification: { runbook: "https://runbooks.example/iot", onCall: "on-call@veltrix.example" },
  health: { bind: "127.0.0.1", port: 8081, path: "/readyz" },
  logging: { level: "info", format: "json" },
};

const beforeMuteEnds = Date.parse("2025-12-31T12:00:00Z");

/** Sends one reading at each of `seconds`, and gives the alerts. */
function alertsOf(
  device: string,
  reading: readonly [string, number],
  seconds: readonly number[],
  start: number = beforeMuteEnds,
): readonly Alert[] {
  const { config } = createTestConfig(values);
  const evaluator = new AlertEvaluator(config.evaluation);
  const rules = { thresholds: config.evaluation.thresholds.current, mutes: config.mutes.current };
  const readings = [{ metric: reading[0], unit: "", value: reading[1] }];
  const event: TelemetryEvent = { id: "1", site: "loc-desk", device, measuredAt: "", readings };
  return seconds.flatMap((second) => evaluator.evaluate(event, rules, start + second * 1_000));
}

it("raises an alert when enough samples pass the threshold within the window", () => {
  expect(alertsOf("oven-1", ["temperature", 80], [0])).toEqual([]);
  expect(alertsOf("oven-1", ["temperature", 80], [0, 10])).toEqual([]);
  expect(alertsOf("oven-1", ["temperature", 80], [0, 9])).toMatchObject([{ severity: "critical", threshold: 80, value: 80 }]);
  expect(alertsOf("oven-1", ["temperature", 79.9], [0, 9])).toMatchObject([{ severity: "warning", threshold: 60 }]);
  expect(alertsOf("oven-1", ["temperature", 59.9], [0, 9])).toEqual([]);
});

it("takes a low battery for worse than a high one", () => {
  expect(alertsOf("oven-1", ["battery", 2.9], [0, 1])).toMatchObject([{ severity: "critical", threshold: 2.9 }]);
  expect(alertsOf("oven-1", ["battery", 4], [0, 1])).toEqual([]);
});

it("pauses after an alert", () => {
  expect(alertsOf("oven-1", ["humidity", 99], [0, 1, 2, 60, 61])).toHaveLength(2);
});

it("raises no alert of a muted device until the mute ends", () => {
  expect(alertsOf("test-1", ["humidity", 99], [0, 1])).toEqual([]);
  expect(alertsOf("test-1", ["humidity", 99], [0, 1], Date.parse("2026-01-01T00:00:00Z"))).toHaveLength(1);
});
