import { rm } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { renderDelivered } from "@veltrix/protocol";
import { describe, expect, it, vi } from "vitest";
import { gateway, hashesOf, renderHashes, values, withValue } from "../testing/gateway.ts";
import { mountGateway, startGateway } from "../testing/mount.ts";

describe("reload", () => {
  it("takes hot changes, and those alone, in one step", async () => {
    const mount = await mountGateway();
    const { instance, look, record } = await startGateway(mount.variables);
    const { limits } = instance.config.ingest;
    const [level, before, snapshot] = [instance.config.log.level, limits.current, instance.snapshot()];
    const reloads = record("reload");
    const calls: unknown[] = [];
    limits.subscribe((current, previous) => calls.push([current, previous]));
    level.subscribe(() => calls.push("level"));
    await mount.deliver(withValue("/ingest/limits/perDevice", 6));
    await look();
    expect(limits.current).toEqual({ perDevice: 6, window: 60_000 });
    expect(level.current).toBe("info");
    expect(reloads).toEqual([
      {
        service: "device-gateway",
        environment: "prod",
        revision: 1,
        keys: ["/ingest/limits/perDevice"],
      },
    ]);
    expect(calls).toEqual([[limits.current, before]]);
    expect(snapshot.ingest.limits).toBe(before);
    expect(instance.snapshot().ingest.limits).toBe(limits.current);
    expect(instance.status()).toMatchObject({
      revision: 1,
      stale: false,
      pending: [],
      root: hashesOf(withValue("/ingest/limits/perDevice", 6)).root,
    });
  });

  it("gives a hot subtree that comes and goes", async () => {
    const mount = await mountGateway();
    const { instance, look } = await startGateway(mount.variables);
    const { features } = instance.config;
    expect(features.current).toBeUndefined();
    expect("features" in instance.snapshot()).toBe(false);
    await mount.deliver(withValue("/features", { dark: true }));
    await look();
    expect(features.current).toEqual({ dark: true });
    expect(instance.snapshot().features).toBe(features.current);
    await mount.deliver(withValue("/features", {}));
    await look();
    expect(features.current).toEqual({});
    await mount.deliver(values);
    await look();
    expect(features.current).toBeUndefined();
    expect(instance.status().revision).toBe(3);
  });

  it("R2: reports VX5012 and applies nothing when a restart key changes with a hot one", async () => {
    const mount = await mountGateway();
    const { instance, look, lines } = await startGateway(mount.variables);
    const snapshot = instance.snapshot();
    await mount.deliver(withValue("/mqtt/qos", 2, withValue("/log/level", "warn")));
    await look();
    await look();
    expect(instance.snapshot()).toBe(snapshot);
    expect(instance.status()).toMatchObject({
      revision: 0,
      stale: false,
      pending: ["/mqtt/qos"],
      counters: { restartRequired: 1 },
    });
    expect(lines).toMatchObject([
      {
        details: {
          code: "VX5012",
          event: "restart-required",
          keys: ["/mqtt/qos"],
          next: `veltrix drift mount ${mount.dir} --service device-gateway --env prod`,
        },
      },
    ]);
    await mount.deliver(values);
    await look();
    expect(instance.status()).toMatchObject({ pending: [], revision: 0 });
  });

  it("R2: needs a restart for another secret reference, even below a hot subtree", async () => {
    const definition = gateway({ secrets: { "/features/key": { required: false } } });
    const references = { "/features/key": "mqtt-credentials/password" };
    const mount = await mountGateway(withValue("/features", { dark: true }), {
      secrets: references,
    });
    const { instance, look } = await startGateway(mount.variables, definition);
    const { current } = instance.config.features;
    expect(String((current as { key?: unknown } | undefined)?.key)).toBe("[secret]");
    await mount.deliver(withValue("/features", { dark: false }), {
      secrets: { "/features/key": "mqtt-credentials/other" },
    });
    await look();
    expect(instance.config.features.current).toBe(current);
    expect(instance.status().pending).toEqual(["/features/key"]);
    await mount.deliver(withValue("/features", { dark: false }), { secrets: references });
    await look();
    expect(instance.config.features.current).toMatchObject({
      dark: false,
      key: (current as { key?: unknown } | undefined)?.key,
    });
  });

  it("does nothing when only the spelling of the file changes", async () => {
    const mount = await mountGateway();
    const { instance, look, lines, record } = await startGateway(mount.variables);
    const snapshot = instance.snapshot();
    const reloads = record("reload");
    await mount.publish({
      "config.json": JSON.stringify(values),
      "veltrix.json": renderHashes(values),
    });
    await look();
    expect([instance.snapshot() === snapshot, reloads, lines, instance.status().drift?.findings]).toEqual([true, [], [], []]);
  });

  const broken: readonly (readonly [string, { readonly [name: string]: string }])[] = [
    ["VX5003", { "config.json": "{", "veltrix.json": renderHashes(values) }],
    ["VX5003", { "config.json": "", "veltrix.json": "" }],
    ["VX5002", { "config.json": renderDelivered(values) }],
    [
      "VX5004",
      {
        "config.json": renderDelivered(values),
        "veltrix.json": renderHashes(values, { service: "other" }),
      },
    ],
    ["VX5005", filesOf(withValue("/log/level", "loud"))],
    ["VX5005", filesOf(withValue("/ingest/limits/window", "1 minute"))],
    [
      "VX5006",
      {
        "config.json": renderDelivered(values),
        "veltrix.json": renderHashes(values, { secrets: {} }),
      },
    ],
    [
      "VX5010",
      {
        "config.json": renderDelivered(withValue("/log/level", "warn")),
        "veltrix.json": renderHashes(values, { policy: { onDrift: "refuse", overrides: "allow" } }),
      },
    ],
  ];

  it.each(broken)("R2: reports %s once, keeps the old values by reference, and recovers (%#)", async (code, files) => {
    const mount = await mountGateway();
    const { instance, look, record } = await startGateway(mount.variables);
    const [rejected, stale] = [record("rejected"), record("stale")];
    const [snapshot, limits] = [instance.snapshot(), instance.config.ingest.limits.current];
    await mount.publish(files);
    await look();
    await look();
    expect(rejected).toHaveLength(1);
    expect(rejected[0]?.problems.map((problem) => problem.code)).toContain(code);
    expect([instance.snapshot() === snapshot, instance.config.ingest.limits.current === limits]).toEqual([true, true]);
    expect(instance.status()).toMatchObject({
      stale: true,
      revision: 0,
      counters: { rejected: 1 },
    });
    await mount.deliver(withValue("/log/level", "warn"));
    await look();
    expect(instance.config.log.level.current).toBe("warn");
    expect(instance.status()).toMatchObject({ stale: false, revision: 1 });
    expect(stale.map((event) => event.stale)).toEqual([true, false]);
  });

  it("R2: a folder that disappears is refused once and taken up again", async () => {
    const mount = await mountGateway();
    const { instance, look, lines } = await startGateway(mount.variables);
    await rm(join(mount.dir, "..data"));
    await look();
    await look();
    expect(lines).toMatchObject([
      {
        details: {
          code: "VX5013",
          event: "rejected",
          problems: [{ code: "VX5002" }, { code: "VX5002" }],
        },
      },
    ]);
    await mount.deliver(withValue("/log/level", "warn"));
    await look();
    expect(instance.status()).toMatchObject({ stale: false, revision: 1 });
  });

  it("R2: a validator that throws ends no process", async () => {
    let isBroken = false;
    const definition = gateway();
    const fragile = gateway({
      validate: (value) => {
        if (isBroken) throw new Error("out of luck");
        return definition.validate(value);
      },
    });
    const mount = await mountGateway();
    const { instance, look, record } = await startGateway(mount.variables, fragile);
    const rejected = record("rejected");
    isBroken = true;
    await mount.deliver(withValue("/log/level", "warn"));
    await look();
    expect(rejected).toMatchObject([{ problems: [{ code: "VX5013", message: expect.stringContaining("out of luck") }] }]);
    expect(instance.config.log.level.current).toBe("info");
  });

  it("R2: holds, after any sequence of deliveries, the last one that it could take", async () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant("hot" as const),
        perDevice: fc.nat(9),
        level: fc.constantFrom("debug", "info", "warn"),
      }),
      fc.record({ kind: fc.constant("restart" as const), qos: fc.constantFrom(0, 2) }),
      fc.record({
        kind: fc.constant("broken" as const),
        text: fc.constantFrom("", "{", "[]", '{"mqtt":1}', '{"a":1,"a":2}'),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const mount = await mountGateway();
        const { instance, look } = await startGateway(mount.variables);
        let expected = { perDevice: 5, level: "info" };
        for (const change of steps) {
          const before = instance.snapshot();
          if (change.kind === "hot") {
            await mount.deliver(withValue("/log/level", change.level, withValue("/ingest/limits/perDevice", change.perDevice)));
            expected = { perDevice: change.perDevice, level: change.level };
          } else if (change.kind === "restart") await mount.deliver(withValue("/mqtt/qos", change.qos));
          else
            await mount.publish({
              "config.json": change.text,
              "veltrix.json": renderHashes(values),
            });
          await look();
          const now = instance.snapshot();
          expect({ perDevice: now.ingest.limits.perDevice, level: now.log.level }).toEqual(expected);
          if (change.kind !== "hot") expect(now).toBe(before);
          expect(instance.status().stale).toBe(change.kind === "broken");
          expect(instance.status().pending).toEqual(change.kind === "restart" ? ["/mqtt/qos"] : []);
          expect(now.mqtt.qos).toBe(1);
        }
        await instance.close();
      }),
      { numRuns: 15 },
    );
  });
});

describe("listeners", () => {
  it("R12: isolates and counts a listener that throws, now or later, and calls all others", async () => {
    const mount = await mountGateway();
    const { instance, look } = await startGateway(mount.variables);
    const heard: string[] = [];
    instance.on("reload", () => {
      throw new Error("first");
    });
    instance.on("reload", () => Promise.reject(new Error("second")));
    instance.on("reload", () => heard.push("third"));
    instance.config.log.level.subscribe(() => {
      throw new Error("fourth");
    });
    instance.config.log.level.subscribe((level) => heard.push(level));
    await mount.deliver(withValue("/log/level", "warn"));
    await look();
    expect(heard).toEqual(["warn", "third"]);
    expect(instance.status().counters.listenerErrors).toBe(3);
  });

  it("R12: tells each listener that throws once in the log, without what it threw", async () => {
    const mount = await mountGateway();
    const { instance, look, lines } = await startGateway(mount.variables);
    const fail = (): void => {
      throw new RangeError("hunter2");
    };
    instance.on("reload", fail);
    instance.on("reload", async () => fail());
    instance.config.log.level.subscribe(fail);
    for (const level of ["warn", "debug", "info", "warn"]) {
      await mount.deliver(withValue("/log/level", level));
      await look();
    }
    await vi.waitFor(() => expect(lines).toHaveLength(3));
    expect(instance.status().counters.listenerErrors).toBe(12);
    expect(lines.map(({ message }) => message.split(";")[0]).sort()).toEqual([
      "a listener of /log/level throws: RangeError",
      "a listener of reload throws: RangeError",
      "a listener of reload throws: RangeError",
    ]);
    expect(JSON.stringify(lines)).toContain("reload.test.ts");
    expect(JSON.stringify(lines)).not.toContain("hunter2");
  });

  it("R12: shows the new values to a listener that reads, looks, adds and removes", async () => {
    const mount = await mountGateway();
    const { instance, look } = await startGateway(mount.variables);
    const heard: unknown[] = [];
    let looked: Promise<void> | undefined;
    const remove = instance.on("reload", ({ revision }) => {
      heard.push([revision, instance.config.log.level.current, instance.snapshot().log.level, instance.status().revision]);
      remove();
      instance.on("reload", () => heard.push("late"));
      looked = look();
    });
    await mount.deliver(withValue("/log/level", "warn"));
    await look();
    await looked;
    expect(heard).toEqual([[1, "warn", "warn", 1]]);
    await mount.deliver(withValue("/log/level", "debug"));
    await look();
    expect(heard).toEqual([[1, "warn", "warn", 1], "late"]);
  });

  it("R12: removes one of two subscriptions of the same function", async () => {
    const mount = await mountGateway();
    const { instance, look } = await startGateway(mount.variables);
    let calls = 0;
    const listener = (): void => void calls++;
    const remove = instance.config.log.level.subscribe(listener);
    instance.config.log.level.subscribe(listener);
    remove();
    remove();
    await mount.deliver(withValue("/log/level", "warn"));
    await look();
    expect(calls).toBe(1);
  });

  it("takes no reload after it is closed", async () => {
    const mount = await mountGateway();
    const { instance, look } = await startGateway(mount.variables);
    await instance.close();
    await mount.deliver(withValue("/log/level", "warn"));
    await look();
    expect(instance.config.log.level.current).toBe("info");
  });
});

function filesOf(value: typeof values): { readonly [name: string]: string } {
  return { "config.json": renderDelivered(value), "veltrix.json": renderHashes(value) };
}
