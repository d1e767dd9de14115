import { compile, emitAll, MemoryHost } from "@veltrix/compiler";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { kubernetesEmitter } from "../emitter.ts";
import { codes, modelWith, problems, workload } from "../../testing/manifests.ts";
import { sampleFiles } from "../../testing/sample.ts";
import { checkWorkloads } from "./check.ts";

function container(body: object): object {
  return { containers: [{ name: "main", image: "a:1", ...body }] };
}

/** Every way to take one key of a ConfigMap or Secret. */
const takes: readonly (readonly [string, (name: string, key: string) => object])[] = [
  ["a variable", (name, key) => container({ env: [{ name: "A", valueFrom: { configMapKeyRef: { name, key } } }] })],
  [
    "an init container",
    (name, key) => ({
      containers: [],
      initContainers: [{ name: "a", env: [{ name: "A", valueFrom: { configMapKeyRef: { name, key } } }] }],
    }),
  ],
  [
    "an ephemeral container",
    (name, key) => ({
      containers: [],
      ephemeralContainers: [{ name: "a", env: [{ name: "A", valueFrom: { configMapKeyRef: { name, key } } }] }],
    }),
  ],
  ["the items of a volume", (name, key) => ({ volumes: [{ name: "v", configMap: { name, items: [{ key, path: "x" }] } }] })],
  [
    "a projected source",
    (name, key) => ({ volumes: [{ name: "v", projected: { sources: [{ configMap: { name, items: [{ key, path: "x" }] } }] } }] }),
  ],
];

/** Every way to take a whole object. */
const takesAll: readonly (readonly [string, (name: string) => object])[] = [
  ["a volume of a ConfigMap", (name) => ({ volumes: [{ name: "v", configMap: { name } }] })],
  ["a volume of a Secret", (secretName) => ({ volumes: [{ name: "v", secret: { secretName } }] })],
  ["a projected ConfigMap", (name) => ({ volumes: [{ name: "v", projected: { sources: [{ configMap: { name } }] } }] })],
  ["a projected Secret", (name) => ({ volumes: [{ name: "v", projected: { sources: [{ secret: { name } }] } }] })],
  ["all variables of a ConfigMap", (name) => container({ envFrom: [{ configMapRef: { name } }] })],
  ["all variables of a Secret", (name) => container({ envFrom: [{ secretRef: { name } }] })],
];

const given = (data: object, metadata: object = { name: "team" }): string =>
  stringify({ apiVersion: "v1", kind: "ConfigMap", metadata, data });

describe("checkWorkloads", () => {
  it.each(takes)("reports VX3011 for a key of a given object that is not there, taken by %s", (_how, take) => {
    const manifests = (key: string): { readonly [path: string]: string } => ({
      "deploy/a.yaml": `${given({ LOG_LEVEL: "info" })}---\n${workload({ spec: take("team", key) })}`,
    });
    expect(problems(manifests("LOG_LEVEL"))).toEqual([]);
    const [only, ...others] = checkWorkloads(modelWith(manifests("LOG_LEVLE")));
    expect(others).toEqual([]);
    expect(only).toMatchObject({ code: "VX3011", suggestions: ["LOG_LEVEL"], at: { file: "deploy/a.yaml", document: 1, on: "value" } });
    expect(only?.at.pointer).toMatch(/\/key$/);
  });

  it.each(takes)("reports VX3011 for a key that the generated object does not have, taken by %s", (_how, take) => {
    const taken = codes({ "deploy/a.yaml": workload({ spec: take("gateway-env", "PROT") }) });
    expect(taken).toContain("VX3011");
    expect(codes({ "deploy/a.yaml": workload({ spec: take("gateway-env", "PORT") }) })).toEqual(["VX3014"]);
  });

  it.each(takesAll)("reports VX3012 for %s that nobody makes, and nothing once it is declared or given", (_how, take) => {
    const text = workload({ spec: take("elsewhere") });
    const [only, ...others] = checkWorkloads(modelWith({ "deploy/a.yaml": text }));
    expect(others).toEqual([]);
    expect(only).toMatchObject({
      code: "VX3012",
      environments: ["dev", "prod"],
      hint: expect.stringContaining("external: [elsewhere]") as string,
    });
    expect(codes({ "deploy/a.yaml": text }, { files: ["deploy/*.yaml"], external: ["elsewhere"] })).toEqual([]);
    const kind = /Secret/.test(_how) ? "Secret" : "ConfigMap";
    const made = stringify({ apiVersion: "v1", kind, metadata: { name: "elsewhere" } });
    expect(codes({ "deploy/a.yaml": text, "deploy/b.yaml": made })).toEqual([]);
  });

  it.each(["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Rollout"])("looks into the pods of a %s", (kind) => {
    expect(codes({ "deploy/a.yaml": workload({ kind, spec: container({ envFrom: [{ secretRef: { name: "nowhere" } }] }) }) })).toEqual([
      "VX3012",
    ]);
  });

  it("looks into Pods, PodTemplates and the items of a List", () => {
    const spec = container({ envFrom: [{ secretRef: { name: "nowhere" } }] });
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "a" }, spec };
    const template = { apiVersion: "v1", kind: "PodTemplate", metadata: { name: "b" }, template: { spec: structuredClone(spec) } };
    const list = { apiVersion: "v1", kind: "List", items: [{ kind: "Service" }, pod, template] };
    expect(problems({ "deploy/a.yaml": stringify(list) }).map((text) => text.split(" ")[1])).toEqual([
      "/items/1/spec/containers/0/envFrom/0/secretRef/name",
      "/items/2/template/spec/containers/0/envFrom/0/secretRef/name",
    ]);
  });

  it("takes other documents as they are", () => {
    const others = [
      "apiVersion: v1\nkind: Service\n",
      "apiVersion: x/v1\nkind: Workflow\nspec: { template: { spec: 1 } }\n",
      "",
      "# nothing\n",
      "- a\n",
      "kind: 1\n",
    ];
    expect(problems({ "deploy/a.yaml": others.join("---\n") })).toEqual([]);
  });

  describe("where an object is there in one environment only", () => {
    const take = container({ env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "only-prod", key: "a" } } }] });
    const made = given({ a: "1" }, { name: "only-prod", namespace: "iot" });

    it("counts the namespace of a manifest", () => {
      expect(codes({ "deploy/a.yaml": `${made}---\n${workload({ namespace: "iot", spec: take })}` })).toEqual([]);
      const [wrong] = problems({ "deploy/a.yaml": `${made}---\n${workload({ namespace: "iot-dev", spec: take })}` });
      expect(wrong).toContain(
        "VX3012 /spec/template/spec/containers/0/env/0/valueFrom/configMapKeyRef/name [dev] there is no ConfigMap `only-prod` in dev",
      );
    });

    it("counts the environment that its path names, else every environment", () => {
      expect(codes({ "deploy/prod/a.yaml": `${made}---\n${workload({ spec: take })}` })).toEqual([]);
      expect(codes({ "deploy/team.prod/prod.yaml": `${made}---\n${workload({ spec: take })}` })).toEqual([]);
      const [only, ...others] = checkWorkloads(modelWith({ "deploy/a.yaml": `${made}---\n${workload({ spec: take })}` }));
      expect(others).toEqual([]);
      expect(only).toMatchObject({ code: "VX3012", environments: ["dev"], hint: expect.stringContaining("it is there in prod") as string });
    });

    it("knows no object of ours in a namespace that belongs to no environment", () => {
      const [only] = checkWorkloads(
        modelWith({
          "deploy/a.yaml": workload({ namespace: "monitoring", spec: { volumes: [{ name: "v", configMap: { name: "gateway-config" } }] } }),
        }),
      );
      expect(only).toMatchObject({
        code: "VX3012",
        message: expect.stringContaining("in the namespace monitoring") as string,
        environments: [],
      });
    });
  });

  it("adds up what a base and an overlay define", () => {
    const take = workload({ spec: container({ env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "team", key: "b" } } }] }) });
    expect(codes({ "deploy/base.yaml": given({ a: "1" }), "deploy/patch.yaml": given({ b: "2" }), "deploy/x.yaml": take })).toEqual([]);
  });

  it("knows Secrets that values refer to, and of their keys only what looks like a slip", () => {
    const take = (key: string): { readonly [path: string]: string } => ({
      "deploy/a.yaml": workload({
        spec: container({ env: [{ name: "A", valueFrom: { secretKeyRef: { name: "mqtt-credentials", key } } }] }),
      }),
    });
    expect(codes(take("password"))).toEqual([]);
    expect(codes(take("certificate"))).toEqual([]);
    expect(codes(take("pasword"))).toEqual(["VX3011"]);
    expect(codes(take("pasword"), { files: ["deploy/*.yaml"], external: ["mqtt-credentials"] })).toEqual([]);
  });

  it.each([
    ["ExternalSecret", { target: { name: "made" } }],
    ["SealedSecret", { template: { metadata: { name: "made" } } }],
    ["Certificate", { secretName: "made" }],
  ])("knows the Secret that a %s makes, whatever is in it", (kind, spec) => {
    const maker = stringify({ apiVersion: "x/v1", kind, metadata: { name: "maker" }, spec });
    const take = workload({ spec: container({ env: [{ name: "A", valueFrom: { secretKeyRef: { name: "made", key: "any" } } }] }) });
    expect(codes({ "deploy/a.yaml": `${maker}---\n${take}` })).toEqual([]);
  });

  describe("optional: true", () => {
    const take = (name: string, key: string): { readonly [path: string]: string } => ({
      "deploy/a.yaml": workload({
        spec: container({ env: [{ name: "A", valueFrom: { configMapKeyRef: { name, key, optional: true } } }] }),
      }),
    });

    it("reports VX3015 where it hides a missing key or object of ours", () => {
      expect(codes(take("gateway-env", "PROT"))).toEqual(["VX3015", "VX3014"]);
      expect(codes(take("gateway-evn", "PORT"))).toEqual(["VX3015"]);
    });

    it("is respected for what is not ours", () => {
      expect(codes(take("elsewhere", "a"))).toEqual([]);
      expect(codes({ ...take("team", "b"), "deploy/b.yaml": given({ a: "1" }) })).toEqual([]);
    });
  });

  it.each(["subPath", "subPathExpr"])(
    "M8: reports VX3013 for a generated ConfigMap that is mounted by %s, and not for others",
    (member) => {
      const spec = (volume: object): object => ({
        ...container({ volumeMounts: [{ name: "v", mountPath: "/x", [member]: "config.json" }] }),
        volumes: [{ name: "v", ...volume }],
      });
      const annotations = {
        "veltrix.dev/restart-fingerprint": modelWith({ "deploy/a.yaml": "" }).services[0]?.configs[1]?.fingerprints.restart ?? "",
      };
      const of = (volume: object): readonly string[] =>
        codes({ "deploy/prod/a.yaml": workload({ annotations, spec: spec(volume) }), "deploy/b.yaml": given({ a: "1" }) });
      expect(of({ configMap: { name: "gateway-config" } })).toEqual(["VX3013"]);
      expect(of({ projected: { sources: [{ configMap: { name: "team" } }, { configMap: { name: "gateway-config" } }] } })).toEqual([
        "VX3013",
      ]);
      expect(of({ configMap: { name: "team" } })).toEqual([]);
    },
  );

  describe("a workload that takes our ConfigMap by itself", () => {
    const spec = { volumes: [{ name: "v", configMap: { name: "gateway-config" } }] };
    const restart = (index: number): string => modelWith({ "deploy/a.yaml": "" }).services[0]?.configs[index]?.fingerprints.restart ?? "";

    it("reports VX3014 without the restart annotation, and with another build's", () => {
      expect(codes({ "deploy/a.yaml": workload({ spec }) })).toEqual(["VX3014"]);
      const old = { "veltrix.dev/restart-fingerprint": "v1:sha256:00" };
      expect(problems({ "deploy/a.yaml": workload({ spec, annotations: old }) })[0]).toContain("of another build");
    });

    it("is content with the fingerprint of any environment that the manifest is for", () => {
      for (const index of [1, 2]) {
        const annotations = { "veltrix.dev/restart-fingerprint": restart(index) };
        expect(codes({ "deploy/a.yaml": workload({ spec, annotations }) })).toEqual([]);
      }
    });

    it("is content with a kustomization that uses the component", () => {
      const kustomization = stringify({
        kind: "Kustomization",
        resources: ["a.yaml"],
        components: ["../generated/gateway/k8s/prod/component"],
      });
      expect(codes({ "deploy/a.yaml": workload({ spec }), "deploy/kustomization.yaml": kustomization })).toEqual([]);
      // As most people write it.
      const plain = kustomization.replace("kind: Kustomization\n", "");
      expect(codes({ "deploy/a.yaml": workload({ spec }), "deploy/kustomization.yaml": plain })).toEqual([]);
      expect(codes({ "deploy/a.yaml": workload({ spec }), "deploy/other.yaml": plain })).toEqual(["VX3014"]);
      expect(
        codes({ "deploy/a.yaml": workload({ spec }), "deploy/kustomization.yaml": kustomization.replaceAll("gateway", "other") }),
      ).toEqual(["VX3014"]);
    });

    it("says nothing of a workload that names nothing of ours", () => {
      expect(codes({ "deploy/a.yaml": workload({ spec: container({}) }) })).toEqual([]);
    });
  });

  describe("objects that the manifests define", () => {
    it("M2: reports VX4002 for names and keys that Kubernetes refuses", () => {
      expect(codes({ "deploy/a.yaml": given({ "..data": "x", "a b": "y", ok: "z" }, { name: "Team_1" }) })).toEqual([
        "VX4002",
        "VX4002",
        "VX4002",
      ]);
      expect(codes({ "deploy/a.yaml": workload({ spec: container({ envFrom: [{ configMapRef: { name: "a_b" } }] }) }) })).toEqual([
        "VX4002",
      ]);
      expect(
        codes({
          "deploy/a.yaml": workload({
            spec: container({ env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "a", key: "a/b" } } }] }),
          }),
        }),
      ).toEqual(["VX4002"]);
    });

    it("M3: reports VX4003 for one byte too much, as the cluster counts", () => {
      const half = 512 * 1024;
      expect(codes({ "deploy/a.yaml": given({ a: "x".repeat(half), b: "y".repeat(half) }) })).toEqual([]);
      expect(codes({ "deploy/a.yaml": given({ a: "x".repeat(half), b: "y".repeat(half + 1) }) })).toEqual(["VX4003"]);
      const secret = (bytes: number): string =>
        stringify(
          { apiVersion: "v1", kind: "Secret", metadata: { name: "a" }, data: { a: Buffer.alloc(bytes).toString("base64") } },
          { lineWidth: 0 },
        );
      expect(codes({ "deploy/a.yaml": secret(2 * half) })).toEqual([]);
      expect(codes({ "deploy/a.yaml": secret(2 * half + 1) })).toEqual(["VX4003"]);
    });

    it("M1: reports VX3017 for data that is no text, and for another form", () => {
      expect(problems({ "deploy/a.yaml": given({ port: 8080 }) })).toEqual([
        "VX3017 /data/port [dev prod] the value of `port` is not a text in quotes",
      ]);
      expect(codes({ "deploy/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: [1]\n" })).toEqual(["VX3017"]);
      expect(codes({ "deploy/a.yaml": "apiVersion: v1\nkind: ConfigMap\ndata: {}\n" })).toEqual(["VX3017"]);
    });

    it("reports VX4001 for one that would stand in the way of ours, and not for a rendering of ours", () => {
      expect(codes({ "deploy/a.yaml": given({ a: "1" }, { name: "gateway-config" }) })).toEqual(["VX4001"]);
      const rendered = { name: "gateway-config", labels: { "veltrix.dev/service": "gateway" } };
      expect(codes({ "deploy/a.yaml": given({ a: "1" }, rendered) })).toEqual([]);
    });
  });

  it("reports VX3017 for every place of another form, and goes on", () => {
    const spec = {
      volumes: { a: 1 },
      containers: [{ env: "x", envFrom: [7], volumeMounts: [null] }, "y"],
      initContainers: [{ env: [{ valueFrom: { secretKeyRef: { name: 5 } } }] }],
    };
    expect(new Set(codes({ "deploy/a.yaml": workload({ spec }) }))).toEqual(new Set(["VX3017"]));
    expect(problems({ "deploy/a.yaml": workload({ spec }) }).length).toBeGreaterThanOrEqual(6);
  });

  it("reports VX3016 for braces in a name, where the rest is plain YAML", () => {
    const spec = container({ envFrom: [{ configMapRef: { name: "{{ .Release.Name }}-config" } }] });
    expect(codes({ "deploy/a.yaml": workload({ spec }), "deploy/b.yaml": given({ rule: "{{ $labels.job }}" }) })).toEqual(["VX3016"]);
  });

  it("reports VX3018 for each glob that names nothing", () => {
    expect(codes({ "deploy/a.yaml": "" }, ["deploy/*.yaml", "deploy/*.yml", "other/**/*.json"])).toEqual(["VX3018", "VX3018"]);
  });

  it("stops a build, and is silent where `workloads` is not written", async () => {
    const text = workload({ spec: container({ envFrom: [{ secretRef: { name: "nowhere" } }] }) });
    const { diagnostics } = await emitAll(kubernetesEmitter, modelWith({ "deploy/a.yaml": text }));
    expect(diagnostics.map(({ code }) => code)).toEqual(["VX3012"]);
    const { model } = compile(new MemoryHost({ ...sampleFiles, "deploy/a.yaml": text }));
    expect(model === undefined ? undefined : checkWorkloads(model)).toEqual([]);
  });
});
