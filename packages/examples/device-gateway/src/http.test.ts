import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createTestConfig } from "@veltrix/generated/device-gateway";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createHttp } from "./http.ts";
import type { Outcome } from "./normalise.ts";
import { values } from "./test-values.ts";

let url: string;
let stop: () => void;
let outcome: Outcome | Error;
let taken: { readonly device: string; readonly length: number } | undefined;

beforeEach(async () => {
  const { config } = createTestConfig(values);
  taken = undefined;
  const server = createHttp(config, async (device, payload) => {
    taken = { device, length: payload.length };
    if (outcome instanceof Error) throw outcome;
    return outcome;
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/telemetry`;
  stop = () => {
    server.close();
    server.closeAllConnections();
  };
});
afterEach(() => stop());

async function post(
  path: string,
  body: string,
  token: string = values.http.token,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(`${url}${path}`, { method: "POST", headers: { authorization: `Bearer ${token}` }, body });
  return { status: response.status, body: await response.json() };
}

it("hands the device and its payload on, and answers with the event's id", async () => {
  outcome = { kind: "event", event: { id: "1", site: "loc-desk", device: "oven-1", measuredAt: "", readings: [] } };
  expect(await post("/oven-1", "{}")).toEqual({ status: 202, body: { id: "1" } });
  expect(taken).toEqual({ device: "oven-1", length: 2 });
});

it("answers 422 with the reason and the contact", async () => {
  outcome = { kind: "refused", reason: "no readings" };
  expect(await post("/oven-1", "{}")).toEqual({ status: 422, body: { error: "no readings", contact: "devices@veltrix.example" } });
});

it("answers 503 when the event was not taken", async () => {
  outcome = new Error("the broker is away");
  expect(await post("/oven-1", "{}")).toMatchObject({ status: 503 });
});

it("answers 401, 404 and 413 without looking at the payload", async () => {
  expect(await post("/oven-1", "{}", "a-token-for-tests-9876543210")).toMatchObject({ status: 401 });
  expect(await post("", "{}")).toMatchObject({ status: 404 });
  expect(await post("/oven-1", "x".repeat(1_000))).toEqual({ status: 413, body: { error: "too large" } });
  expect(taken).toBeUndefined();
});
