import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { decodeText } from "../../contract/decode-text.ts";
import type { VariableType } from "../../contract/definition.ts";
import { fingerprintsFile, gateway, values } from "../../testing/gateway.ts";
import { loadGateway, mountGateway, problemsOf, startGateway } from "../../testing/mount.ts";

const REFUSED = Symbol("refused");

/** type, text, value. An empty text never reaches the decoder: it is a missing variable. */
const table: readonly (readonly [VariableType, string, unknown])[] = [
  ["integer", "0", 0],
  ["integer", "42", 42],
  ["integer", "-42", -42],
  ["integer", "-0", 0],
  ["integer", "9007199254740991", 9007199254740991],
  ["integer", "9007199254740992", REFUSED],
  ["integer", "-9007199254740993", REFUSED],
  ["integer", "+1", REFUSED],
  ["integer", "007", REFUSED],
  ["integer", "0x10", REFUSED],
  ["integer", "0b1", REFUSED],
  ["integer", "0o7", REFUSED],
  ["integer", " 42", REFUSED],
  ["integer", "42 ", REFUSED],
  ["integer", "42\n", REFUSED],
  ["integer", "4 2", REFUSED],
  ["integer", "42.0", REFUSED],
  ["integer", "1e3", REFUSED],
  ["integer", "1_000", REFUSED],
  ["integer", "1,000", REFUSED],
  ["integer", "42px", REFUSED],
  ["integer", "42n", REFUSED],
  ["integer", "٤٢", REFUSED],
  ["integer", "--1", REFUSED],
  ["integer", "-", REFUSED],
  ["number", "0.5", 0.5],
  ["number", "-0.5", -0.5],
  ["number", "-0.0", 0],
  ["number", "10", 10],
  ["number", ".5", REFUSED],
  ["number", "5.", REFUSED],
  ["number", "1e3", REFUSED],
  ["number", "1E-3", REFUSED],
  ["number", "NaN", REFUSED],
  ["number", "Infinity", REFUSED],
  ["number", "-Infinity", REFUSED],
  ["number", "0x1F", REFUSED],
  ["number", "1.2.3", REFUSED],
  ["number", "1,5", REFUSED],
  ["number", `1${"0".repeat(400)}`, REFUSED],
  ["boolean", "true", true],
  ["boolean", "false", false],
  ["boolean", "True", REFUSED],
  ["boolean", "FALSE", REFUSED],
  ["boolean", "1", REFUSED],
  ["boolean", "0", REFUSED],
  ["boolean", "yes", REFUSED],
  ["boolean", "no", REFUSED],
  ["boolean", "on", REFUSED],
  ["boolean", " true", REFUSED],
  ["boolean", "true\n", REFUSED],
  ["boolean", "null", REFUSED],
  ["string", "false", "false"],
  ["string", " padded ", " padded "],
  ["string", "0", "0"],
  ["string", "null", "null"],
  ["string", "ä€😀", "ä€😀"],
  ["json", "[1,2]", [1, 2]],
  ["json", ' {"a": 1} ', { a: 1 }],
  ["json", "[1,]", REFUSED],
  ["json", "{a:1}", REFUSED],
  ["json", '{"a":1,"a":2}', REFUSED],
  ["json", '{"__proto__":{}}', REFUSED],
  ["json", "[1e999]", REFUSED],
  ["json", "NaN", REFUSED],
  ["json", `${"[".repeat(65)}${"]".repeat(65)}`, REFUSED],
  ["json", "undefined", REFUSED],
];

describe("decodeText", () => {
  it.each(table)("R13: reads %s %j as %s", (type, text, expected) => {
    const decoded = decodeText(type, text);
    const value = decoded.kind === "value" ? decoded.value : REFUSED;
    expect(value).toEqual(expected);
    if (expected === 0) expect(Object.is(value, 0)).toBe(true);
  });
});

const variables = {
  ENDPOINTS: '["a.example:1"]',
  INGEST_BATCH: "10",
  INGEST_LIMITS: '{"perDevice":5,"window":"1m"}',
  LISTEN: "0.0.0.0:8080",
  LOG_LEVEL: "info",
  MQTT_BROKER_URL: "mqtts://broker.example:8883",
  MQTT_CLIENT_ID: "gateway-1",
  MQTT_QOS: "1",
  REGION: "eu",
};

async function environment(
  changes: { readonly [name: string]: string | undefined } = {},
): Promise<{ readonly [name: string]: string | undefined }> {
  const { secretsDir } = await mountGateway();
  return {
    VELTRIX_SOURCE: "env",
    VELTRIX_ENVIRONMENT: "prod",
    VELTRIX_SECRETS_DIR: secretsDir,
    ...variables,
    ...changes,
  };
}

describe("source env", () => {
  it("builds the same configuration that a folder delivers", async () => {
    const { config } = await loadGateway(await environment({ ENDPOINTS: '["a.example:1","b.example:2"]' }));
    const { config: delivered } = await loadGateway((await mountGateway()).variables);
    expect(JSON.stringify(config, sortKeys)).toBe(JSON.stringify(delivered, sortKeys));
    expect(config.mqtt.password.reveal()).toBe("hunter2-canary");
  });

  describe("a secret with a variable", () => {
    const withVariable = gateway({
      secrets: { "/mqtt/password": { required: true, variable: "MQTT_PASSWORD" }, "/mqtt/token": { required: false } },
    });
    const file = "hunter2-canary";

    it.each(["padded canary", "canary-line\n", "123456789"])("is read from it as from a file: %j", async (text) => {
      const { config } = await loadGateway(await environment({ MQTT_PASSWORD: text }), {}, withVariable);
      expect(config.mqtt.password.reveal()).toBe(text.trimEnd());
      expect(inspect(config, { depth: 9 }) + JSON.stringify(config)).not.toContain("canary");
    });

    it("needs no folder of secrets", async () => {
      const without = await environment({ MQTT_PASSWORD: "from-the-variable", VELTRIX_SECRETS_DIR: undefined });
      const { config } = await loadGateway(without, {}, withVariable);
      expect(config.mqtt.password.reveal()).toBe("from-the-variable");
    });

    it("R1: is never read from its file where the variable cannot be used", async () => {
      const bad: readonly (readonly [string | undefined, string])[] = [
        [undefined, "VX5008"],
        ["", "VX5008"],
        ["canary", "VX5007"],
        ["canary-canary-\uFFFD", "VX5007"],
      ];
      for (const [text, code] of bad) {
        const problems = await problemsOf(loadGateway(await environment({ MQTT_PASSWORD: text }), {}, withVariable));
        expect(problems).toMatchObject([{ code, pointer: "/mqtt/password", source: "MQTT_PASSWORD" }]);
        expect(JSON.stringify(problems)).not.toContain("canary");
      }
    });

    it("is read from its file with the source dir, whatever the variable says", async () => {
      const mount = await mountGateway();
      const { config } = await loadGateway({ ...mount.variables, MQTT_PASSWORD: "from-the-variable" }, {}, withVariable);
      expect(config.mqtt.password.reveal()).toBe(file);
    });

    it("stands beside one without, which is read from its file", async () => {
      const definition = gateway({
        secrets: { "/mqtt/password": { required: true }, "/mqtt/token": { required: false, variable: "MQTT_TOKEN" } },
        fingerprints: async () =>
          fingerprintsFile(values, { secrets: { "/mqtt/password": "mqtt-credentials/password", "/mqtt/token": "a/b" } }),
      });
      const { config } = await loadGateway(await environment({ MQTT_TOKEN: "from-the-variable" }), {}, definition);
      expect([config.mqtt.password.reveal(), config.mqtt.token?.reveal()]).toEqual([file, "from-the-variable"]);
      const problems = await problemsOf(loadGateway(await environment({ VELTRIX_SECRETS_DIR: undefined }), {}, definition));
      expect(problems.map(({ code, source }) => `${code} ${source}`)).toEqual(["VX5008 MQTT_TOKEN", "VX5008 VELTRIX_SECRETS_DIR"]);
    });

    it("is not read where the environment does not refer to it", async () => {
      const definition = gateway({
        secrets: { "/mqtt/password": { required: true }, "/mqtt/token": { required: false, variable: "MQTT_TOKEN" } },
      });
      const { config } = await loadGateway(await environment({ MQTT_TOKEN: "from-the-variable" }), {}, definition);
      expect(Object.hasOwn(config.mqtt, "token")).toBe(false);
    });
  });

  describe("a variable that nobody wrote", () => {
    const link = { MQTT_RETAIN: "tcp://10.0.0.7:1883", INGEST_RATIO: "0.5" };

    it("is not taken where the environment was built without its key, and is told once, without its value", async () => {
      const { instance, begin, look, lines } = await startGateway(await environment(link));
      expect(Object.hasOwn(instance.config.mqtt, "retain")).toBe(false);
      expect(Object.hasOwn(instance.config.ingest, "ratio")).toBe(false);
      await begin();
      await look();
      const told = lines.filter(({ details }) => (details as { code?: string }).code === "VX5031");
      expect(told).toHaveLength(1);
      expect(told[0]?.message).toMatch(/INGEST_RATIO \(\/ingest\/ratio\), MQTT_RETAIN \(\/mqtt\/retain\): no value of prod/);
      expect(JSON.stringify(lines)).not.toContain("10.0.0.7");
    });

    it("is taken where it was built with it, whatever the value is", async () => {
      const built = {
        ...values,
        mqtt: { ...(values["mqtt"] as object), retain: false },
        ingest: { ...(values["ingest"] as object), ratio: 1 },
      };
      const definition = gateway({ fingerprints: async () => fingerprintsFile(built) });
      const { instance, begin, lines } = await startGateway(await environment({ MQTT_RETAIN: "true", INGEST_RATIO: "0.5" }), definition);
      await begin();
      expect([instance.config.mqtt.retain, instance.config.ingest.ratio]).toEqual([true, 0.5]);
      expect(lines).toEqual([]);
    });
  });

  it.each([
    ["MQTT_CLIENT_ID", "<client-id>", "is a placeholder"],
    ["MQTT_CLIENT_ID", "changeme", "is a placeholder"],
    ["MQTT_CLIENT_ID", "!ref broker#/id", "is a placeholder"],
    ["MQTT_CLIENT_ID", "${POD_NAME}", "holds a template"],
    ["MQTT_CLIENT_ID", "gateway-1 ", "ends with"],
    ["REGION", "\teu", "begins with"],
    ["ENDPOINTS", '["<host>"]', "is a placeholder"],
  ])("R13: reports VX5005 for %s=%j, which the build would not take either", async (name, text, says) => {
    const problems = await problemsOf(loadGateway(await environment({ [name]: text })));
    expect(problems).toMatchObject([{ code: "VX5005", source: name, message: expect.stringContaining(says) }]);
  });

  it("takes such a text where the environment was built with it", async () => {
    const built = { ...values, region: "<none>" };
    const definition = gateway({ fingerprints: async () => fingerprintsFile(built) });
    expect((await loadGateway(await environment({ REGION: "<none>" }), {}, definition)).config.region).toBe("<none>");
  });

  it("earns one warning beside a mounted file that says something else", async () => {
    const mount = await mountGateway();
    const beside = {
      ...mount.variables,
      MQTT_QOS: "2",
      LOG_LEVEL: "info",
      INGEST_LIMITS: '{"window":"1m","perDevice":5}',
      INGEST_BATCH: "x",
    };
    const { instance, begin, look, lines } = await startGateway(beside);
    await begin();
    await look();
    expect(instance.config.mqtt.qos).toBe(1);
    expect(lines.map(({ message }) => message)).toEqual([
      "INGEST_BATCH (/ingest/batch), MQTT_QOS (/mqtt/qos): set to something else than what is delivered, and not read: VELTRIX_SOURCE is dir",
    ]);
  });

  it("leaves the keys of optional variables out", async () => {
    const { config } = await loadGateway(await environment({ ENDPOINTS: undefined, MQTT_RETAIN: "" }));
    expect(config.endpoints).toBeUndefined();
    expect(Object.hasOwn(config.mqtt, "retain")).toBe(false);
  });

  it("R1: R13: reports VX5008 for every variable that is missing or empty, and VX5009 for every other fault", async () => {
    const faulty = {
      MQTT_BROKER_URL: undefined,
      MQTT_CLIENT_ID: "",
      MQTT_QOS: "canary",
      REGION: undefined,
      LISTEN: "",
      INGEST_LIMITS: "5",
    };
    const problems = await problemsOf(loadGateway(await environment(faulty)));
    expect(problems.map(({ code, source }) => `${code} ${source}`).sort()).toEqual([
      "VX5008 LISTEN",
      "VX5008 MQTT_BROKER_URL",
      "VX5008 MQTT_CLIENT_ID",
      "VX5008 REGION",
      "VX5009 INGEST_LIMITS",
      "VX5009 MQTT_QOS",
    ]);
    expect(JSON.stringify(problems)).not.toContain("canary");
  });

  it("R1: reports VX5008 naming all variables below a subtree that is missing", async () => {
    const problems = await problemsOf(loadGateway(await environment({ INGEST_BATCH: "", INGEST_LIMITS: "" })));
    expect(problems).toMatchObject([
      {
        code: "VX5008",
        pointer: "/ingest",
        message: expect.stringContaining("INGEST_BATCH, INGEST_RATIO, INGEST_LIMITS"),
      },
    ]);
  });

  it("R1: reports VX5008 for each variable beside a secret, since the secret says that its object is there", async () => {
    const problems = await problemsOf(loadGateway(await environment({ MQTT_BROKER_URL: "", MQTT_CLIENT_ID: "", MQTT_QOS: "" })));
    expect(problems.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([
      "VX5008 /mqtt/brokerUrl",
      "VX5008 /mqtt/clientId",
      "VX5008 /mqtt/qos",
    ]);
  });

  it("R1: reports VX5005 with the variable for a value that the contract refuses", async () => {
    const problems = await problemsOf(loadGateway(await environment({ MQTT_QOS: "7" })));
    expect(problems).toMatchObject([{ code: "VX5005", pointer: "/mqtt/qos", source: "MQTT_QOS" }]);
  });

  it("R1: reports VX5015 for every required key without a variable", async () => {
    const definition = gateway({ withoutVariable: ["/mqtt/topic", "/rules"] });
    const problems = await problemsOf(loadGateway(await environment(), {}, definition));
    expect(problems.map(({ code, pointer }) => [code, pointer])).toEqual([
      ["VX5015", "/mqtt/topic"],
      ["VX5015", "/rules"],
    ]);
  });

  it("R1: reports VX5004 for an environment that the package does not know", async () => {
    const problems = await problemsOf(loadGateway(await environment({ VELTRIX_ENVIRONMENT: "production" })));
    expect(problems.map(({ code }) => code)).toEqual(["VX5004"]);
  });

  it("R1: reports VX5006 for a secret that is not mounted", async () => {
    const problems = await problemsOf(loadGateway(await environment({ VELTRIX_SECRETS_DIR: join("/", "nowhere") })));
    expect(problems).toMatchObject([{ code: "VX5006", pointer: "/mqtt/password" }]);
  });

  it("tells whether the values are those of the package", async () => {
    const same = await startGateway(await environment({ ENDPOINTS: '["a.example:1","b.example:2"]' }));
    expect(same.instance.status()).toMatchObject({
      root: undefined,
      release: "unknown",
      source: "env",
    });
    await same.begin();
    expect(same.instance.status()).toMatchObject({ release: "same", drift: { findings: [] } });
    expect(same.instance.status().root).toMatch(/^v1:sha256:/);
    const other = await startGateway(await environment({ MQTT_QOS: "2" }));
    await other.begin();
    expect(other.instance.status()).toMatchObject({ release: "differs", drift: { findings: [] } });
  });
});

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
