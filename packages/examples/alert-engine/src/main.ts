// The engine's process: events come in, alerts go out to the topic, to stdout and to the webhook.
import { createConnection, createLog, isTelemetryEvent, onShutdown, printLine, startHealth } from "@veltrix/example-platform";
import { loadConfigOrExit } from "@veltrix/generated/alert-engine";
import { type Alert, AlertEvaluator } from "./evaluate.ts";
import { postAlert } from "./webhook.ts";

const engine = await loadConfigOrExit();
const { config } = engine;
const log = createLog("alert-engine", config.logging);
const broker = createConnection(config.mqtt, log);
const evaluator = new AlertEvaluator(config.evaluation);

async function raise(alert: Alert): Promise<void> {
  const { runbook, onCall, webhook } = config.notification;
  const message = { ...alert, runbook, onCall };
  printLine({ alert: message });
  await broker.publish(config.topics.alerts, JSON.stringify(message), config.mqtt.qos);
  if (webhook !== undefined) await postAlert(webhook, message);
}

async function evaluate(payload: Buffer): Promise<void> {
  const event: unknown = JSON.parse(payload.toString("utf8"));
  if (!isTelemetryEvent(event)) throw new Error("the message is not an event");
  const rules = { thresholds: config.evaluation.thresholds.current, mutes: config.mutes.current };
  for (const alert of evaluator.evaluate(event, rules, Date.now())) await raise(alert);
}

await broker.consume(config.topics.source, config.topics.sourceQos, (_topic, payload) => {
  evaluate(payload).catch((error: unknown) => log("error", "lost an event or an alert", { reason: String(error) }));
});
const closeHealth = await startHealth(config.health, () => engine.status());
printLine({ ready: "alert-engine" });

onShutdown(async () => {
  closeHealth();
  await broker.close();
  await engine.close();
});
