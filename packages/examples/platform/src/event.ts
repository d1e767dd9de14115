// The event that travels from the gateway over the router to the alert engine.

/** One measured value. */
export interface Reading {
  readonly metric: string;
  readonly unit: string;
  readonly value: number;
}

/** What one device measured at one instant. */
export interface TelemetryEvent {
  /** The same for the same measurement, whichever way and however often it arrives. */
  readonly id: string;
  readonly site: string;
  readonly device: string;
  /** RFC 3339, UTC. */
  readonly measuredAt: string;
  readonly readings: readonly Reading[];
}

/** True when a parsed message is an event. */
export function isTelemetryEvent(value: unknown): value is TelemetryEvent {
  if (typeof value !== "object" || value === null) return false;
  // Every member is checked below before it is believed.
  const event = value as Partial<TelemetryEvent>;
  const texts = [event.id, event.site, event.device, event.measuredAt];
  return texts.every((text) => typeof text === "string") && Array.isArray(event.readings) && event.readings.every(isReading);
}

function isReading(value: unknown): value is Reading {
  if (typeof value !== "object" || value === null) return false;
  // As above.
  const reading = value as Partial<Reading>;
  return typeof reading.metric === "string" && typeof reading.unit === "string" && typeof reading.value === "number";
}
