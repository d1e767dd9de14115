import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { type JsonValue, leavesOf, parseHashesFile, renderDelivered } from "@veltrix/protocol";
import { hashLeaf } from "@veltrix/protocol/fingerprint";
import { describe, expect, it } from "vitest";
import { compareDelivered, readDelivered } from "../index.ts";
import { gateway, hashesOf, renderHashes, values, withValue } from "../testing/gateway.ts";
import { loadGateway, type Mount, mountGateway, problemsOf, startGateway } from "../testing/mount.ts";

/** Edits config.json as `kubectl edit` would, and leaves veltrix.json as it was built. */
function edit(mount: Mount, value: typeof values, changes: Parameters<typeof hashesOf>[1] = {}): Promise<void> {
  return mount.publish({
    "config.json": renderDelivered(value),
    "veltrix.json": renderHashes(values, changes),
  });
}

const qosHash = (value: number): string => hashLeaf({ pointer: "/mqtt/qos", value });

describe("drift at the start", () => {
  it("says in sync, and same release, for what was built", async () => {
    const { instance, begin, lines } = await startGateway((await mountGateway()).variables);
    expect(instance.status()).toMatchObject({
      drift: undefined,
      release: "unknown",
      root: hashesOf(values).root,
    });
    await begin();
    const { root } = hashesOf(values);
    expect(instance.status()).toMatchObject({
      drift: { findings: [], expectedRoot: root, actualRoot: root },
      release: "same",
    });
    expect(lines).toEqual([]);
  });

  it("reports VX5010 per key with hashes, and the value that is there", async () => {
    const mount = await mountGateway();
    await edit(mount, withValue("/mqtt/qos", 2));
    const { instance, begin, lines } = await startGateway(mount.variables);
    await begin();
    expect(instance.status().drift?.findings).toEqual([
      {
        service: "device-gateway",
        environment: "prod",
        hop: "deployed-inconsistent",
        kind: "changed",
        pointer: "/mqtt/qos",
        expected: { hash: qosHash(1) },
        actual: { hash: qosHash(2), value: 2 },
      },
    ]);
    expect(instance.status().root).toBe(hashesOf(withValue("/mqtt/qos", 2)).root);
    expect(lines).toMatchObject([
      {
        message: "configuration drift: deployed-inconsistent",
        details: {
          code: "VX5010",
          service: "device-gateway",
          environment: "prod",
          keys: ["/mqtt/qos"],
          next: `veltrix drift mount ${mount.dir} --service device-gateway --env prod`,
        },
      },
    ]);
  });

  it("reports missing and added keys", async () => {
    const mount = await mountGateway();
    await edit(mount, withValue("/mqtt/retain", true, withValue("/endpoints", undefined)));
    const { instance, begin } = await startGateway(mount.variables);
    await begin();
    expect(instance.status().drift?.findings.map(({ kind, pointer }) => [kind, pointer])).toEqual([
      ["missing", "/endpoints"],
      ["added", "/mqtt/retain"],
    ]);
  });

  it("reports VX5010 and does not start when the policy says refuse", async () => {
    const mount = await mountGateway();
    await edit(mount, withValue("/mqtt/qos", 2), {
      policy: { onDrift: "refuse", overrides: "allow" },
    });
    const problems = await problemsOf(loadGateway(mount.variables));
    expect(problems).toMatchObject([{ code: "VX5010", pointer: "/mqtt/qos", message: expect.stringContaining("actual 2") }]);
    await edit(mount, values, { policy: { onDrift: "refuse", overrides: "allow" } });
    await expect(loadGateway(mount.variables)).resolves.toBeDefined();
  });

  it("tells another release of values from drift", async () => {
    const { instance, begin, lines } = await startGateway((await mountGateway(withValue("/mqtt/qos", 2))).variables);
    await begin();
    expect(instance.status()).toMatchObject({ release: "differs", drift: { findings: [] } });
    expect(lines).toEqual([]);
  });

  it.each([
    [
      "has no such environment",
      gateway({
        fingerprints: async () => ({ ...(await gateway().fingerprints()), environments: {} }),
      }),
    ],
    ["cannot be loaded", gateway({ fingerprints: () => Promise.reject(new Error("no such file")) })],
  ])("does not know the release when the package %s", async (_name, definition) => {
    const { instance, begin } = await startGateway((await mountGateway()).variables, definition);
    await begin();
    expect(instance.status()).toMatchObject({ release: "unknown", drift: { findings: [] } });
  });

  it("reports VX5014 for values of another contract that this code can read, and starts", async () => {
    const mount = await mountGateway(values, {
      contract: "v1:sha256:c1",
      contractVersion: "1.3.0",
    });
    const { instance, begin, lines } = await startGateway(mount.variables);
    await begin();
    expect(instance.status().drift?.findings).toMatchObject([
      {
        hop: "contract-skew",
        pointer: "",
        expected: { hash: "v1:sha256:c0", value: "1.2.0" },
        actual: { hash: "v1:sha256:c1", value: "1.3.0" },
      },
    ]);
    expect(lines).toMatchObject([{ details: { code: "VX5014" } }]);
  });

  it("shows no value where a key is secret", async () => {
    const leaked = renderDelivered(withValue("/mqtt/password", { plain: "canary" }));
    const report = await compareDelivered({
      configText: leaked,
      hashes: hashesOf(values),
      previous: values,
    });
    expect(report.findings).toMatchObject([{ kind: "added", pointer: "/mqtt/password/plain", expected: {} }]);
    expect(JSON.stringify(report)).not.toContain("canary");
  });
});

describe("drift while running", () => {
  it("reports an edit with the value that was held, and when it is gone", async () => {
    const mount = await mountGateway();
    const { instance, begin, look, record } = await startGateway(mount.variables);
    await begin();
    const reports = record("drift");
    await edit(mount, withValue("/log/level", "debug"));
    await look();
    await edit(mount, withValue("/log/level", "warn"));
    await look();
    await mount.deliver(values);
    await look();
    const seen = reports.map(({ findings }) => findings.map(({ pointer, expected, actual }) => [pointer, expected.value, actual.value]));
    expect(seen).toEqual([[["/log/level", "info", "debug"]], [["/log/level", "info", "warn"]], []]);
    expect(instance.status()).toMatchObject({
      revision: 3,
      root: hashesOf(values).root,
      counters: { driftReports: 3 },
    });
  });

  it("reports an edit of a restart key that is not applied", async () => {
    const mount = await mountGateway();
    const { instance, begin, look, record } = await startGateway(mount.variables);
    await begin();
    const reports = record("drift");
    await edit(mount, withValue("/mqtt/qos", 2));
    await look();
    expect(reports).toMatchObject([{ findings: [{ pointer: "/mqtt/qos", expected: { value: 1 }, actual: { value: 2 } }] }]);
    expect(instance.status()).toMatchObject({
      pending: ["/mqtt/qos"],
      root: hashesOf(values).root,
    });
  });

  it("says the same thing once", async () => {
    const mount = await mountGateway();
    const { begin, look, lines } = await startGateway(mount.variables);
    await begin();
    await edit(mount, withValue("/log/level", "debug"));
    await look();
    await edit(mount, withValue("/log/level", "debug"), { contractVersion: "1.2.0" });
    await look();
    await look();
    expect(lines).toHaveLength(1);
    await mount.deliver(values);
    await look();
    expect(lines[1]?.message).toContain("resolved");
  });
});

describe("compareDelivered", () => {
  const delivery = fc.tuple(
    fc.constantFrom(...leavesOf(values).map(({ pointer }) => pointer)),
    fc.jsonValue({ maxDepth: 1 }) as fc.Arbitrary<JsonValue>,
  );

  it("R15: finds every changed value, and only it", async () => {
    await fc.assert(
      fc.asyncProperty(delivery, async ([pointer, value]) => {
        const changed = withValue(pointer, value);
        fc.pre(JSON.stringify(leavesOf(changed)) !== JSON.stringify(leavesOf(values)) && !/[\ud800-\udfff]/.test(JSON.stringify(value)));
        fc.pre(!/__proto__|constructor|prototype/.test(JSON.stringify(value)));
        const report = await compareDelivered({
          configText: renderDelivered(changed),
          hashes: hashesOf(values),
        });
        expect(report.findings.length).toBeGreaterThan(0);
        for (const finding of report.findings) expect(finding.pointer === pointer || finding.pointer.startsWith(`${pointer}/`)).toBe(true);
        expect(report.actualRoot).toBe(hashesOf(changed).root);
      }),
      { numRuns: 300 },
    );
  });

  it("R15: raises no alarm for any other spelling of the same values", async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat(1000)), fc.constantFrom(0, 1, 4, "\t"), fc.boolean(), async (order, indent, isWindows) => {
        const shuffled = shuffle(values, order);
        const text = JSON.stringify(shuffled, undefined, indent).replace('"qos":1,', '"qos":1.0,');
        const report = await compareDelivered({
          configText: isWindows ? text.replaceAll("\n", "\r\n") : text,
          hashes: hashesOf(values),
        });
        expect(report.findings).toEqual([]);
        expect(report.actualRoot).toBe(report.expectedRoot);
      }),
      { numRuns: 300 },
    );
  });

  it("reads a mounted folder as a process does, and says what is wrong with it", async () => {
    const mount = await mountGateway();
    const { configText, hashes } = await delivered(mount.dir);
    expect(configText).toBe(await readFile(join(mount.dir, "config.json"), "utf8"));
    expect(parseHashesFile(await readFile(join(mount.dir, "veltrix.json"), "utf8"))).toEqual({
      kind: "hashes",
      file: hashes,
    });
    await writeFile(join(mount.dir, "veltrix.json"), "{}");
    expect(await readDelivered(mount.dir)).toMatchObject({
      kind: "refused",
      problems: [{ code: "VX5003", source: join(mount.dir, "veltrix.json") }],
    });
    await expect(compareDelivered({ configText: "{", hashes, dir: "/mnt" })).rejects.toMatchObject({
      problems: [{ code: "VX5003", source: "/mnt" }],
    });
  });
});

async function delivered(dir: string): Promise<Extract<Awaited<ReturnType<typeof readDelivered>>, { kind: "delivered" }>> {
  const files = await readDelivered(dir);
  if (files.kind !== "delivered") throw new Error(JSON.stringify(files.problems));
  return files;
}

function shuffle(value: JsonValue, order: { next(): IteratorResult<number> }): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => shuffle(item, order));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, member]) => ({
    key,
    member: shuffle(member, order),
    rank: Number(order.next().value),
  }));
  return Object.fromEntries(entries.sort((a, b) => a.rank - b.rank).map(({ key, member }) => [key, member]));
}
