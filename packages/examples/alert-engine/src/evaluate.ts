// When a reading is an alert: over its threshold often enough, not muted, not raised a moment ago.
import type { Reading, TelemetryEvent } from "@veltrix/example-platform";
import type { AlertEngineConfig } from "@veltrix/generated/alert-engine";

type Evaluation = AlertEngineConfig["evaluation"];

/** The hot part of the configuration: handed over with every event. */
export interface AlertRules {
  readonly thresholds: Evaluation["thresholds"]["current"];
  readonly mutes: AlertEngineConfig["mutes"]["current"];
}

/** One alert. */
export interface Alert {
  readonly severity: "warning" | "critical";
  readonly device: string;
  readonly site: string;
  readonly metric: string;
  readonly value: number;
  readonly threshold: number;
  readonly measuredAt: string;
}

/** Counts samples and pauses between alerts, in memory. */
export class AlertEvaluator {
  readonly #settings: Pick<Evaluation, "minSamples" | "window" | "cooldown">;
  readonly #samples = new Map<string, readonly number[]>();
  readonly #raisedAt = new Map<string, number>();

  constructor(settings: Pick<Evaluation, "minSamples" | "window" | "cooldown">) {
    this.#settings = settings;
  }

  /** The alerts that an event raises at `now` (milliseconds). */
  evaluate(event: TelemetryEvent, rules: AlertRules, now: number): readonly Alert[] {
    if (isMuted(event.device, rules.mutes, now)) return [];
    return event.readings.flatMap((reading) => {
      const breach = breachOf(reading, rules.thresholds);
      if (breach === undefined) return [];
      const key = `${event.device} ${reading.metric} ${breach.severity}`;
      if (!this.#isDue(key, now)) return [];
      const { device, site, measuredAt } = event;
      return [{ ...breach, device, site, metric: reading.metric, value: reading.value, measuredAt }];
    });
  }

  #isDue(key: string, now: number): boolean {
    const { minSamples, window, cooldown } = this.#settings;
    const samples = [...(this.#samples.get(key) ?? []), now].filter((time) => time > now - window);
    this.#samples.set(key, samples);
    const raisedAt = this.#raisedAt.get(key);
    if (samples.length < minSamples || (raisedAt !== undefined && now < raisedAt + cooldown)) return false;
    this.#raisedAt.set(key, now);
    return true;
  }
}

function isMuted(device: string, mutes: AlertRules["mutes"], now: number): boolean {
  return mutes.some((mute) => now < Date.parse(mute.until) && new RegExp(mute.device, "u").test(device));
}

function breachOf(reading: Reading, thresholds: AlertRules["thresholds"]): Pick<Alert, "severity" | "threshold"> | undefined {
  const { metric, value } = reading;
  if (metric !== "temperature" && metric !== "humidity" && metric !== "battery") return undefined;
  const limits = thresholds[metric];
  const isBeyond = (limit: number): boolean => (metric === "battery" ? value <= limit : value >= limit);
  if (isBeyond(limits.critical)) return { severity: "critical", threshold: limits.critical };
  if (isBeyond(limits.warning)) return { severity: "warning", threshold: limits.warning };
  return undefined;
}
