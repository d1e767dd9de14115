import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { gateway, PASSWORD, values, withValue } from "../testing/gateway.ts";
import { loadGateway, mountGateway } from "../testing/mount.ts";
import { Secret } from "./secret.ts";

const load = async (value = values, definition = gateway()) => loadGateway((await mountGateway(value)).variables, {}, definition);

describe("config", () => {
  it("R11: refuses every write, at every depth, in static and hot parts", async () => {
    const instance = await load(withValue("/features", { dark: true }));
    const roots: readonly unknown[] = [
      instance.config,
      instance.snapshot(),
      instance.config.ingest.limits.current,
      instance.config.features.current,
    ];
    let objects = 0;
    const visit = (value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      objects++;
      expect(Object.isFrozen(value)).toBe(true);
      expect(() => Object.assign(value, { added: 1 })).toThrow(TypeError);
      Object.values(value).forEach(visit);
    };
    roots.forEach(visit);
    expect(objects).toBeGreaterThan(15);
    expect(() => (instance.config.endpoints as unknown as unknown[]).push(1)).toThrow(TypeError);
    expect(() => delete (instance.config as { mqtt?: unknown }).mqtt).toThrow(TypeError);
    expect(instance.config.mqtt.qos).toBe(1);
  });

  it("is made of plain objects with plain properties", async () => {
    const { config } = await load();
    for (const object of [config, config.mqtt, config.ingest, config.ingest.limits.current]) {
      expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
      for (const property of Object.values(Object.getOwnPropertyDescriptors(object))) expect(property.get).toBeUndefined();
    }
  });

  it("gives units parsed, in static and hot parts and in arrays", async () => {
    const { config } = await load();
    expect(config.listen).toEqual({ host: "0.0.0.0", port: 8080 });
    expect(config.ingest.limits.current.window).toBe(60_000);
    expect(config.endpoints).toEqual([
      { host: "a.example", port: 1 },
      { host: "b.example", port: 2 },
    ]);
    expect(config.mqtt.brokerUrl).toBe("mqtts://broker.example:8883");
  });

  it("holds keys that have the names of what every object inherits", async () => {
    const odd = JSON.parse('{"toString":"a","valueOf":{"hasOwnProperty":"30s"},"__defineGetter__":1,"*":"1s"}') as typeof values;
    const definition = gateway({
      hot: ["/valueOf"],
      secrets: {},
      units: {
        "/valueOf/hasOwnProperty": "duration",
        "/*": "duration",
        "/isPrototypeOf": "duration",
      },
      requiredIn: {},
      validate: () => [],
    });
    const instance = await loadGateway((await mountGateway(odd, { secrets: {} })).variables, {}, definition);
    const config = instance.config as unknown as {
      toString: unknown;
      valueOf: { current: object };
      "*": unknown;
    };
    expect([config.toString, config.valueOf.current, config["*"]]).toEqual(["a", { hasOwnProperty: 30_000 }, 1_000]);
  });

  it("prints a Live as what it holds", async () => {
    const { config } = await load();
    expect(JSON.stringify(config.log)).toBe('{"level":"info"}');
    expect(inspect(config.log)).toBe("{ level: 'info' }");
  });

  it("gives one snapshot per revision, which shares what is not hot", async () => {
    const instance = await load();
    expect(instance.snapshot()).toBe(instance.snapshot());
    expect(instance.snapshot().mqtt).toBe(instance.config.mqtt);
    expect(instance.snapshot()).toEqual({
      ...instance.config,
      ingest: { batch: 10, limits: { perDevice: 5, window: 60_000 } },
      log: { level: "info" },
      features: undefined,
    });
    const cold = await load(values, gateway({ hot: [] }));
    expect(cold.snapshot()).toBe(cold.config);
  });
});

describe("Secret", () => {
  it("is given out by reveal alone", async () => {
    const { config, input } = await load();
    const { password } = config.mqtt;
    expect(password.reveal()).toBe(PASSWORD);
    const logged: string[] = [];
    const error = new Error(`cannot connect with ${String(password)}`, { cause: { password } });
    logged.push(
      String(password),
      `${password as unknown as string}`,
      "" + (password as unknown as string),
      [password].join(),
      JSON.stringify({ password, config }),
    );
    logged.push(
      inspect(password),
      inspect(config, { depth: null, showHidden: true, getters: true }),
      inspect(input, { depth: null }),
      inspect(error),
      String(error.stack),
    );
    logged.push(
      inspect(password, { customInspect: false, showHidden: true }),
      JSON.stringify(Object.entries(password)),
      inspect({ ...password }),
      inspect(structuredClone({ ...password })),
    );
    logged.push(
      JSON.stringify(Object.getOwnPropertyDescriptors(password)),
      inspect(new Map([["key", password]])),
      String(Number(password as unknown as string)),
    );
    expect(Object.keys(password)).toEqual([]);
    for (const line of logged) expect(line).not.toContain(PASSWORD);
    expect(logged.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => "[secret]"));
    expect(inspect({ password })).toBe("{ password: [secret] }");
    expect(Object.isFrozen(new Secret("x"))).toBe(true);
  });
});
