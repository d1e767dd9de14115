import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { renderDelivered } from "@veltrix/protocol";
import { type DataPoint, MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
import { metrics as otel } from "@opentelemetry/api";
import client from "prom-client";
import { describe, expect, it } from "vitest";
import { metrics, observeOpenTelemetry, registerPromClient, renderOpenMetrics } from "./metrics.ts";
import { withValue } from "./testing/gateway.ts";
import { mountGateway, startGateway } from "./testing/mount.ts";

async function drifted() {
  const mount = await mountGateway();
  await writeFile(join(mount.dir, "..data", "config.json"), renderDelivered(withValue("/mqtt/qos", 2)));
  const { instance, begin, look, record } = await startGateway(mount.variables);
  record("drift");
  record("rejected");
  await begin();
  await mount.publish({ "config.json": "{", "veltrix.json": "{" });
  await look();
  return instance;
}

const common = { service: "device-gateway", environment: "prod" };

describe("metrics", () => {
  it("are valid OpenMetrics, each with its type and its unit", async () => {
    const text = renderOpenMetrics(await drifted());
    expect(text.endsWith("\n# EOF\n")).toBe(true);
    let family: { name: string; kind: string } | undefined;
    const seen = new Set<string>();
    for (const line of text.split("\n").slice(0, -2)) {
      const type = /^# TYPE ([a-z_]+) (gauge|counter)$/.exec(line);
      if (type !== null) {
        family = { name: type[1] as string, kind: type[2] as string };
        expect(seen.has(family.name)).toBe(false);
        seen.add(family.name);
        continue;
      }
      const name = family?.name ?? "";
      if (line.startsWith("# UNIT")) {
        expect(line).toBe(`# UNIT ${name} seconds`);
        expect(name).toMatch(/_seconds$/);
      } else if (line.startsWith("# HELP")) expect(line).toMatch(new RegExp(`^# HELP ${name} .+\\.$`));
      else
        expect(line).toMatch(
          new RegExp(`^${name}${family?.kind === "counter" ? "_total" : ""}\\{([a-z]+="[^"\\\\\\n]*",?)+\\} -?[0-9.e+-]+$`),
        );
    }
    expect(seen.size).toBe(metrics.length);
    expect(text).toContain(
      'veltrix_config_drift_findings{service="device-gateway",environment="prod",hop="deployed-inconsistent",kind="changed"} 1\n',
    );
    expect(text).toContain('veltrix_config_stale{service="device-gateway",environment="prod"} 1\n');
    expect(text).toContain('veltrix_config_stale_reason{service="device-gateway",environment="prod",reason="rejected"} 1\n');
    expect(text).toContain('veltrix_config_rejections_total{service="device-gateway",environment="prod"} 1\n');
    expect(text).toContain('veltrix_config_fingerprint_match{service="device-gateway",environment="prod"} 0\n');
  });

  it("V24: have the same series whatever happens", async () => {
    const series = (text: string): readonly string[] => text.split("\n").map((line) => line.replace(/ [^ ]+$/, ""));
    const calm = await startGateway((await mountGateway()).variables);
    expect(series(renderOpenMetrics(await drifted()))).toEqual(series(renderOpenMetrics(calm.instance)));
  });

  it("come out of prom-client as they are", async () => {
    const instance = await drifted();
    const registry = new client.Registry();
    registerPromClient(instance, client, registry);
    const found = await registry.getMetricsAsJSON();
    expect(found.map(({ name }) => name)).toEqual(metrics.map(({ name, kind }) => (kind === "counter" ? `${name}_total` : name)));
    const valuesOf = (name: string): unknown => found.find((metric) => metric.name === name)?.values;
    expect(valuesOf("veltrix_config_stale")).toEqual([{ labels: common, value: 1 }]);
    expect(valuesOf("veltrix_config_rejections_total")).toEqual([{ labels: common, value: 1 }]);
    expect(valuesOf("veltrix_config_source")).toContainEqual({ labels: { ...common, source: "dir" }, value: 1 });
    expect(await registry.metrics()).toContain('veltrix_config_ready{service="device-gateway",environment="prod"} 1');
  });

  it("come out of OpenTelemetry as they are, until that is taken back", async () => {
    const instance = await drifted();
    class Reader extends MetricReader {
      protected override async onForceFlush(): Promise<void> {}
      protected override async onShutdown(): Promise<void> {}
    }
    let calls = 0;
    const reader = new Reader();
    otel.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
    const remove = observeOpenTelemetry({ status: () => (calls++, instance.status()) }, otel.getMeter("test"));
    const pointsOf = async (name: string): Promise<readonly DataPoint<unknown>[] | undefined> => {
      const { resourceMetrics } = await reader.collect();
      return resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics).find(({ descriptor }) => descriptor.name === name)?.dataPoints;
    };
    expect(await pointsOf("veltrix.config.stale")).toMatchObject([{ attributes: common, value: 1 }]);
    expect(await pointsOf("veltrix.config.rejections")).toMatchObject([{ attributes: common, value: 1 }]);
    expect(await pointsOf("veltrix.config.age")).toHaveLength(1);
    remove();
    const before = calls;
    await reader.collect();
    expect([before > 0, calls]).toEqual([true, before]);
  });
});
