export { startHealth, type HealthSettings } from "./health.ts";
export { createLog, type Log, type LogLevel, type LogSettings } from "./log.ts";
export { createConnection, type BrokerConnection, type MqttSettings } from "./mqtt.ts";
export { onShutdown, printLine } from "./process.ts";
export { isTelemetryEvent, type Reading, type TelemetryEvent } from "./event.ts";
