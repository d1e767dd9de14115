// Posts alerts to the webhook, where the environment has one.
import type { AlertEngineConfig } from "@veltrix/generated/alert-engine";

type Webhook = NonNullable<AlertEngineConfig["notification"]["webhook"]>;

/** Posts one alert. Rejects when the webhook does not answer in time, or not with success. */
export async function postAlert(webhook: Webhook, alert: Readonly<Record<string, unknown>>): Promise<void> {
  const response = await fetch(webhook.url, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${webhook.token.reveal()}` },
    body: JSON.stringify(alert),
    signal: AbortSignal.timeout(webhook.timeout),
  });
  if (!response.ok) throw new Error(`the webhook answered ${response.status}`);
}
