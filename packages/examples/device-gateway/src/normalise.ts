// From a device's message to an event: everything is checked here, so that the services behind need not.
import type { Reading, TelemetryEvent } from "@veltrix/example-platform";
import type { DeviceGatewayConfig } from "@veltrix/generated/device-gateway";

type Ingest = DeviceGatewayConfig["ingest"];

/** What a message is checked against. */
export interface NormaliseOptions {
  readonly site: Pick<DeviceGatewayConfig["site"], "id" | "commissionedOn">;
  readonly metrics: Ingest["metrics"];
  readonly limits: Ingest["limits"]["current"];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export type Outcome = { readonly kind: "event"; readonly event: TelemetryEvent } | { readonly kind: "refused"; readonly reason: string };

const devicePattern = /^[a-z0-9][a-z0-9-]{1,39}$/;

/** Checks `{ measuredAt, readings: { metric: number } }` and gives the event. */
export function normalise(device: string, payload: Buffer, options: NormaliseOptions): Outcome {
  const { limits } = options;
  if (!devicePattern.test(device)) return refuse("the device id is malformed");
  if (payload.length > limits.maxPayload) return refuse(`larger than ${limits.maxPayload} bytes`);
  const message = parse(payload);
  if (message === undefined) return refuse("not a JSON object with measuredAt and readings");
  const reason = checkTime(message.measuredAt, options);
  if (reason !== undefined) return refuse(reason);
  const entries = Object.entries(message.readings);
  if (entries.length === 0) return refuse("no readings");
  if (entries.length > limits.maxReadings) return refuse(`more than ${limits.maxReadings} readings`);
  const readings: Reading[] = [];
  for (const [name, value] of entries) {
    const metric = options.metrics.find((known) => known.name === name);
    if (metric === undefined) return refuse("a metric is not known");
    if (typeof value !== "number" || value < metric.min || value > metric.max) {
      return refuse(`${metric.name} is not between ${metric.min} and ${metric.max}`);
    }
    readings.push({ metric: metric.name, unit: metric.unit, value });
  }
  const measuredAt = new Date(message.measuredAt).toISOString();
  const event = { id: `${options.site.id}/${device}/${measuredAt}`, site: options.site.id, device, measuredAt, readings };
  return { kind: "event", event };
}

function refuse(reason: string): Outcome {
  return { kind: "refused", reason };
}

interface Message {
  readonly measuredAt: string;
  readonly readings: Readonly<Record<string, unknown>>;
}

function parse(payload: Buffer): Message | undefined {
  let value: unknown;
  try {
    value = JSON.parse(payload.toString("utf8"));
  } catch {
    // The caller says so to the device.
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { measuredAt, readings } = value as { readonly measuredAt?: unknown; readonly readings?: unknown }; // checked next
  if (typeof measuredAt !== "string" || typeof readings !== "object" || readings === null) return undefined;
  return { measuredAt, readings: { ...readings } };
}

function checkTime(measuredAt: string, { site, limits, now }: NormaliseOptions): string | undefined {
  const time = Date.parse(measuredAt);
  if (Number.isNaN(time)) return "measuredAt is not a time";
  if (time < Date.parse(site.commissionedOn)) return `measured before ${site.commissionedOn}, when the site went live`;
  if (time > now + limits.maxClockSkew) return "measuredAt is in the future";
  return undefined;
}
