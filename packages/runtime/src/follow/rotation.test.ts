// Secrets that are rotated, emptied, taken away or spoilt under a running process: each is told, none is taken.
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MOUNT_DEADLINE_MS } from "@veltrix/protocol";
import { describe, expect, it } from "vitest";
import { defineService } from "../index.ts";
import { gateway, type GatewayConfig, type GatewayValues, PASSWORD } from "../testing/gateway.ts";
import { type Mount, mountGateway, startGateway } from "../testing/mount.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { Secret } from "../view/secret.ts";
import { SecretDigests } from "./secret-digests.ts";

const file = ({ secretsDir }: Mount): string => join(secretsDir, "mqtt-credentials", "password");

async function running() {
  const mount = await mountGateway();
  const clock = new VirtualClock();
  const started = await startGateway(mount.variables, gateway(), { clock });
  await started.begin();
  return { mount, clock, ...started, findings: () => started.instance.status().drift?.findings ?? [] };
}

describe("a secret under a running process", () => {
  it("R17: is told when it is rotated: pending at once, drift after the deadline, and the old one is held", async () => {
    const { mount, clock, instance, look, lines, findings } = await running();
    await writeFile(file(mount), "rotated-canary");
    await look();
    expect(instance.status().pending).toEqual(["/mqtt/password"]);
    expect(instance.status().counters.restartRequired).toBe(1);
    expect(lines.map(({ details }) => (details as { code: string }).code)).toEqual(["VX5012"]);
    clock.advance(MOUNT_DEADLINE_MS - 1);
    await look();
    expect(findings()).toEqual([]);
    clock.advance(1);
    expect(findings()).toMatchObject([{ hop: "secret-rotated", kind: "changed", pointer: "/mqtt/password", expected: {}, actual: {} }]);
    expect(instance.config.mqtt.password.reveal()).toBe(PASSWORD);
    expect(JSON.stringify([lines, instance.status()])).not.toContain("canary");
    await writeFile(file(mount), PASSWORD);
    await look();
    expect([instance.status().pending, findings()]).toEqual([[], []]);
  });

  it.each([
    ["emptied", "changed", (mount: Mount) => writeFile(file(mount), "")],
    ["deleted", "missing", (mount: Mount) => rm(file(mount))],
    ["taken away with its folder", "missing", (mount: Mount) => rm(mount.secretsDir, { recursive: true })],
    ["replaced by bytes", "changed", (mount: Mount) => writeFile(file(mount), Buffer.from("canary\xff\xff", "latin1"))],
    ["replaced by a placeholder", "changed", (mount: Mount) => writeFile(file(mount), "<password>")],
    ["replaced by what the contract refuses", "changed", (mount: Mount) => writeFile(file(mount), "canary")],
  ])("R17: is told at once when it is %s, and the old one is held", async (_name, kind, spoil) => {
    const { mount, instance, look, lines, findings } = await running();
    await spoil(mount);
    await look();
    expect(findings()).toMatchObject([{ hop: "secret-rotated", kind, pointer: "/mqtt/password" }]);
    expect(instance.status().pending).toEqual([]);
    expect(instance.config.mqtt.password.reveal()).toBe(PASSWORD);
    expect(lines).toHaveLength(1);
    await look();
    expect(lines).toHaveLength(1);
    expect(JSON.stringify([lines, instance.status()])).not.toContain("canary");
  });

  it("R17: is noticed by watching its folder alone", async () => {
    const mount = await mountGateway();
    const loaded = await defineService<GatewayValues, GatewayConfig>(gateway()).loadConfig({ variables: mount.variables });
    const told = new Promise((resolve) => loaded.on("restart-required", resolve));
    // The watch stands once the first check has told what it found.
    while (loaded.status().drift === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    await writeFile(file(mount), "rotated-canary");
    expect(await told).toMatchObject({ keys: ["/mqtt/password"] });
    await loaded.close();
  });

  it("is told apart by digests that nobody else can compute", () => {
    const secrets = new Map([
      ["/a", new Secret("1234")],
      ["/b", new Secret("1234")],
    ]);
    const [one, other] = [new SecretDigests(), new SecretDigests()].map((digests) => digests.of(secrets));
    expect(one?.get("/a")).not.toBe(other?.get("/a"));
    expect(one?.get("/a")).not.toBe(one?.get("/b"));
    const key = new Uint8Array(32).fill(7);
    expect(new SecretDigests(key).of(secrets)).toEqual(new SecretDigests(key).of(secrets));
  });
});
