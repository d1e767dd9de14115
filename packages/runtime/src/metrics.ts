// What a process says of its configuration as numbers: one list of metrics, and three ways out of it
// (OpenMetrics text, prom-client, OpenTelemetry). No label holds a key, a value or anything else without bound.
import { driftKinds, processHops, staleReasons } from "@veltrix/protocol";
import type { ConfigStatus } from "./held/status.ts";
import { sources } from "./sources/table.ts";

/** Whatever has a status. */
export interface HasStatus {
  status(): ConfigStatus;
}

/** One number, with its labels. */
export interface Sample {
  readonly labels: { readonly [name: string]: string };
  readonly value: number;
}

/** A metric: what it is called and means, and how it is read from a status. */
export interface Metric {
  /** Without the `_total` of a counter. */
  readonly name: string;
  readonly kind: "gauge" | "counter";
  readonly unit?: "seconds";
  readonly help: string;
  readonly labels: readonly string[];
  read(status: ConfigStatus): readonly Sample[];
}

const gauge = (name: string, help: string, read: (status: ConfigStatus) => number): Metric => ({
  name,
  kind: "gauge",
  help,
  labels: [],
  read: (status) => [{ labels: {}, value: read(status) }],
});

const counter = (name: string, help: string, read: (status: ConfigStatus) => number): Metric => ({
  ...gauge(name, help, read),
  kind: "counter",
});

const seconds = (name: string, help: string, read: (status: ConfigStatus) => number): Metric => ({
  ...gauge(name, help, (status) => read(status) / 1_000),
  unit: "seconds",
});

/** One sample per name, so that every series is there from the start and none is ever added. */
function oneOf(label: string, names: readonly string[], current: string | undefined): readonly Sample[] {
  return names.map((name) => ({ labels: { [label]: name }, value: name === current ? 1 : 0 }));
}

function driftSamples({ drift }: ConfigStatus): readonly Sample[] {
  const findings = drift?.findings ?? [];
  return processHops.flatMap((hop) =>
    driftKinds.map((kind) => ({
      labels: { hop, kind },
      value: findings.filter((finding) => finding.hop === hop && finding.kind === kind).length,
    })),
  );
}

/** All metrics. */
export const metrics: readonly Metric[] = [
  {
    name: "veltrix_config_source",
    kind: "gauge",
    help: "Where the configuration comes from.",
    labels: ["source"],
    read: ({ source }) => oneOf("source", [...Object.keys(sources), "test"], source),
  },
  gauge("veltrix_config_from_fallback", "1 when something that stood in for the source is held.", ({ heldFrom }) =>
    heldFrom === "source" ? 0 : 1,
  ),
  seconds("veltrix_config_age_seconds", "Time since a reading last confirmed what is held.", ({ ageMs }) => ageMs),
  gauge("veltrix_config_stale", "1 when what is held may not be what is delivered now.", ({ stale }) => (stale ? 1 : 0)),
  {
    name: "veltrix_config_stale_reason",
    kind: "gauge",
    help: "Why it is stale.",
    labels: ["reason"],
    read: ({ staleReason }) => oneOf("reason", Object.keys(staleReasons), staleReason),
  },
  seconds("veltrix_config_stale_seconds", "Time since it became stale; 0 when it is not.", ({ staleMs }) => staleMs),
  gauge("veltrix_config_ready", "0 when it has been stale for longer than the service allows.", ({ ready }) => (ready ? 1 : 0)),
  gauge(
    "veltrix_config_fingerprint_match",
    "1 when what is held has the fingerprint that is expected; -1 before that was looked up.",
    fingerprintMatch,
  ),
  gauge("veltrix_config_pending_keys", "Keys that wait for a restart.", ({ pending }) => pending.length),
  gauge("veltrix_config_overrides", "Keys that a variable replaces.", ({ overrides }) => overrides.length),
  {
    name: "veltrix_config_drift_findings",
    kind: "gauge",
    help: "Keys that differ, by hop and kind.",
    labels: ["hop", "kind"],
    read: driftSamples,
  },
  gauge(
    "veltrix_config_published_revision",
    "Revision of the config service that is held; 0 with other sources.",
    ({ published }) => published?.revision ?? 0,
  ),
  counter("veltrix_config_reloads", "Reloads that were applied.", ({ counters }) => counters.reloads),
  counter("veltrix_config_rejections", "Deliveries that were refused.", ({ counters }) => counters.rejected),
  counter("veltrix_config_restarts_required", "Deliveries that need a restart.", ({ counters }) => counters.restartRequired),
  counter("veltrix_config_drift_reports", "Drift reports, those that say it is gone included.", ({ counters }) => counters.driftReports),
  counter("veltrix_config_unavailable", "Looks at a source that could not answer.", ({ counters }) => counters.unavailable),
  counter("veltrix_config_watch_errors", "Failures of watching.", ({ counters }) => counters.watchErrors),
  counter("veltrix_config_listener_errors", "Errors of listeners.", ({ counters }) => counters.listenerErrors),
  counter("veltrix_config_state_errors", "Failures to save the last-known-good release.", ({ counters }) => counters.stateErrors),
];

function fingerprintMatch({ drift }: ConfigStatus): number {
  if (drift === undefined) return -1;
  return drift.expectedRoot === drift.actualRoot ? 1 : 0;
}

/** The OpenMetrics 1.0 text of all metrics. */
export function renderOpenMetrics(loaded: HasStatus): string {
  const now = loaded.status();
  const common = { service: now.service, environment: now.environment };
  const lines = metrics.flatMap((metric) => [
    `# TYPE ${metric.name} ${metric.kind}`,
    ...(metric.unit === undefined ? [] : [`# UNIT ${metric.name} ${metric.unit}`]),
    `# HELP ${metric.name} ${metric.help}`,
    ...metric.read(now).map(({ labels, value }) => `${metric.name}${suffixOf(metric)}{${renderLabels({ ...common, ...labels })}} ${value}`),
  ]);
  return `${lines.join("\n")}\n# EOF\n`;
}

function suffixOf({ kind }: Metric): string {
  return kind === "counter" ? "_total" : "";
}

function renderLabels(labels: { readonly [name: string]: string }): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`)
    .join(",");
}

/** What is used of prom-client's module: pass `import client from "prom-client"`. */
export interface PromClient<Registry> {
  readonly Gauge: new (configuration: {
    name: string;
    help: string;
    labelNames: string[];
    registers: Registry[];
    collect(this: PromGauge): void;
  }) => unknown;
}

/** What is used of a gauge of prom-client. */
export interface PromGauge {
  reset(): void;
  set(labels: { [name: string]: string }, value: number): void;
}

/**
 * Registers all metrics with prom-client. Counters are registered as gauges under their full name, because
 * prom-client has no counter that is read from elsewhere; Prometheus stores both alike.
 */
export function registerPromClient<Registry>(loaded: HasStatus, client: PromClient<Registry>, registry: Registry): void {
  for (const metric of metrics) {
    const name = `${metric.name}${suffixOf(metric)}`;
    const gaugeOf = new client.Gauge({
      name,
      help: metric.help,
      labelNames: ["service", "environment", ...metric.labels],
      registers: [registry],
      collect() {
        const now = loaded.status();
        this.reset();
        for (const { labels, value } of metric.read(now))
          this.set({ service: now.service, environment: now.environment, ...labels }, value);
      },
    });
    void gaugeOf;
  }
}

/** What is used of an OpenTelemetry meter: pass `metrics.getMeter("my-service")` of `@opentelemetry/api`. */
export interface OtelMeter {
  createObservableGauge(name: string, options: { description: string; unit?: string }): OtelObservable;
  createObservableCounter(name: string, options: { description: string; unit?: string }): OtelObservable;
}

/** What is used of an observable instrument. */
export interface OtelObservable {
  addCallback(callback: (result: { observe(value: number, attributes: { [name: string]: string }): void }) => void): void;
  removeCallback(callback: (result: { observe(value: number, attributes: { [name: string]: string }): void }) => void): void;
}

/** Observes all metrics with OpenTelemetry. Returns what takes that back. */
export function observeOpenTelemetry(loaded: HasStatus, meter: OtelMeter): () => void {
  const removals = metrics.map((metric) => {
    const options = { description: metric.help, ...(metric.unit === undefined ? {} : { unit: "s" }) };
    const name = metric.name.replace(/^veltrix_config_/, "veltrix.config.").replace(/_seconds$/, "");
    const instrument =
      metric.kind === "counter" ? meter.createObservableCounter(name, options) : meter.createObservableGauge(name, options);
    const callback: Parameters<OtelObservable["addCallback"]>[0] = (result) => {
      const now = loaded.status();
      for (const { labels, value } of metric.read(now))
        result.observe(value, { service: now.service, environment: now.environment, ...labels });
    };
    instrument.addCallback(callback);
    return () => instrument.removeCallback(callback);
  });
  return () => {
    for (const remove of removals) remove();
  };
}
