// The gateway's process: telemetry comes in by HTTP and MQTT, events go out by MQTT.
import { createConnection, createLog, onShutdown, printLine, startHealth } from "@veltrix/example-platform";
import { loadConfigOrExit } from "@veltrix/generated/device-gateway";
import { startHttp } from "./http.ts";
import { normalise, type Outcome } from "./normalise.ts";

const gateway = await loadConfigOrExit();
const { config } = gateway;
const log = createLog("device-gateway", config.logging);
const broker = createConnection(config.mqtt, log);

async function ingest(device: string, payload: Buffer): Promise<Outcome> {
  const { metrics, limits } = config.ingest;
  const outcome = normalise(device, payload, { site: config.site, metrics, limits: limits.current, now: Date.now() });
  if (outcome.kind === "refused") log("warn", "refused telemetry", { device, reason: outcome.reason });
  else await broker.publish(config.topics.events, JSON.stringify(outcome.event), config.mqtt.qos);
  return outcome;
}

await broker.consume(`${config.topics.telemetry}/+`, config.mqtt.qos, (topic, payload) => {
  ingest(topic.slice(config.topics.telemetry.length + 1), payload).catch((error: unknown) => {
    log("error", "lost an event", { topic, reason: String(error) });
  });
});
const closeHttp = await startHttp(config, ingest);
const closeHealth = await startHealth(config.health, () => gateway.status());
log("info", "taking telemetry", { url: config.http.publicUrl });
printLine({ ready: "device-gateway", port: config.http.port });

onShutdown(async () => {
  closeHealth();
  closeHttp();
  await broker.close();
  await gateway.close();
});
