// Values for tests, secrets in the clear.
import type { DeviceGatewayValues } from "@veltrix/generated/device-gateway";

export const values: DeviceGatewayValues = {
  site: { id: "loc-desk", commissionedOn: "2025-01-01", contact: "devices@veltrix.example" },
  http: {
    bind: "127.0.0.1",
    port: 8080,
    path: "/v1/telemetry",
    publicUrl: "http://localhost:8080/v1/telemetry",
    requestTimeout: "5s",
    token: "a-token-for-tests-0123456789",
  },
  mqtt: {
    host: "localhost",
    port: 1883,
    clientId: "device-gateway",
    username: "device-gateway",
    password: "a password for tests",
    cleanSession: true,
    keepAlive: "30s",
    limits: { keepAlive: "5m", clientIdLength: 64 },
    connectTimeout: "5s",
    reconnectDelay: "1s",
    qos: 1,
  },
  topics: { telemetry: "iot/telemetry", events: "iot/events" },
  ingest: {
    limits: { maxPayload: "128B", maxReadings: 1, maxClockSkew: "2m" },
    metrics: [
      { name: "temperature", unit: "celsius", min: -60, max: 125 },
      { name: "battery", unit: "volt", min: 0, max: 4.5 },
    ],
  },
  health: { bind: "127.0.0.1", port: 8081, path: "/readyz" },
  logging: { level: "info", format: "json" },
};
