import { describe, expect, it } from "vitest";
import { overrideName } from "./overrides.ts";
import { hashesOf, values, withValue } from "../testing/gateway.ts";
import { loadGateway, mountGateway, problemsOf, startGateway } from "../testing/mount.ts";

describe("overrideName", () => {
  it.each([
    ["/mqtt/brokerUrl", "MQTT_BROKER_URL"],
    ["/mqtt/broker-url", "MQTT_BROKER_URL"],
    ["/mqtt/broker_url", "MQTT_BROKER_URL"],
    ["/http/TLSCertPath", "HTTP_TLS_CERT_PATH"],
    ["/http2Port", "HTTP2_PORT"],
    ["/a~1b/c~0d", "A_B_C_D"],
    ["/qos", "QOS"],
  ])("names %s VELTRIX_OVERRIDE_%s", (pointer, name) => {
    expect(overrideName(pointer)).toBe(`VELTRIX_OVERRIDE_${name}`);
  });
});

describe("overrides", () => {
  it("replaces keys by their types, and reports the hop overridden", async () => {
    const { variables } = await mountGateway();
    const { instance, begin, lines } = await startGateway({
      ...variables,
      VELTRIX_OVERRIDE_MQTT_QOS: "2",
      VELTRIX_OVERRIDE_LOG_LEVEL: "debug",
      VELTRIX_OVERRIDE_ENDPOINTS: '["c.example:3"]',
      VELTRIX_OVERRIDE_REGION: "42",
    });
    expect(instance.config).toMatchObject({
      mqtt: { qos: 2 },
      region: "42",
      endpoints: [{ host: "c.example", port: 3 }],
    });
    expect(instance.config.log.level.current).toBe("debug");
    expect(instance.status().overrides).toContainEqual({
      variable: "VELTRIX_OVERRIDE_MQTT_QOS",
      pointer: "/mqtt/qos",
    });
    await begin();
    const { drift, root, release } = instance.status();
    expect(drift?.findings.map(({ hop, pointer }) => [hop, pointer])).toEqual([
      ["overridden", "/mqtt/qos"],
      ["overridden", "/log/level"],
      ["overridden", "/endpoints"],
      ["overridden", "/region"],
    ]);
    expect(drift?.findings[0]).toMatchObject({
      expected: { value: 1, hash: hashesOf(values).leaves["/mqtt/qos"] },
      actual: { value: 2 },
    });
    const held = withValue(
      "/region",
      "42",
      withValue("/endpoints", ["c.example:3"], withValue("/log/level", "debug", withValue("/mqtt/qos", 2))),
    );
    expect({ root, release }).toEqual({ root: hashesOf(held).root, release: "same" });
    expect(lines).toHaveLength(1);
  });

  it("stays over a reload, and hides the change of its key alone", async () => {
    const mount = await mountGateway();
    const { instance, look, record } = await startGateway({
      ...mount.variables,
      VELTRIX_OVERRIDE_LOG_LEVEL: "debug",
    });
    const reloads = record("reload");
    await mount.deliver(withValue("/log/level", "warn", withValue("/ingest/limits/perDevice", 6)));
    await look();
    expect(reloads.map(({ keys }) => keys)).toEqual([["/ingest/limits/perDevice"]]);
    expect(instance.config.log.level.current).toBe("debug");
    expect(instance.status().drift?.findings).toMatchObject([
      { hop: "overridden", expected: { value: "warn" }, actual: { value: "debug" } },
    ]);
  });

  it("reports VX5011 for every override when the policy refuses them", async () => {
    const mount = await mountGateway(values, { policy: { onDrift: "alert", overrides: "refuse" } });
    const problems = await problemsOf(
      loadGateway({
        ...mount.variables,
        VELTRIX_OVERRIDE_MQTT_QOS: "1",
        VELTRIX_OVERRIDE_REGION: "eu",
      }),
    );
    expect(problems.map(({ code, source }) => [code, source])).toEqual([
      ["VX5011", "VELTRIX_OVERRIDE_MQTT_QOS"],
      ["VX5011", "VELTRIX_OVERRIDE_REGION"],
    ]);
  });

  it.each([
    ["MQTT_QSO", "1", /names no key/, /VELTRIX_OVERRIDE_MQTT_QOS/],
    ["BROKER_URL", "x", /names no key/, /VELTRIX_OVERRIDE_MQTT_BROKER_URL/],
    ["NOTHING_LIKE_IT", "x", /names no key/, /unset it/],
    ["MQTT", "{}", /names no key/, /./],
    ["MQTT_PASSWORD", "canary", /names no key/, /./],
    ["", "x", /names no key/, /./],
    ["MQTT_QOS", "", /is empty/, /give it a value/],
    ["MQTT_QOS", "canary", /is not a number/, /number/],
    ["MQTT_QOS", " 1", /is not a number/, /number/],
    ["ENDPOINTS", "canary", /is not JSON/, /JSON/],
  ])("reports VX5011 for VELTRIX_OVERRIDE_%s=%j", async (name, text, message, hint) => {
    const mount = await mountGateway();
    const problems = await problemsOf(loadGateway({ ...mount.variables, [`VELTRIX_OVERRIDE_${name}`]: text }));
    expect(problems).toMatchObject([
      {
        code: "VX5011",
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      },
    ]);
    expect(JSON.stringify(problems)).not.toContain("canary");
  });

  it("reports VX5011 for a name that two keys have", async () => {
    const mount = await mountGateway(withValue("/features", { a_b: true, aB: true }));
    const problems = await problemsOf(loadGateway({ ...mount.variables, VELTRIX_OVERRIDE_FEATURES_A_B: "false" }));
    expect(problems).toMatchObject([{ code: "VX5011", message: expect.stringContaining("/features/aB and /features/a_b") }]);
  });

  it("reports VX5005 for an override that the contract refuses", async () => {
    const mount = await mountGateway();
    const problems = await problemsOf(
      loadGateway({
        ...mount.variables,
        VELTRIX_OVERRIDE_MQTT_QOS: "9",
        VELTRIX_OVERRIDE_LISTEN: "nowhere",
      }),
    );
    const blamed = (variable: string): object => ({ code: "VX5005", source: variable, hint: `correct ${variable}, or unset it` });
    expect(problems).toMatchObject([{ pointer: "/mqtt/qos", ...blamed("VELTRIX_OVERRIDE_MQTT_QOS") }]);
    const units = await problemsOf(loadGateway({ ...mount.variables, VELTRIX_OVERRIDE_LISTEN: "nowhere" }));
    expect(units).toMatchObject([{ pointer: "/listen", ...blamed("VELTRIX_OVERRIDE_LISTEN") }]);
    // A key that no override set is wrong where it was written.
    const mixed = await mountGateway(withValue("/mqtt/qos", 9));
    const written = await problemsOf(loadGateway({ ...mixed.variables, VELTRIX_OVERRIDE_REGION: "us" }));
    expect(written).toMatchObject([
      { pointer: "/mqtt/qos", source: mixed.dir, hint: expect.stringContaining("schemas/device-gateway/values") },
    ]);
  });

  it.each(["<region>", "${REGION}", "eu "])("reports VX5011 for %j, which the build would not take either", async (text) => {
    const { variables } = await mountGateway();
    const problems = await problemsOf(loadGateway({ ...variables, VELTRIX_OVERRIDE_REGION: text }));
    expect(problems).toMatchObject([{ code: "VX5011", pointer: "/region", source: "VELTRIX_OVERRIDE_REGION" }]);
  });
});
