import { once } from "node:events";
import { createServer } from "node:net";
import { type BrokerValues, createTestConfig } from "@veltrix/generated/broker";
import { connectAsync, type MqttClient } from "mqtt";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createBroker } from "./broker.ts";

const values: BrokerValues = {
  id: "6f1c7d0e-3c57-4a0b-9d52-5b8b1a3f0001",
  listener: { host: "localhost", bind: "127.0.0.1", port: 1883, maxConnections: 10, connectTimeout: "5s" },
  accounts: {
    devices: { username: "devices", password: "password of devices" },
    gateway: { username: "gateway", password: "password of gateway" },
    router: { username: "router", password: "password of router" },
    alerts: { username: "alerts", password: "password of alerts" },
  },
  access: [
    { account: "devices", publish: ["iot/telemetry/+"], subscribe: ["iot/alerts"] },
    { account: "gateway", publish: ["iot/events"], subscribe: ["iot/telemetry/+"] },
  ],
  topics: { telemetry: "iot/telemetry", events: "iot/events", alerts: "iot/alerts", deadLetter: "iot/dead-letter" },
  sessions: { queueLimit: 10, keepAliveLimit: "5m", heartbeatInterval: "1m", maxClientIdLength: 64 },
  limits: { maxPayload: "16B", maxMessagesPerSecond: 100 },
  health: { bind: "127.0.0.1", port: 8081, path: "/readyz" },
  logging: { level: "info", format: "json" },
};

let end: () => void;
let port: number;
let clients: MqttClient[];

beforeEach(async () => {
  const { config } = createTestConfig(values);
  const aedes = await createBroker(config, () => undefined);
  const server = createServer(aedes.handle);
  await once(server.listen(0, "127.0.0.1"), "listening");
  port = (server.address() as { readonly port: number }).port;
  clients = [];
  end = () => {
    for (const client of clients) client.end(true);
    aedes.close();
    server.close();
  };
});
afterEach(() => end());

async function connectAs(username: string, password: string): Promise<MqttClient> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { username, password, reconnectPeriod: 0 }, false);
  clients.push(client);
  return client;
}

function closeOf(client: MqttClient): Promise<void> {
  return new Promise((resolve) => client.once("close", resolve));
}

it("refuses a wrong password and another account's password", async () => {
  await expect(connectAs("devices", "password of nobody")).rejects.toThrow("Bad username or password");
  await expect(connectAs("devices", "password of gateway")).rejects.toThrow("Bad username or password");
  expect((await connectAs("devices", "password of devices")).connected).toBe(true);
});

it("delivers what an account may publish to those who may subscribe", async () => {
  const device = await connectAs("devices", "password of devices");
  const gateway = await connectAs("gateway", "password of gateway");
  await gateway.subscribeAsync("iot/telemetry/+", { qos: 1 });
  const received = new Promise<readonly string[]>((resolve) =>
    gateway.once("message", (topic, payload) => resolve([topic, String(payload)])),
  );
  await device.publishAsync("iot/telemetry/dev-1", "hello", { qos: 1 });
  expect(await received).toEqual(["iot/telemetry/dev-1", "hello"]);
});

it("refuses subscriptions and messages that no right covers", async () => {
  const device = await connectAs("devices", "password of devices");
  await expect(device.subscribeAsync("iot/#")).rejects.toThrow("Subscribe error");
  const closed = closeOf(device);
  device.publish("iot/events", "hello", { qos: 1 });
  await closed;
  expect(device.connected).toBe(false);
});

it("disconnects a client whose message is larger than the limit", async () => {
  const device = await connectAs("devices", "password of devices");
  await device.publishAsync("iot/telemetry/dev-1", "x".repeat(16), { qos: 1 });
  const closed = closeOf(device);
  device.publish("iot/telemetry/dev-1", "x".repeat(17), { qos: 1 });
  await closed;
  expect(device.connected).toBe(false);
});
