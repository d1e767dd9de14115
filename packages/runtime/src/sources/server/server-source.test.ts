import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { gateway, hashesOf, values, withValue } from "../../testing/gateway.ts";
import { loadGateway, mountGateway, problemsOf } from "../../testing/mount.ts";
import { NOTHING_LISTENS } from "../../testing/service-faults.ts";
import { FastClock, LeapingClock, VirtualClock } from "../../testing/virtual-clock.ts";
import { until, warn, startService, prepare, follow, savedIn, reportsOf } from "../../testing/server-source.ts";

describe("source server", () => {
  it("starts from the current release, follows the stream, reports and saves what it applied", async () => {
    const service = await startService();
    const where = await prepare(service.url);
    const { instance, begin, lines } = await follow(where);
    expect(instance.status()).toMatchObject({
      source: "server",
      published: { epoch: 1, revision: 1 },
      heldFrom: "source",
      stale: false,
      ready: true,
    });
    await begin();
    await until(() => expect(service.watchers).toBe(1));
    service.publish(warn);
    await until(() => expect(instance.config.log.level.current).toBe("warn"));
    await until(() => expect(reportsOf(service)).toEqual(["accepted", "accepted"]));
    const { instance: name, report } = service.reports.at(-1) ?? {};
    expect(report).toMatchObject({ format: 1, epoch: 1, revision: 2, root: hashesOf(warn).root, contract: gateway().contract, causes: [] });
    expect(name).toMatch(/^[-.\w]+-[0-9a-f]{8}$/);
    await until(async () => expect(await savedIn(where.stateDir)).toMatchObject({ kind: "saved", release: { revision: 2 } }));
    expect(service.requests.find(({ path }) => path.endsWith("/watch"))?.headers["last-event-id"]).toBe("1.1");
    expect(lines).toEqual([]);
  });

  it("R2: keeps what it holds when a release breaks the contract, and reports the key and the rule", async () => {
    const service = await startService();
    const { instance, begin, events, record } = await follow(await prepare(service.url));
    record("rejected");
    await begin();
    await until(() => expect(service.watchers).toBe(1));
    const { config } = instance;
    service.publish(withValue("/mqtt/qos", 7, warn));
    await until(() => expect(reportsOf(service)).toContain("rejected"));
    expect(instance.config).toBe(config);
    expect(instance.config.log.level.current).toBe("info");
    expect(instance.status()).toMatchObject({ stale: true, staleReason: "rejected", published: { revision: 1 } });
    expect(service.reports.at(-1)?.report).toMatchObject({
      revision: 2,
      causes: [{ pointer: "/mqtt/qos", rule: "maximum" }],
      root: hashesOf(values).root,
    });
    expect(events).toHaveLength(1);
    service.publish(warn);
    await until(() => expect(instance.config.log.level.current).toBe("warn"));
    expect(instance.status()).toMatchObject({ stale: false, published: { revision: 3 } });
  });

  it("reports kept, with the keys, when a release needs a restart", async () => {
    const service = await startService();
    const where = await prepare(service.url);
    const { instance, begin, record } = await follow(where);
    record("restart-required");
    await begin();
    await until(() => expect(service.watchers).toBe(1));
    await until(async () => expect(await savedIn(where.stateDir)).toMatchObject({ kind: "saved" }));
    service.publish(withValue("/mqtt/qos", 2, warn));
    await until(() =>
      expect(service.reports.at(-1)?.report).toMatchObject({
        result: "kept",
        revision: 2,
        causes: [{ pointer: "/mqtt/qos", rule: "x-reload" }],
      }),
    );
    expect(instance.status()).toMatchObject({ pending: ["/mqtt/qos"], published: { revision: 1 } });
    expect(await savedIn(where.stateDir)).toMatchObject({ release: { revision: 1 } });
  });

  it("R7: refuses an older release, and other values under the same revision; a higher epoch is taken", async () => {
    const service = await startService();
    service.publish(values, { id: { epoch: 1, revision: 8 } });
    const { instance, follower, begin } = await follow(await prepare(service.url));
    await begin();
    for (const id of [
      { epoch: 1, revision: 7 },
      { epoch: 1, revision: 8 },
    ]) {
      service.publish(warn, { id });
      await follower.look();
      expect(instance.status()).toMatchObject({ stale: true, published: { revision: 8 } });
      expect(instance.config.log.level.current).toBe("info");
    }
    service.publish(warn, { id: { epoch: 2, revision: 1 } });
    await follower.look();
    expect(instance.status()).toMatchObject({ stale: false, published: { epoch: 2, revision: 1 } });
    service.publish(values, { id: { epoch: 1, revision: 99 } });
    await follower.look();
    expect(instance.config.log.level.current).toBe("warn");
  });

  it("R7: remembers across restarts what was in use", async () => {
    const service = await startService();
    service.publish(values, { id: { epoch: 1, revision: 8 } });
    const where = await prepare(service.url);
    await (await follow(where)).begin();
    await until(async () => expect(await savedIn(where.stateDir)).toMatchObject({ kind: "saved" }));
    service.publish(warn, { id: { epoch: 1, revision: 7 } });
    expect(await problemsOf(loadGateway(where.variables))).toMatchObject([{ code: "VX5017", message: expect.stringContaining("1.7") }]);
  });

  it("says a rollback by its new revision, with the same values", async () => {
    const service = await startService();
    const { instance, follower, begin } = await follow(await prepare(service.url));
    await begin();
    service.publish(values);
    await until(() => expect(instance.status().published).toEqual({ epoch: 1, revision: 2 }));
    expect(instance.status().revision).toBe(0);
    await follower.look();
    expect(service.requests.findLast(({ path }) => path.endsWith("/release"))?.headers["if-none-match"]).toBe(`"${hashesOf(values).root}"`);
  });

  it("R10: is stale once the service has been away for the deadline, and says so once; current when it is back", async () => {
    const service = await startService();
    const clock = new VirtualClock();
    const { instance, begin, follower, lines, events, record } = await follow(await prepare(service.url), { clock });
    await begin();
    await until(() => expect(service.watchers).toBe(1));
    service.answering = (_request, response) => response.writeHead(503).end() !== undefined;
    service.cut();
    await until(() => expect(instance.status().counters.watchErrors).toBe(1));
    await follower.look();
    expect(instance.status()).toMatchObject({ stale: false, counters: { unavailable: 1, rejected: 0 } });
    clock.advance(15_000);
    await follower.look();
    expect(instance.status()).toMatchObject({ stale: true, staleReason: "unreachable", ready: true });
    expect(instance.status().ageMs).toBeGreaterThanOrEqual(15_000);
    clock.advance(3_600_000);
    await follower.look();
    expect(instance.status().ageMs).toBeGreaterThanOrEqual(3_600_000);
    expect(lines).toMatchObject([{ details: { code: "VX5016", event: "stale", problems: [{ code: "VX5016" }] } }]);
    record("stale");
    service.answering = undefined;
    await follower.look();
    expect(events).toMatchObject([{ event: { stale: false, ready: true, reason: undefined } }]);
    expect(instance.status()).toMatchObject({ stale: false, staleMs: 0, ageMs: 0 });
  });

  it("R10: stops being ready after refuseAfterMs, and goes on serving what it holds", async () => {
    const service = await startService();
    const clock = new VirtualClock();
    const { instance, begin, follower, events, record } = await follow(await prepare(service.url), {
      clock,
      onStale: { refuseAfterMs: 60_000 },
    });
    record("stale");
    await begin();
    service.answering = (_request, response) => response.writeHead(500).end() !== undefined;
    service.cut();
    await follower.look();
    clock.advance(15_000);
    await follower.look();
    expect(instance.status()).toMatchObject({ stale: true, ready: true });
    clock.advance(59_999);
    expect(instance.status().ready).toBe(true);
    clock.advance(1);
    expect(instance.status().ready).toBe(false);
    expect(instance.config.log.level.current).toBe("info");
    expect(events.map(({ event }) => event)).toMatchObject([
      { stale: true, ready: true },
      { stale: true, ready: false, reason: "unreachable" },
    ]);
  });

  it("R20: leaves a stream that floods it, and goes on serving", async () => {
    const service = await startService();
    const { instance, begin } = await follow(await prepare(service.url));
    await begin();
    await until(() => expect(service.watchers).toBe(1));
    service.send(":\n".repeat(200_000));
    await until(() => expect(instance.status().counters.watchErrors).toBe(1));
    expect(instance.config.log.level.current).toBe("info");
  });

  it("R9: a wall clock that jumps by days ages nothing", async () => {
    const service = await startService();
    const { instance, begin } = await follow(await prepare(service.url), { onStale: { refuseAfterMs: 1_000 } });
    await begin();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 86_400_000 });
    onTestFinished(() => void vi.useRealTimers());
    expect(instance.status()).toMatchObject({ stale: false, ready: true });
    expect(instance.status().ageMs).toBeLessThan(60_000);
    vi.setSystemTime(0);
    expect(instance.status().ageMs).toBeGreaterThanOrEqual(0);
  });

  it("R5: starts from the last-known-good, marked stale, and takes the release when the service is back", async () => {
    const service = await startService();
    const where = await prepare(service.url);
    await (await follow(where)).begin();
    await until(async () => expect(await savedIn(where.stateDir)).toMatchObject({ kind: "saved" }));
    service.answering = (_request, response) => response.writeHead(503).end() !== undefined;
    // A minute of pauses in some seconds.
    const { instance, begin, lines } = await follow(where, { clock: new FastClock(10) });
    expect(instance.status()).toMatchObject({
      source: "server",
      stale: true,
      staleReason: "fallback",
      heldFrom: "last-known-good",
      published: { revision: 1 },
    });
    await begin();
    expect(lines).toMatchObject([{ details: { event: "stale", code: "VX5016", problems: [{ code: "VX5016" }] } }]);
    service.answering = undefined;
    service.publish(warn);
    await until(() => expect(instance.status()).toMatchObject({ stale: false, heldFrom: "source", published: { revision: 2 } }));
    expect(instance.config.log.level.current).toBe("warn");
    expect(lines.at(-1)?.message).toBe("the configuration is current again");
  });

  it("R5: prefers the deploy-time release when another one was deployed since the last-known-good was saved", async () => {
    const mount = await mountGateway();
    const service = await startService(warn);
    const where = await prepare(service.url, { VELTRIX_CONFIG_DIR: mount.dir });
    await (await follow(where)).begin();
    await until(async () => expect(await savedIn(where.stateDir)).toMatchObject({ kind: "saved" }));
    service.answering = (_request, response) => response.writeHead(503).end() !== undefined;
    const clock = new LeapingClock();
    const before = await loadGateway(where.variables, { clock });
    expect(before.status().heldFrom).toBe("last-known-good");
    await mount.deliver(withValue("/log/level", "debug"));
    const after = await loadGateway(where.variables, { clock });
    expect(after.status()).toMatchObject({ heldFrom: "deployment", stale: true, published: undefined });
    expect(after.config.log.level.current).toBe("debug");
  });

  it("R5: lists everything that was tried when there is nothing to start from", async () => {
    const mount = await mountGateway(withValue("/mqtt/qos", 9));
    const where = await prepare(NOTHING_LISTENS, { VELTRIX_CONFIG_DIR: mount.dir });
    await mkdir(where.stateDir);
    await writeFile(join(where.stateDir, "device-gateway.prod.release"), "veltrix", { mode: 0o600 });
    const problems = await problemsOf(loadGateway(where.variables, { clock: new LeapingClock() }));
    expect(problems.map(({ code, source }) => [code, source])).toEqual([
      ["VX5016", `${NOTHING_LISTENS}/v1/services/device-gateway/environments/prod/release`],
      ["VX5018", join(where.stateDir, "device-gateway.prod.release")],
      ["VX5005", mount.dir],
    ]);
  });

  it("R5: comes back while it starts, where there is nothing else to start from", async () => {
    const service = await startService();
    let failures = 2;
    service.answering = (_request, response) => (failures-- > 0 ? response.writeHead(503).end() !== undefined : false);
    const { variables } = await prepare(service.url);
    expect((await loadGateway(variables)).status()).toMatchObject({ stale: false, heldFrom: "source" });
  });
});
