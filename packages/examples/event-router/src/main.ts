// The router's process: events come in on one topic and leave on those that the rules name.
import { createConnection, createLog, isTelemetryEvent, onShutdown, printLine, startHealth } from "@veltrix/example-platform";
import { loadConfigOrExit } from "@veltrix/generated/event-router";
import { RecentIds } from "./recent-ids.ts";
import { createRouter } from "./route.ts";

const router = await loadConfigOrExit();
const { config } = router;
const log = createLog("event-router", config.logging);
const broker = createConnection(config.mqtt, log);
const recent = new RecentIds(config.deduplication);
const route = createRouter();

async function forward(payload: Buffer): Promise<void> {
  const event: unknown = JSON.parse(payload.toString("utf8"));
  if (!isTelemetryEvent(event)) throw new Error("the message is not an event");
  if (config.deduplication.enabled && !recent.add(event.id, Date.now())) {
    log("debug", "an event came twice", { event: event.id });
    return;
  }
  const { rules, unmatched } = config.routing.current;
  const matched = route(rules, event);
  for (const output of new Set(matched.map((rule) => rule.to))) {
    await broker.publish(config.outputs[output], payload.toString("utf8"), config.outputs.qos);
  }
  if (matched.length === 0 && unmatched === "dead-letter") {
    await broker.publish(config.topics.deadLetter, payload.toString("utf8"), config.mqtt.qos);
  }
  log("debug", "routed an event", { event: event.id, rules: matched.map((rule) => rule.name) });
}

await broker.consume(config.topics.source, config.mqtt.qos, (_topic, payload) => {
  forward(payload).catch((error: unknown) => log("error", "lost an event", { reason: String(error) }));
});
const closeHealth = await startHealth(config.health, () => router.status());
printLine({ ready: "event-router" });

onShutdown(async () => {
  closeHealth();
  await broker.close();
  await router.close();
});
