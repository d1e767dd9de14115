import { emitAll, compile, DiskHost, MemoryHost, type Model } from "@veltrix/compiler";
import { annotationBytes, kubernetesEmitter, objectsFor, renderConfigMap } from "@veltrix/kubernetes";
import fc from "fast-check";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parseAllDocuments, stringify } from "yaml";
import type { ExpectedConfigMap } from "@veltrix/protocol/kubernetes";
import { run, temporaryFolder, type ProcessResult } from "./folder.ts";
import { kubernetesTools } from "./kubernetes-tools.ts";

const tools = kubernetesTools();
const skipped = "skipped" in tools ? tools.skipped : undefined;
if (skipped !== undefined) console.warn(`SKIPPED: every test against the real kubectl: ${skipped}`);
const title = skipped === undefined ? "" : ` (SKIPPED: ${skipped})`;

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data: { readonly [key: string]: string };
  readonly spec: { readonly template: Template; readonly jobTemplate: { readonly spec: { readonly template: Template } } };
}
interface Template {
  readonly metadata: { readonly annotations: unknown };
  readonly spec: { readonly volumes: unknown; readonly containers: readonly unknown[] };
}

function kubectl(args: readonly string[], folder: string): ProcessResult {
  if ("skipped" in tools) throw new Error(tools.skipped);
  return run(tools.kubectl, args, folder);
}

/** The objects that `kubectl kustomize` makes of `files`. */
function kustomize(files: Iterable<readonly [string, string]>, folder = "."): readonly Manifest[] {
  using root = temporaryFolder(files);
  const { status, stdout, stderr } = kubectl(["kustomize", folder], root.path);
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return parseAllDocuments(stdout, { version: "1.1", strict: true }).map((document) => document.toJS() as Manifest);
}

const contract = {
  "x-veltrix": { version: "1.0.0", workload: { kind: "Deployment", name: "gateway" } },
  type: "object",
  additionalProperties: false,
  required: ["host", "port", "password"],
  properties: {
    host: { type: "string", contentMediaType: "text/plain" },
    port: { type: "integer", "x-env": "PORT" },
    password: { type: "string", "x-secret": true },
  },
};

function compiled(host: MemoryHost | DiskHost): Model {
  const { model, diagnostics } = compile(host);
  if (model === undefined) throw new Error(JSON.stringify(diagnostics, undefined, 2));
  return model;
}

function sampleModel(workload: { readonly kind: string; readonly name: string }): Model {
  return compiled(
    new MemoryHost({
      "schemas/veltrix.yaml": "environments: { prod: { namespace: iot } }\n",
      "schemas/gateway/config.schema.json": JSON.stringify({ ...contract, "x-veltrix": { version: "1.0.0", workload } }),
      "schemas/gateway/values/base.yaml":
        'host: "{{ .Values.x }}\\n---\\nkind: ClusterRoleBinding"\nport: 8883\npassword: !secret mqtt-credentials/password\n',
    }),
  );
}

async function generate(model: Model): Promise<ReadonlyMap<string, string>> {
  const { files, diagnostics } = await emitAll(kubernetesEmitter, model);
  expect(diagnostics).toEqual([]);
  return new Map(files.map(({ path, contents }) => [`generated/${path}`, contents]));
}

/** A team's own folder over the generated ones. */
function overlay(workload: object, generated: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([
    ...generated,
    ["deploy/workload.yaml", stringify(workload)],
    [
      "deploy/kustomization.yaml",
      stringify({
        apiVersion: "kustomize.config.k8s.io/v1beta1",
        kind: "Kustomization",
        namespace: "iot",
        resources: ["workload.yaml", "../generated/gateway/k8s/prod"],
        components: ["../generated/gateway/k8s/prod/component"],
      }),
    ],
  ]);
}

const ownContainer = {
  name: "gateway",
  image: "gateway:1",
  env: [{ name: "LOG", value: "x" }],
  envFrom: [{ configMapRef: { name: "team" } }],
  volumeMounts: [{ name: "data", mountPath: "/data" }],
};
const ownTemplate = {
  metadata: { labels: { app: "gateway" }, annotations: { team: "edge" } },
  spec: { containers: [{ name: "sidecar", image: "sidecar:1" }, ownContainer], volumes: [{ name: "data", emptyDir: {} }] },
};
const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "gateway" },
  spec: { selector: { matchLabels: { app: "gateway" } }, template: ownTemplate },
};

/** Compares without regard to the order of a list. */
function sorted(items: unknown): readonly string[] {
  return (items as readonly object[]).map((item) => JSON.stringify(item, Object.keys(flat(item)).sort())).sort();
}
function flat(value: unknown): Record<string, true> {
  const keys: Record<string, true> = {};
  JSON.stringify(value, (key, member: unknown) => ((keys[key] = true), member));
  return keys;
}

describe.skipIf(skipped !== undefined)(`the real kubectl${title}`, () => {
  it("patches the team's Deployment and keeps all that is its own", async () => {
    const model = sampleModel({ kind: "Deployment", name: "gateway" });
    const objects = kustomize(overlay(deployment, await generate(model)), "deploy");
    const found = objects.find(({ kind }) => kind === "Deployment");
    const config = model.services[0]?.configs[0];
    expect(found?.spec.template.metadata.annotations).toEqual({
      team: "edge",
      "veltrix.dev/restart-fingerprint": config?.fingerprints.restart,
    });
    const [container, ...others] = (found?.spec.template.spec.containers ?? []).filter(
      (each) => (each as { name: string }).name === "gateway",
    ) as (typeof ownContainer)[];
    expect(others).toEqual([]);
    expect(found?.spec.template.spec.containers).toHaveLength(2);
    expect(container?.envFrom).toEqual(ownContainer.envFrom);
    expect(sorted(container?.env)).toEqual(
      sorted([
        { name: "LOG", value: "x" },
        { name: "VELTRIX_SOURCE", value: "dir" },
        { name: "VELTRIX_ENVIRONMENT", value: "prod" },
        { name: "VELTRIX_CONFIG_DIR", value: "/etc/veltrix/config" },
        { name: "VELTRIX_SECRETS_DIR", value: "/etc/veltrix/secrets" },
        { name: "PORT", valueFrom: { configMapKeyRef: { name: "gateway-env", key: "PORT", optional: false } } },
      ]),
    );
    expect(sorted(container?.volumeMounts)).toEqual(
      sorted([
        { name: "data", mountPath: "/data" },
        { name: "veltrix-config", mountPath: "/etc/veltrix/config", readOnly: true },
        { name: "veltrix-secrets", mountPath: "/etc/veltrix/secrets", readOnly: true },
      ]),
    );
    const source = {
      secret: { name: "mqtt-credentials", items: [{ key: "password", path: "mqtt-credentials/password" }], optional: false },
    };
    expect(sorted(found?.spec.template.spec.volumes)).toEqual(
      sorted([
        { name: "data", emptyDir: {} },
        { name: "veltrix-config", configMap: { name: "gateway-config" } },
        { name: "veltrix-secrets", projected: { sources: [source] } },
      ]),
    );
  });

  it("patches the pods of a CronJob", async () => {
    const generated = await generate(sampleModel({ kind: "CronJob", name: "nightly" }));
    const cronJob = {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name: "nightly" },
      spec: { schedule: "0 3 * * *", jobTemplate: { spec: { template: ownTemplate } } },
    };
    const found = kustomize(overlay(cronJob, generated), "deploy").find(({ kind }) => kind === "CronJob");
    expect(found?.spec.jobTemplate.spec.template.metadata.annotations).toHaveProperty("veltrix.dev/restart-fingerprint");
    expect(JSON.stringify(found)).toContain("/etc/veltrix/config");
  });

  it.each([
    ["is missing", { ...deployment, metadata: { name: "other" } }],
    ["is of another kind", { ...deployment, kind: "StatefulSet" }],
    ["carries a namespace of its own", { ...deployment, metadata: { name: "gateway", namespace: "iot" } }],
  ])("is stopped by the component when the workload %s", async (_case, workload) => {
    using root = temporaryFolder(overlay(workload, await generate(sampleModel({ kind: "Deployment", name: "gateway" }))));
    const { status, stdout, stderr } = kubectl(["kustomize", "deploy"], root.path);
    expect(stdout).toBe("");
    expect(stderr).toContain("Deployment.v1.apps/gateway");
    expect(status).toBe(1);
  });

  it("adds a container without an image, which no API server takes, when none is called like the service", async () => {
    const template = { ...ownTemplate, spec: { ...ownTemplate.spec, containers: [{ name: "main", image: "gateway:1" }] } };
    const generated = await generate(sampleModel({ kind: "Deployment", name: "gateway" }));
    const found = kustomize(overlay({ ...deployment, spec: { ...deployment.spec, template } }, generated), "deploy").find(
      ({ kind }) => kind === "Deployment",
    );
    const containers = found?.spec.template.spec.containers as readonly { readonly name: string; readonly image?: string }[];
    expect(containers.map(({ name, image }) => [name, image]).sort()).toEqual([
      ["gateway", undefined],
      ["main", "gateway:1"],
    ]);
  });

  it("M1, M7: renders the ConfigMaps of this repository's services equal to ours", async () => {
    const model = compiled(new DiskHost(fileURLToPath(new URL("../../..", import.meta.url))));
    const generated = await generate(model);
    let compared = 0;
    for (const service of model.services) {
      for (const config of service.configs.filter(({ environment }) => environment.namespace !== undefined)) {
        const rendered = kustomize(generated, `generated/${service.id}/k8s/${config.environment.name}`);
        const expected = objectsFor(service, config);
        expect(sorted(rendered.map(({ metadata }) => metadata))).toEqual(sorted(expected.map(({ metadata }) => metadata)));
        for (const object of expected) {
          expect(rendered.find(({ metadata }) => metadata.name === object.metadata.name)).toEqual(object);
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThanOrEqual(12);
  }, 60_000);

  it("M1, M7: reads back any text byte for byte, as a literal and quoted", () => {
    const line = fc.constantFrom(
      "",
      " ",
      "  ",
      "\t",
      "a",
      " a",
      "\ta",
      "a ",
      "---",
      "...",
      "# a",
      "- a",
      "é",
      "\r",
      "\u0085",
      "\u2028",
      "{{ .Values.x }}",
      "NO",
      "0x1F",
      "1:20",
    );
    const shaped = fc.array(line, { maxLength: 6 }).map((parts) => parts.join("\n"));
    const texts = fc.sample(fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "binary-ascii" }), shaped, line), 2_000);
    const data = Object.fromEntries(texts.map((text, index) => [`k${index}`, text]));
    const object: ExpectedConfigMap = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "a", namespace: "b", labels: {}, annotations: {} },
      data,
    };
    for (const style of ["literal", "quoted"] as const) {
      using root = temporaryFolder([["a.yaml", renderConfigMap(object, style)]]);
      // As JSON: what kubectl prints is then read by no YAML parser of ours.
      const { status, stdout, stderr } = kubectl(["patch", "--local", "-f", "a.yaml", "--type=merge", "-p", "{}", "-o", "json"], root.path);
      expect(stderr).toBe("");
      expect(status).toBe(0);
      expect((JSON.parse(stdout) as Manifest).data).toEqual(data);
    }
    console.log(`round trip through kubectl: ${texts.length} texts x 2 styles`);
  }, 60_000);

  it("M3: stores as many bytes in an annotation as VX4004 counts", () => {
    using root = temporaryFolder([["config.json", 'a "quoted"\n<tag> & \u2028 é 😀 \u0001\t\\ \n']]);
    const { stdout, stderr } = kubectl(
      ["create", "configmap", "a", "--from-file=config.json", "--save-config", "--dry-run=client", "-o", "json"],
      root.path,
    );
    expect(stderr).toBe("");
    const [entry, ...others] = Object.entries((JSON.parse(stdout) as ExpectedConfigMap).metadata.annotations);
    expect(others).toEqual([]);
    const [key, text] = entry ?? ["", ""];
    const applied = JSON.parse(text) as ExpectedConfigMap;
    // What was applied carries no annotation of its own: only its JSON counts.
    const own = { ...applied.metadata.annotations };
    const counted = annotationBytes({ ...applied, metadata: { ...applied.metadata, annotations: own } }) - '"annotations":{},'.length;
    expect(counted).toBe(Buffer.byteLength(key) + Buffer.byteLength(text));
  });
});

it.skipIf(skipped !== undefined)(`finds a kubectl and a helm that run${title}`, () => {
  if ("skipped" in tools) throw new Error(tools.skipped);
  expect(run(tools.kubectl, ["version", "--client"], ".").stdout).toMatch(/Client Version: v1\.35\./);
  expect(run(tools.helm, ["version", "--short"], ".").stdout).toMatch(/^v4\./);
  expect(kubernetesTools()).toEqual(tools);
});
