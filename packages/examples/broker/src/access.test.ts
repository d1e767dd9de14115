import { expect, it } from "vitest";
import { covers, isAllowed, unreachableTopics } from "./access.ts";

it.each([
  ["iot/events", "iot/events", true],
  ["iot/events", "iot/alerts", false],
  ["iot/telemetry/+", "iot/telemetry/dev-1", true],
  ["iot/telemetry/+", "iot/telemetry/+", true],
  ["iot/telemetry/+", "iot/telemetry/#", false],
  ["iot/telemetry/+", "iot/telemetry", false],
  ["iot/telemetry/+", "iot/telemetry/a/b", false],
  ["iot/telemetry", "iot/telemetry/a", false],
  ["iot/#", "iot/telemetry/#", true],
  ["iot/+", "+/+", false],
])("covers: %s allows %s: %s", (allowed, wanted, expected) => {
  expect(covers(allowed, wanted)).toBe(expected);
});

const rights = [
  { account: "devices", publish: ["iot/telemetry/+"], subscribe: ["iot/alerts"] },
  { account: "gateway", publish: ["iot/events"], subscribe: ["iot/telemetry/+"] },
];

it("keeps the rights of accounts and of publishing and subscribing apart", () => {
  expect(isAllowed(rights, "devices", "publish", "iot/telemetry/dev-1")).toBe(true);
  expect(isAllowed(rights, "devices", "subscribe", "iot/telemetry/dev-1")).toBe(false);
  expect(isAllowed(rights, "gateway", "publish", "iot/telemetry/dev-1")).toBe(false);
});

it("names topics that nobody may publish to", () => {
  expect(unreachableTopics(rights, ["iot/telemetry", "iot/events", "iot/alerts"])).toEqual(["iot/alerts"]);
});
