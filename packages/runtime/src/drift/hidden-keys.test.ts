import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { canonicalize, type JsonObject, type JsonValue, renderDelivered } from "@veltrix/protocol";
import { fingerprintConfig, hashLeaf } from "@veltrix/protocol/fingerprint";
import { describe, expect, it, vi } from "vitest";
import { answerStatus, statusPaths } from "../http.ts";
import { compareDelivered } from "../index.ts";
import { gateway, hashesOf, renderHashes, values, withValue } from "../testing/gateway.ts";
import { loadGateway, mountGateway, problemsOf, startGateway } from "../testing/mount.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";

const PIN = "4711-canary";

/** What somebody with all the other values could tell the pasted text by. */
function tracesOf(value: JsonValue, pointer: string): readonly string[] {
  const plain = createHash("sha256")
    .update(canonicalize(PIN as JsonValue))
    .digest("hex");
  return [PIN, plain, hashLeaf({ pointer, value: PIN }), fingerprintConfig(value).root];
}

/** Places where a secret may be pasted, none of which the contract declares. */
const places: readonly (readonly [name: string, pointer: string, pasted: JsonObject])[] = [
  ["beside the keys", "/dbPassword", withValue("/dbPassword", PIN)],
  ["in an object", "/mqtt/pasword", withValue("/mqtt/pasword", PIN)],
  ["below a new object", "/db/auth/pin", withValue("/db", { auth: { pin: PIN } })],
  ["at a secret that has no reference", "/mqtt/token", withValue("/mqtt/token", PIN)],
  ["at a secret that has one", "/mqtt/password", withValue("/mqtt/password", PIN)],
  ["in place of an object", "/ingest/limits", withValue("/ingest/limits", PIN)],
  ["in an open object", "/features/pin", withValue("/features", { pin: PIN })],
];

function expectNoTrace(outputs: { readonly [name: string]: unknown }, pointer: string, pasted: JsonObject): void {
  for (const [name, output] of Object.entries(outputs)) {
    const text = typeof output === "string" ? output : JSON.stringify(output);
    for (const trace of tracesOf(pasted, pointer)) expect(`${name}: ${text}`).not.toContain(trace);
    expect(text.length).toBeGreaterThan(0);
  }
}

describe("a secret at a key that nobody declared", () => {
  it.each(places)("S2: stands in nothing that a running process says, %s", async (_name, pointer, pasted) => {
    const mount = await mountGateway();
    const written = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    const { instance, begin, look, lines } = await startGateway(mount.variables);
    await begin();
    await mount.publish({ "config.json": renderDelivered(pasted), "veltrix.json": renderHashes(values) });
    await look();
    const told = [...lines, ...written.mock.calls];
    written.mockRestore();
    expect(told).not.toEqual([]);
    const outputs = Object.fromEntries(Object.values(statusPaths).map((path) => [path, answerStatus(instance, path)?.body ?? ""]));
    expect(instance.status().drift?.findings.map((finding) => finding.pointer)).toContain(pointer);
    expectNoTrace({ ...outputs, lines: told, findings: instance.status().drift?.findings }, pointer, pasted);
  });

  it.each(places)("S2: stands in nothing that a running process says of a delivery that agrees with its hashes, %s", async (...place) => {
    const [, pointer, pasted] = place;
    if (pointer === "/features/pin") return;
    const mount = await mountGateway();
    const clock = new VirtualClock();
    const { instance, begin, look, lines } = await startGateway(mount.variables, undefined, { clock });
    await begin();
    await mount.deliver(pasted);
    await look();
    clock.advance(200_000);
    const { findings } = instance.status().drift ?? { findings: [] };
    expect(findings.map(({ hop }) => hop)).toContain("not-loaded");
    expectNoTrace({ lines, findings }, pointer, pasted);
  });

  it.each(places)("S2: stands in no refusal to start, %s", async (_name, pointer, pasted) => {
    const mount = await mountGateway();
    const policy = { onDrift: "refuse", overrides: "allow" } as const;
    await mount.publish({ "config.json": renderDelivered(pasted), "veltrix.json": renderHashes(values, { policy }) });
    const problems = await problemsOf(loadGateway(mount.variables));
    const message = await loadGateway(mount.variables).then(String, String);
    expect(problems.length).toBeGreaterThan(0);
    expectNoTrace({ problems, message }, pointer, pasted);
  });

  it.each(places)("S2: is not shown when a folder is compared with itself, %s", async (_name, pointer, pasted) => {
    const { findings } = await compareDelivered({ configText: renderDelivered(pasted), hashes: hashesOf(values), previous: values });
    expect(findings.map((finding) => finding.pointer)).toContain(pointer);
    expectNoTrace({ findings }, pointer, pasted);
  });

  it("S2: is not shown in an item of a list, whose keys are no leaves", async () => {
    const built = withValue("/endpoints", [{ host: "a.example" }]);
    const pasted = withValue("/endpoints", [{ host: "a.example", pin: PIN }]);
    const report = await compareDelivered({ configText: renderDelivered(pasted), hashes: hashesOf(built), previous: built });
    expect(report.findings).toMatchObject([{ kind: "changed", pointer: "/endpoints", actual: {} }]);
    expectNoTrace({ findings: report.findings }, "/endpoints", pasted);
  });

  it("S2: is not shown where a contract of alternatives cannot say which key it was", async () => {
    const { validate } = gateway();
    const composed = gateway({
      validate: (value) => (validate(value).length === 0 ? [] : [{ pointer: "", rule: "oneOf", expected: null }]),
    });
    const mount = await mountGateway();
    const { begin, look, lines, instance } = await startGateway(mount.variables, composed);
    await begin();
    const pasted = withValue("/endpoints", [{ pin: PIN }], withValue("/mqtt/qos", PIN));
    await writeFile(join(mount.dir, "..data", "config.json"), renderDelivered(pasted));
    await look();
    expectNoTrace({ lines, status: answerStatus(instance, statusPaths.status)?.body }, "/mqtt/qos", pasted);
  });
});
