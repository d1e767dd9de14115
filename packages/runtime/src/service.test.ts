import { describe, expect, it, onTestFinished } from "vitest";
import { ConfigError, defineService } from "./index.ts";
import { gateway, type GatewayConfig, type GatewayValues, PASSWORD, values, withValue } from "./testing/gateway.ts";
import { mountGateway } from "./testing/mount.ts";

const define = (definition = gateway()) => defineService<GatewayValues, GatewayConfig>(definition);
const plain = withValue("/mqtt/password", PASSWORD) as unknown as GatewayValues;

describe("loadConfig", () => {
  it("returns the same promise to every caller, until it is closed", async () => {
    const { loadConfig } = define();
    const { variables } = await mountGateway();
    const first = loadConfig({ variables });
    expect(loadConfig()).toBe(first);
    const loaded = await first;
    expect(loadConfig()).toBe(first);
    await loaded.close();
    const second = loadConfig({ variables });
    expect(second).not.toBe(first);
    await (await second).close();
  });

  it("R1: loads anew after a refusal", async () => {
    const { loadConfig } = define();
    const { variables } = await mountGateway();
    await expect(loadConfig({ variables: {} })).rejects.toBeInstanceOf(ConfigError);
    const loaded = await loadConfig({ variables });
    expect(loaded.config.mqtt.qos).toBe(1);
    await loaded[Symbol.asyncDispose]();
  });

  it("reads process.env when nothing else is given", async () => {
    await expect(define().loadConfig()).rejects.toMatchObject({
      service: "device-gateway",
      problems: [{ code: "VX5001" }, { code: "VX5008" }, { code: "VX5008" }],
    });
  });

  it("gives a listener that is added at once the first drift report", async () => {
    const { variables } = await mountGateway();
    const loaded = await define().loadConfig({
      variables: { ...variables, VELTRIX_OVERRIDE_MQTT_QOS: "2" },
    });
    onTestFinished(() => loaded.close());
    const report = await new Promise((resolve) => loaded.on("drift", resolve));
    expect(report).toMatchObject({ findings: [{ hop: "overridden", pointer: "/mqtt/qos" }] });
  });

  it("notices a swap of ..data by itself", async () => {
    const mount = await mountGateway();
    const loaded = await define().loadConfig({ variables: mount.variables });
    onTestFinished(() => loaded.close());
    const reloaded = new Promise((resolve) => loaded.on("reload", resolve));
    await mount.deliver(withValue("/log/level", "warn"));
    expect(await reloaded).toMatchObject({ keys: ["/log/level"] });
  });

  it("R4: notices it by looking, where a watch is of no use", async () => {
    const mount = await mountGateway();
    const loaded = await define().loadConfig({ variables: mount.variables, pollInterval: 20 });
    onTestFinished(() => loaded.close());
    const { followed } = (loaded as unknown as { input: { followed: { source: { watch: unknown } } } }).input;
    followed.source.watch = ({ fault: onFault }: { fault: () => void }) => {
      onFault();
      return { renew: onFault, close: () => undefined };
    };
    const reloaded = new Promise((resolve) => loaded.on("reload", resolve));
    await mount.deliver(withValue("/log/level", "warn"));
    expect(await reloaded).toMatchObject({ keys: ["/log/level"] });
    expect(loaded.status().counters.watchErrors).toBeGreaterThan(0);
  });

  it.each([0, -1, Number.NaN, 2 ** 31])("refuses %d milliseconds as a time", async (milliseconds) => {
    const { variables } = await mountGateway();
    await expect(define().loadConfig({ variables, pollInterval: milliseconds })).rejects.toBeInstanceOf(RangeError);
    await expect(define().loadConfig({ variables, timeout: milliseconds })).rejects.toBeInstanceOf(RangeError);
  });

  it("stops when its signal aborts, before or while loading", async () => {
    const { variables } = await mountGateway();
    const controller = new AbortController();
    // A start that finds everything in order is over before anything could stop it.
    const loading = define().loadConfig({ variables: { ...variables, VELTRIX_OVERRIDE_MQTT_QOS: "2" }, signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(loading).rejects.toThrow("enough");
    await expect(define().loadConfig({ variables, signal: controller.signal })).rejects.toThrow("enough");
  });

  it("R1: reports VX5002 when the source does not answer in time", async () => {
    const { variables } = await mountGateway();
    const never = gateway({ fingerprints: () => new Promise(() => undefined) });
    const loading = define(never).loadConfig({
      variables: { ...variables, VELTRIX_SOURCE: "env" },
      timeout: 20,
    });
    await expect(loading).rejects.toMatchObject({
      environment: "prod",
      problems: [{ code: "VX5002" }],
    });
  });
});

describe("createTestConfig", () => {
  const { createTestConfig } = define();

  it("makes of raw values what a process would read", () => {
    const loaded = createTestConfig(plain, { environment: "prod" });
    expect(loaded.config.mqtt.password.reveal()).toBe(PASSWORD);
    expect(String(loaded.config.mqtt.password)).toBe("[secret]");
    expect(loaded.config.ingest.limits.current.window).toBe(60_000);
    expect(loaded.snapshot().log.level).toBe("info");
    expect(loaded.status()).toMatchObject({
      source: "test",
      environment: "prod",
      revision: 0,
      root: undefined,
    });
  });

  it("takes secrets by pointer, and copies the values", () => {
    const own = structuredClone(values) as unknown as GatewayValues;
    const loaded = createTestConfig(own, {
      secrets: { "/mqtt/password": PASSWORD, "/mqtt/token": "token-12345" },
    });
    expect(loaded.config.mqtt.token?.reveal()).toBe("token-12345");
    expect(Object.isFrozen(own)).toBe(false);
    expect(own).toEqual(values);
  });

  const refused: readonly (readonly [string, unknown, object, readonly string[]])[] = [
    ["a value against the contract", withValue("/mqtt/qos", 9, plain as never), {}, ["VX5005 /mqtt/qos"]],
    ["what only one environment requires", withValue("/region", undefined, plain as never), { environment: "prod" }, ["VX5005 /region"]],
    ["a secret that is missing", values, {}, ["VX5006 /mqtt/password"]],
    ["a secret against its contract", withValue("/mqtt/password", "short"), {}, ["VX5007 /mqtt/password"]],
    ["a secret that is no text", withValue("/mqtt/password", 12345678), {}, ["VX5007 /mqtt/password"]],
    ["a secret that the contract has not", plain, { secrets: { "/mqtt/pasword": "x" } }, ["VX5006 /mqtt/pasword"]],
    ["a text that is no unit", withValue("/listen", "x", plain as never), {}, ["VX5005 /listen"]],
    ["several things", withValue("/ingest/batch", "x", values), {}, ["VX5005 /ingest/batch", "VX5006 /mqtt/password"]],
    ["undefined", { ...plain, region: undefined }, {}, ["VX5005 "]],
    ["a function", { ...plain, region: () => "eu" }, {}, ["VX5005 "]],
    ["a number that is none", withValue("/ingest/batch", Number.NaN, plain as never), {}, ["VX5005 "]],
    ["no object", [], {}, ["VX5005 "]],
    ["nothing", undefined, {}, ["VX5005 "]],
    ["a circle", circle(), {}, ["VX5005 "]],
  ];

  it.each(refused)("refuses %s", (_name, given, options, expected) => {
    let problems: ConfigError["problems"] = [];
    try {
      createTestConfig(given as GatewayValues, options);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems = error.problems;
    }
    expect(problems.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual(expected);
  });

  it("asks in no environment for what only some require", () => {
    const { config } = createTestConfig(withValue("/region", undefined, plain as never) as unknown as GatewayValues);
    expect(config.region).toBeUndefined();
  });
});

function circle(): unknown {
  const self: { self?: unknown } = {};
  self.self = self;
  return self;
}
