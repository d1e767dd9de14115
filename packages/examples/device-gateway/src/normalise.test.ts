import { createTestConfig } from "@veltrix/generated/device-gateway";
import { expect, it } from "vitest";
import { normalise, type Outcome } from "./normalise.ts";
import { values } from "./test-values.ts";

function send(message: unknown, device = "oven-1"): Outcome {
  const { config } = createTestConfig(values);
  const { metrics, limits } = config.ingest;
  const payload = Buffer.from(typeof message === "string" ? message : JSON.stringify(message));
  const now = Date.parse("2026-05-01T12:00:00Z");
  return normalise(device, payload, { site: config.site, metrics, limits: limits.current, now });
}

it("gives an event with units and a time in UTC", () => {
  expect(send({ measuredAt: "2026-05-01T13:59:00+02:00", readings: { temperature: 21.5 } })).toEqual({
    kind: "event",
    event: {
      id: "loc-desk/oven-1/2026-05-01T11:59:00.000Z",
      site: "loc-desk",
      device: "oven-1",
      measuredAt: "2026-05-01T11:59:00.000Z",
      readings: [{ metric: "temperature", unit: "celsius", value: 21.5 }],
    },
  });
});

const measuredAt = "2026-05-01T12:00:00Z";

it.each([
  ["a payload over the limit", { measuredAt, readings: { temperature: 1 }, note: "x".repeat(128) }, "larger than 128 bytes"],
  ["text", "21.5 degrees", "not a JSON object with measuredAt and readings"],
  ["no readings", { measuredAt, readings: {} }, "no readings"],
  ["too many readings", { measuredAt, readings: { temperature: 1, battery: 1 } }, "more than 1 readings"],
  ["an unknown metric", { measuredAt, readings: { constructor: 1 } }, "a metric is not known"],
  ["a broken sensor", { measuredAt, readings: { temperature: 126 } }, "temperature is not between -60 and 125"],
  [
    "a time before the site",
    { measuredAt: "2024-12-31T23:59:59Z", readings: { temperature: 1 } },
    "measured before 2025-01-01, when the site went live",
  ],
  ["a time in the future", { measuredAt: "2026-05-01T12:02:01Z", readings: { temperature: 1 } }, "measuredAt is in the future"],
])("refuses %s", (_what, message, reason) => {
  expect(send(message)).toEqual({ kind: "refused", reason });
});

it("refuses a device id that is not one topic level", () => {
  expect(send({ measuredAt, readings: { temperature: 1 } }, "a/b")).toEqual({ kind: "refused", reason: "the device id is malformed" });
});
