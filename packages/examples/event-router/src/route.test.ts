import type { TelemetryEvent } from "@veltrix/example-platform";
import { createTestConfig, type EventRouterValues } from "@veltrix/generated/event-router";
import { expect, it } from "vitest";
import { createRouter } from "./route.ts";

const values: EventRouterValues = {
  mqtt: {
    host: "localhost",
    port: 1883,
    clientId: "event-router",
    username: "event-router",
    password: "a password for tests",
    cleanSession: true,
    keepAlive: "30s",
    limits: { keepAlive: "5m", clientIdLength: 64 },
    connectTimeout: "5s",
    reconnectDelay: "1s",
    qos: 1,
  },
  topics: { source: "iot/events", deadLetter: "iot/dead-letter" },
  outputs: { alerting: "iot/routed/alerting", archive: "iot/routed/archive", qos: 1 },
  routing: {
    rules: [
      { name: "climate", metrics: ["temperature", "humidity"], to: "alerting" },
      { name: "outdoor", device: "^out-", to: "archive" },
      { name: "outdoor-battery", device: "^out-", metrics: ["battery"], to: "alerting" },
    ],
    unmatched: "dead-letter",
  },
  deduplication: { enabled: true, window: "1m", maxEntries: 100 },
  health: { bind: "127.0.0.1", port: 8081, path: "/readyz" },
  logging: { level: "info", format: "json" },
};

function namesOf(device: string, metric: string): readonly string[] {
  const { config } = createTestConfig(values);
  const event: TelemetryEvent = { id: "1", site: "loc-desk", device, measuredAt: "", readings: [{ metric, unit: "", value: 1 }] };
  return createRouter()(config.routing.current.rules, event).map((rule) => rule.name);
}

it("gives every rule whose conditions all hold, in their order", () => {
  expect(namesOf("in-1", "temperature")).toEqual(["climate"]);
  expect(namesOf("out-1", "temperature")).toEqual(["climate", "outdoor"]);
  expect(namesOf("out-1", "battery")).toEqual(["outdoor", "outdoor-battery"]);
  expect(namesOf("in-1", "battery")).toEqual([]);
});

it("refuses rules that the contract does not allow", () => {
  const rules = [{ name: "lost", to: "nowhere" as "archive" }];
  expect(() => createTestConfig({ ...values, routing: { ...values.routing, rules } })).toThrow("/routing/rules/0/to");
});
