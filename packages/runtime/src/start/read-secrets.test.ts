import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PASSWORD, gateway, hashesOf, values } from "../testing/gateway.ts";
import { loadGateway, type Mount, mountGateway, problemsOf, publish } from "../testing/mount.ts";

const file = ({ secretsDir }: Mount): string => join(secretsDir, "mqtt-credentials", "password");

describe("secrets", () => {
  it.each([
    ["no newline", "hunter2-canary", PASSWORD],
    ["one newline", "hunter2-canary\n", PASSWORD],
    ["a Windows newline", "hunter2-canary\r\n", PASSWORD],
    ["spaces inside", "hunter2 canary", "hunter2 canary"],
    ["signs that templates have", "a$b{c}d%e#f<g>-canary", "a$b{c}d%e#f<g>-canary"],
  ])("reads a file with %s", async (_name, text, expected) => {
    const mount = await mountGateway();
    await writeFile(file(mount), text);
    const { config } = await loadGateway(mount.variables);
    expect(config.mqtt.password.reveal()).toBe(expected);
  });

  it.each([
    ["VX5006", "no file", (mount: Mount) => rm(file(mount))],
    ["VX5006", "a folder", (mount: Mount) => rm(file(mount)).then(() => mkdir(file(mount)))],
    ["VX5007", "a text that the contract refuses", (mount: Mount) => writeFile(file(mount), "canary")],
    ["VX5007", "an empty file", (mount: Mount) => writeFile(file(mount), "\n")],
    ["VX5007", "bytes that are not UTF-8", (mount: Mount) => writeFile(file(mount), Buffer.from("canary\xff\xff", "latin1"))],
  ])("R1: reports %s for %s, and never the text", async (code, _name, spoil) => {
    const mount = await mountGateway();
    await spoil(mount);
    const problems = await problemsOf(loadGateway(mount.variables));
    expect(problems).toMatchObject([{ code, pointer: "/mqtt/password", source: file(mount) }]);
    expect(JSON.stringify(problems)).not.toContain("canary");
  });

  it.each([
    "../x/password",
    "..",
    "mqtt-credentials",
    "mqtt-credentials/..",
    "./password",
    "a/b/c",
    "/etc/passwd",
    "mqtt-credentials/../../x",
    "a/",
    "/b",
    "a\\b/c",
    "a/b\u0000",
    "..data/password",
  ])("R1: reports VX5006 for the reference %j, which would leave the folder", async (reference) => {
    const mount = await mountGateway(values, { secrets: { "/mqtt/password": reference } });
    const problems = await problemsOf(loadGateway(mount.variables));
    expect(problems).toMatchObject([{ code: "VX5006", pointer: "/mqtt/password" }]);
    expect(problems[0]?.message).toMatch(/not <name>\/<key>/);
  });

  it("R1: reports all missing secrets at once", async () => {
    const mount = await mountGateway(values, {
      secrets: { "/mqtt/password": "one/key", "/mqtt/token": "two/key" },
    });
    const problems = await problemsOf(loadGateway(mount.variables));
    expect(problems.map(({ code, pointer }) => [code, pointer])).toEqual([
      ["VX5006", "/mqtt/password"],
      ["VX5006", "/mqtt/token"],
    ]);
  });

  it("reads a Secret that a kubelet mounted", async () => {
    const mount = await mountGateway();
    const folder = join(mount.secretsDir, "mqtt-credentials");
    await rm(file(mount));
    await publish(folder, { password: "swapped-in-secret" });
    const { config } = await loadGateway(mount.variables);
    expect(config.mqtt.password.reveal()).toBe("swapped-in-secret");
  });

  it("needs no secrets folder where nothing refers to one", async () => {
    const definition = gateway({ secrets: { "/mqtt/password": { required: false } } });
    const mount = await mountGateway(values, { secrets: {} });
    const { config } = await loadGateway({ ...mount.variables, VELTRIX_SECRETS_DIR: undefined }, {}, definition);
    expect(Object.hasOwn(config.mqtt, "password")).toBe(false);
  });

  it("places a secret below an object that is not delivered", async () => {
    const secrets = { "/mqtt/password": { required: true }, "/tls/key": { required: true } };
    const references = { ...hashesOf(values).secrets, "/tls/key": "mqtt-credentials/password" };
    const mount = await mountGateway(values, { secrets: references });
    const { config } = await loadGateway(mount.variables, {}, gateway({ secrets }));
    expect((config as unknown as { tls: { key: { reveal(): string } } }).tls.key.reveal()).toBe(PASSWORD);
  });
});
