import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { renderDelivered } from "@veltrix/protocol";
import { describe, expect, it, onTestFinished } from "vitest";
import { statusHandler } from "./http.ts";
import { PASSWORD, withValue } from "./testing/gateway.ts";
import { mountGateway, startGateway } from "./testing/mount.ts";
import { VirtualClock } from "./testing/virtual-clock.ts";

async function serve() {
  const mount = await mountGateway();
  await writeFile(join(mount.dir, "..data", "config.json"), renderDelivered(withValue("/mqtt/brokerUrl", "mqtts://edited.example")));
  const clock = new VirtualClock();
  const started = await startGateway(mount.variables, undefined, { clock, onStale: { refuseAfterMs: 60_000 } });
  await started.begin();
  const handle = statusHandler(started.instance);
  const server = createServer((request, response) => {
    if (!handle(request, response)) response.writeHead(418).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { ...started, mount, clock, ask: (path: string, init?: RequestInit) => fetch(`${base}${path}`, init) };
}

describe("statusHandler", () => {
  it("answers /veltrix/status with keys and hashes, without values and secrets", async () => {
    const { ask } = await serve();
    const response = await ask("/veltrix/status?pretty");
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({
      service: "device-gateway",
      source: "dir",
      ready: true,
      drift: { findings: [{ hop: "deployed-inconsistent", kind: "changed", pointer: "/mqtt/brokerUrl", expected: {}, actual: {} }] },
    });
    for (const value of ["edited.example", PASSWORD]) expect(text).not.toContain(value);
  });

  it("R10: answers /veltrix/ready with 503 once it has been stale for too long", async () => {
    const { ask, mount, look, clock, record } = await serve();
    record("rejected");
    expect((await ask("/veltrix/ready")).status).toBe(200);
    await mount.publish({ "config.json": "{" });
    await look();
    clock.advance(59_999);
    expect((await ask("/veltrix/ready")).status).toBe(200);
    clock.advance(1);
    const response = await ask("/veltrix/ready");
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ ready: false, stale: true, staleReason: "rejected" });
  });

  it("answers /veltrix/metrics as OpenMetrics", async () => {
    const { ask } = await serve();
    const response = await ask("/veltrix/metrics");
    expect(response.headers.get("content-type")).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
    expect(await response.text()).toMatch(/# EOF\n$/);
  });

  it("answers HEAD without a body, refuses other methods, and leaves other paths alone", async () => {
    const { ask } = await serve();
    const head = await ask("/veltrix/status", { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect((await ask("/veltrix/status", { method: "POST" })).status).toBe(405);
    expect((await ask("/veltrix/statusx")).status).toBe(418);
    expect((await ask("/")).status).toBe(418);
  });
});
