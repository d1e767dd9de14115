import { describe, expect, it } from "vitest";
import { type ClusterFinding, type ExpectedService, RESTART_ANNOTATION } from "@veltrix/protocol/kubernetes";
import { compareService, type LiveService } from "./compare.ts";
import { applied, noParts, type Build, built, edited } from "./testing/built.ts";

/** What is there when `build` was applied as a whole. */
function live(build: Build = {}, over: Partial<LiveService> = {}): LiveService {
  const { config, variables } = built(build);
  return {
    config: applied(config),
    variables: variables === undefined ? undefined : applied(variables),
    strays: [],
    workload: undefined,
    wasDeleted: () => false,
    ...over,
  };
}

function told(findings: readonly ClusterFinding[]): readonly string[] {
  return findings.map(({ hop, kind, pointer, field, object }) => `${hop} ${kind} ${pointer === "" ? (field ?? object.name) : pointer}`);
}

const compare = (state: LiveService, expected: ExpectedService = built()): readonly string[] => told(compareService(expected, state));
const config = applied(built().config);

describe("compareService", () => {
  it("R15: finds nothing where nothing differs, and where only the writing does", () => {
    expect(compare(live())).toEqual([]);
    const rewritten = edited(config, {
      "config.json": '{"port":8e1,\n "mqtt":{"keepAlive":"\\u00330s"}}',
      "veltrix.json": JSON.stringify(JSON.parse(config.data?.["veltrix.json"] ?? "")),
    });
    expect(compare(live({}, { config: rewritten }))).toEqual([]);
  });

  it("says not-applied per key where another build is there as a whole", () => {
    const other = { value: { port: 81, mqtt: { qos: 1 } } };
    expect(compare(live(other))).toEqual([
      "not-applied missing /mqtt/keepAlive",
      "not-applied changed /port",
      "not-applied added /mqtt/qos",
      "not-applied changed /port",
    ]);
  });

  it("says edited-in-cluster where no build gave the value, and shows both sides", () => {
    const state = live({}, { config: edited(config, { "config.json": '{"port":81,"mqtt":{"keepAlive":"30s"}}' }) });
    expect(compareService(built(), state)).toMatchObject([
      {
        hop: "edited-in-cluster",
        pointer: "/port",
        expected: { value: 80 },
        actual: { value: 81 },
        by: { manager: "by-hand", time: "2026-01-02T00:00:00Z" },
      },
    ]);
  });

  it.each<[string, (text: string) => string, string]>([
    ["hash of a key", (text) => text.replace(/("\/port": "v1:sha256:)../, "$1zz"), "deployed-inconsistent changed /port"],
    ["root", (text) => text.replace(/("root": "v1:sha256:)../, "$1zz"), "deployed-inconsistent changed /data/veltrix.json"],
    ["restart hash", (text) => text.replace(/("restart": "v1:sha256:)../, "$1zz"), "deployed-inconsistent changed /data/veltrix.json"],
    ["key, twice,", (text) => text.replace("{", '{"format":1,'), "deployed-inconsistent changed /data/veltrix.json"],
    ["format", () => "{}", "deployed-inconsistent changed /data/veltrix.json"],
    ["service", (text) => text.replace('"gateway"', '"other"'), "deployed-inconsistent changed /data/veltrix.json"],
    ["secret", (text) => text.replace("mqtt/password", "mqtt/other"), "deployed-inconsistent changed /password"],
    ["policy", (text) => text.replace("alert", "refuse"), "edited-in-cluster changed /data/veltrix.json"],
    ["contract", (text) => text.replace("v1:sha256:c1", "v1:sha256:c2"), "edited-in-cluster changed /data/veltrix.json"],
  ])("tells a %s in veltrix.json that was edited", (_what, change, expected) => {
    const state = live({}, { config: edited(config, { "veltrix.json": change(config.data?.["veltrix.json"] ?? "") }) });
    expect(compare(state)).toContain(expected);
  });

  it("takes another policy for another build where all was applied at once", () => {
    expect(compare(live({ policy: { onDrift: "refuse", overrides: "allow" } }))).toEqual(["not-applied changed /data/veltrix.json"]);
  });

  it.each(["", "[]", "null", "{", '{"port":1e999}', '{"port":"\\ud800"}', '{"port":81,"port":80,"mqtt":{"keepAlive":"30s"}}'])(
    "tells a config.json that is %j",
    (text) => {
      expect(compare(live({}, { config: edited(config, { "config.json": text }) }))).toEqual([
        "edited-in-cluster changed /data/config.json",
      ]);
    },
  );

  it("A6: neither shows nor hashes a value where a secret belongs, and shows none that nobody declared", () => {
    const text = '{"port":80,"mqtt":{"keepAlive":"30s"},"password":"hunter2","passwort":"hunter3"}';
    const findings = compareService(built(), live({}, { config: edited(config, { "config.json": text, "hunter4.txt": "hunter5" }) }));
    expect(told(findings)).toEqual([
      "edited-in-cluster added /password",
      "edited-in-cluster added /passwort",
      "edited-in-cluster added /data/hunter4.txt",
    ]);
    expect(findings[0]?.actual).toEqual({});
    expect(JSON.stringify(findings)).not.toMatch(/hunter[235]/);
  });

  it("A6: neither shows nor hashes a secret that was written into a ConfigMap under the name of its variable", () => {
    const { variables } = built();
    if (variables === undefined) throw new Error("the sample has no variables");
    const pin = { PASSWORD: "4711" };
    const state = live(
      {},
      {
        config: edited(config, pin),
        variables: edited(applied(variables), pin),
        strays: [edited(applied({ ...variables, metadata: { ...variables.metadata, name: "gateway-extra" } }), pin)],
      },
    );
    const findings = compareService(built(), state);
    expect(told(findings)).toEqual([
      "edited-in-cluster added /password",
      "edited-in-cluster added /password",
      "edited-in-cluster added gateway-extra",
    ]);
    for (const { actual, note } of findings) expect({ actual, note }).toEqual({ actual: {}, note: "a secret in the clear" });
    expect(JSON.stringify(findings)).not.toContain("4711");
  });

  it("A6: shows no value of a secret that veltrix.json no longer calls one", () => {
    const hashes = JSON.parse(config.data?.["veltrix.json"] ?? "") as { secrets: object };
    const state = edited(config, {
      "config.json": '{"port":80,"mqtt":{"keepAlive":"30s"},"password":{"now":"hunter2"}}',
      "veltrix.json": JSON.stringify({ ...hashes, secrets: {} }),
    });
    const findings = compareService(built(), live({}, { config: state }));
    expect(findings.length).toBeGreaterThan(0);
    expect(JSON.stringify(findings)).not.toContain("hunter2");
  });

  it("tells variables that are edited from those of another build", () => {
    const variables = applied(built({ value: { port: 81 } }).variables ?? built().config);
    expect(compare(live({}, { variables }))).toEqual(["not-applied changed /port"]);
    expect(compare(live({}, { variables: edited(variables, { PORT: "82" }) }))).toEqual(["edited-in-cluster changed /port"]);
  });

  it("says who is missing: never applied, or deleted while we watched", () => {
    expect(compare(live({}, { config: undefined }))).toEqual(["not-applied object-missing gateway-config"]);
    const state = live({}, { config: undefined, variables: undefined, wasDeleted: (name) => name === "gateway-env" });
    expect(compare(state)).toEqual(["not-applied object-missing gateway-config", "edited-in-cluster object-missing gateway-env"]);
  });

  it("tells immutable objects that became mutable", () => {
    const immutable = { ...built(), config: { ...built().config, immutable: true } } as const;
    expect(compare(live(), immutable)).toEqual(["edited-in-cluster changed /immutable"]);
  });

  describe("of the workload", () => {
    const expected: ExpectedService = {
      ...built(),
      workload: { kind: "Deployment", name: "gateway", annotation: RESTART_ANNOTATION, pod: noParts },
    };
    const { restart } = expected.hashes;
    const template = (annotation?: string): object => ({
      metadata: { annotations: annotation === undefined ? {} : { [RESTART_ANNOTATION]: annotation } },
    });
    const object = (annotation?: string): object => ({ metadata: { name: "gateway" }, spec: { template: template(annotation) } });
    const pod = (name: string, annotation: string, phase = "Running"): object => ({
      metadata: { name, annotations: { [RESTART_ANNOTATION]: annotation } },
      status: { phase },
    });
    const state = (workload: object | undefined, build: Build = {}): LiveService => live(build, { workload: workload as never });
    const field = "/spec/template/metadata/annotations/veltrix.dev~1restart-fingerprint";

    it.each<[string, LiveService, readonly string[]]>([
      ["is not there", state(undefined), ["not-applied object-missing gateway"]],
      ["has no annotation", state({ object: object(), pods: [], replicaSets: [] }), [`restart-pending missing ${field}`]],
      ["has another annotation", state({ object: object("x"), pods: [], replicaSets: [] }), [`restart-pending changed ${field}`]],
      ["runs as it should", state({ object: object(restart), pods: [pod("a", restart)], replicaSets: [] }), []],
      [
        "has an old pod",
        state({ object: object(restart), pods: [pod("a", restart), pod("b", "x")], replicaSets: [] }),
        ["restart-pending changed gateway"],
      ],
      ["has an old pod that has ended", state({ object: object(restart), pods: [pod("b", "x", "Succeeded")], replicaSets: [] }), []],
      [
        "still wants old pods",
        state({
          object: object(restart),
          pods: [],
          replicaSets: [{ metadata: { name: "a" }, spec: { replicas: 1, template: template("x") } }],
        }),
        ["restart-pending changed gateway"],
      ],
    ])("that %s", (_what, seen, findings) => {
      expect(compare(seen, expected)).toEqual(findings);
    });

    it("says not-applied where the older build is there with its own workload", () => {
      const older = { value: { port: 80, mqtt: { keepAlive: "20s" } } };
      const seen = state({ object: object(built(older).hashes.restart), pods: [], replicaSets: [] }, older);
      expect(compare(seen, expected)).toEqual(["not-applied changed /mqtt/keepAlive", `not-applied changed ${field}`]);
    });
  });
});

it.each([
  ["1.0.0", "v1:sha256:c2", "contract-skew: deployed is another contract than was built, and both say 1.0.0"],
  ["1.1.0", "v1:sha256:c2", /^contract-skew: deployed is contract 1\.1\.0, newer than 1\.0\.0, which was built/],
  ["0.9.0", "v1:sha256:c2", /^contract-skew: deployed is contract 0\.9\.0, older than 1\.0\.0, which was built/],
  ["1.0.0", "v1:sha256:c1", undefined],
])("says which contract is older where %s with %s is deployed", (contractVersion, contract, note) => {
  const older = built({ contract, value: { port: 81, mqtt: { keepAlive: "30s" } } });
  const text = older.config.data["veltrix.json"] ?? "";
  const data = {
    ...older.config.data,
    "veltrix.json": text.replace('"contractVersion": "1.0.0"', `"contractVersion": "${contractVersion}"`),
  };
  const findings = compareService(built(), live({}, { config: applied({ ...older.config, data }) }));
  const port = findings.find(({ pointer }) => pointer === "/port");
  expect(port).toMatchObject({ hop: "not-applied", actual: { value: 81 } });
  if (note === undefined) expect(port?.note).toBeUndefined();
  else expect(port?.note).toMatch(note);
});
