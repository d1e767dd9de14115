// Edits of the example's workloads: each of what our projection put there ends in a finding that names the field, and none
// of anything else does. On objects as they are written, and as a real API server keeps them.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { compareService, LiveObjects } from "@veltrix/cluster";
import { compile, DiskHost } from "@veltrix/compiler";
import { expectedServices, listObjects, outputsOf, serviceObjects } from "@veltrix/kubernetes";
import type { JsonObject } from "@veltrix/protocol";
import {
  type ClusterFinding,
  type ExpectedService,
  type KubernetesObject,
  type WorkloadKind,
  workloadKinds,
} from "@veltrix/protocol/kubernetes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sharedTestCluster, stopSharedTestCluster, type TestCluster } from "./cluster.ts";
import { runVeltrix } from "./deployed.ts";
import { harmful, harmless, templateOf } from "./mutate-workload.ts";
import { deploymentOf } from "./platform.ts";
import { Random } from "./random.ts";
import { reason, skipped } from "./skip.ts";
// oxlint-disable-next-line import/no-unassigned-import -- it sets how long tests wait
import "./suites/patience.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const { model } = compile(new DiskHost(root));
if (model === undefined) throw new Error("the platform of this repository does not compile");
const ENVIRONMENT = "prod";
const SEED = 20260;

const withWorkload = expectedServices(model, ENVIRONMENT).flatMap((service) =>
  service.workload === undefined ? [] : [{ ...service, workload: service.workload }],
);
type WithWorkload = (typeof withWorkload)[number];

afterAll(stopSharedTestCluster);

/** What is found where `object` is the service's workload, and all else is as it was built. */
function findingsOf(service: WithWorkload, object: JsonObject): readonly ClusterFinding[] {
  const live = new LiveObjects([service]);
  for (const map of [service.config, service.variables]) if (map !== undefined) live.put("ConfigMap", map);
  live.put(service.workload.kind, object as unknown as KubernetesObject);
  return compareService(service, live.of(service));
}

/** A deep copy of `object` after the edits. */
function edited(
  object: JsonObject,
  { workload }: WithWorkload,
  edits: readonly { readonly mutate: (live: never) => unknown }[],
): JsonObject {
  const copy = structuredClone(object);
  for (const { mutate } of edits) mutate(templateOf(copy, workload) as never);
  return copy;
}

/** Does every edit to `object`, each over a random one that is none; returns how many. */
function tryEdits(service: WithWorkload, object: JsonObject, random: Random): number {
  const { workload } = service;
  const name = { kind: workload.kind, namespace: service.namespace, name: workload.name };
  expect(findingsOf(service, object)).toEqual([]);
  for (const edit of harmless(random)) {
    const others = random.shuffle(harmless(random)).slice(0, 3);
    const findings = findingsOf(service, edited(object, service, [edit, ...others]));
    const what = [edit, ...others].map((each) => each.what);
    expect({ what, findings }).toEqual({ what, findings: [] });
  }
  const edits = harmful(object, workload);
  for (const { what, field, mutate } of edits) {
    const over = random.pick(harmless(random));
    const findings = findingsOf(service, edited(object, service, [over, { mutate }]));
    const fields = findings.map((finding) => finding.field ?? "");
    const named = fields.filter((each) => each === field || each.startsWith(`${field}/`));
    expect({ what, over: over.what, fields, isNamed: named.length > 0 }).toMatchObject({ isNamed: true });
    for (const finding of findings) expect(finding.object).toEqual(name);
  }
  return edits.length;
}

function inKind(service: WithWorkload, kind: WorkloadKind): WithWorkload {
  return { ...service, workload: { ...service.workload, kind } };
}

/** The Deployment as an object of another kind. */
function asKind(deployment: JsonObject, kind: WorkloadKind): JsonObject {
  const { spec, metadata } = deployment as {
    readonly spec: { readonly template: JsonObject; readonly selector: JsonObject };
    readonly metadata: JsonObject;
  };
  const template = {
    ...spec.template,
    spec: { ...(spec.template["spec"] as JsonObject), ...(kind === "CronJob" ? { restartPolicy: "Never" } : {}) },
  };
  const inside =
    kind === "CronJob" ? { schedule: "0 3 * * *", jobTemplate: { spec: { template } } } : { selector: spec.selector, template };
  return {
    apiVersion: workloadKinds[kind].apiVersion,
    kind,
    metadata,
    spec: { ...inside, ...(kind === "StatefulSet" ? { serviceName: "a" } : {}) },
  };
}

function written(service: ExpectedService): JsonObject {
  if (model === undefined) throw new Error("not compiled");
  return JSON.parse(JSON.stringify(deploymentOf(model, service.service, service.environment))) as JsonObject;
}

describe("edits of a workload, as it is written", () => {
  it.each(Object.keys(workloadKinds) as readonly WorkloadKind[])("are told, and nothing else is, of a %s", (kind) => {
    let sites = 0;
    for (const service of withWorkload) sites += tryEdits(inKind(service, kind), asKind(written(service), kind), new Random(SEED));
    expect(withWorkload.length).toBeGreaterThanOrEqual(4);
    expect(sites).toBeGreaterThanOrEqual(60);
  });
});

describe.skipIf(skipped !== undefined)(`edits of a workload, as a real API server keeps it${reason}`, () => {
  let cluster: TestCluster;
  const folder = mkdtempSync(join(tmpdir(), "veltrix-workloads-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (path: string, text: string): string => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    return join(folder, path);
  };
  const namespace = withWorkload[0]?.namespace ?? "";
  const ids = withWorkload.map(({ service }) => service);

  beforeAll(async () => {
    cluster = await sharedTestCluster();
    cluster.kubectl(["create", "namespace", namespace]);
    if (model === undefined) return;
    const items = model.services.flatMap((service) =>
      service.configs
        .filter(({ environment }) => environment.name === ENVIRONMENT)
        .flatMap((config) => {
          const objects = serviceObjects(service, config, outputsOf(model));
          return objects === undefined ? [] : listObjects(objects);
        }),
    );
    cluster.kubectl(["apply", "--server-side", "-f", "-"], { apiVersion: "v1", kind: "List", items });
  });

  /** What a team writes: nothing of ours. */
  const bare = (id: string, container = id): JsonObject => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: id },
    spec: {
      selector: { matchLabels: { app: id } },
      template: {
        metadata: { labels: { app: id } },
        spec: { containers: [{ name: container, image: `${container}:1`, env: [{ name: "NODE_ENV", value: "production" }] }] },
      },
    },
  });

  /** What the command says, and what the server holds. */
  async function look(): Promise<ReadonlyMap<string, JsonObject>> {
    const { stdout, stderr } = await runVeltrix(root, cluster.kubeconfig, ["drift", "--env", ENVIRONMENT, "--format", "json"]);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout).drift.findings).toEqual([]);
    const { items } = JSON.parse(cluster.kubectl(["get", "deployments", "-n", namespace, "-o", "json", "--show-managed-fields"])) as {
      readonly items: readonly JsonObject[];
    };
    return new Map(
      items.map((item) => [String((item["metadata"] as JsonObject)["name"]), { apiVersion: "apps/v1", kind: "Deployment", ...item }]),
    );
  }

  function tryAll(live: ReadonlyMap<string, JsonObject>): number {
    const random = new Random(SEED);
    return withWorkload.reduce((sum, service) => sum + tryEdits(service, live.get(service.workload.name) ?? {}, random), 0);
  }

  const clear = (): void => void cluster.kubectl(["delete", "deployments", "--all", "-n", namespace, "--cascade=background"]);

  it("are told after veltrix patch and kubectl apply, and nothing else is", async () => {
    const stream = JSON.stringify({ apiVersion: "v1", kind: "List", items: ids.map((id) => bare(id)) });
    const { stdout, code } = await runVeltrix(root, cluster.kubeconfig, [
      "patch",
      "--env",
      ENVIRONMENT,
      "--file",
      write("deploy.yaml", stream),
    ]);
    expect(code).toBe(0);
    cluster.kubectl(["apply", "-n", namespace, "-f", "-"], stdout);
    const sites = tryAll(await look());
    expect(sites).toBeGreaterThanOrEqual(60);
    clear();
  });

  it("are told after Kustomize with the Components, and nothing else is", async () => {
    const generated = (id: string): string => relative(join(folder, "team"), join(root, "generated", id, "k8s", ENVIRONMENT, "component"));
    for (const id of ids) write(`team/${id}.yaml`, JSON.stringify(bare(id)));
    write(
      "team/kustomization.yaml",
      JSON.stringify({ namespace, resources: ids.map((id) => `${id}.yaml`), components: ids.map(generated) }),
    );
    cluster.kubectl(["apply", "--server-side", "-k", join(folder, "team")]);
    expect(tryAll(await look())).toBeGreaterThanOrEqual(60);
    clear();
  });

  it("are told after a chart with the named templates, whatever its container is called, and nothing else is", async () => {
    for (const id of ids) {
      const include = (name: string, indent: number): string => `{{- include "veltrix.${id}.${name}" . | nindent ${indent} }}`;
      write(`${id}/Chart.yaml`, JSON.stringify({ apiVersion: "v2", name: id, version: "1.0.0" }));
      write(`${id}/values.yaml`, JSON.stringify({ [`${id}-config`]: { environment: ENVIRONMENT, enabled: false } }));
      cpSync(join(root, "generated", id, "chart"), join(folder, id, "charts", `${id}-config`), { recursive: true });
      write(
        `${id}/templates/deployment.yaml`,
        `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${id} }
spec:
  selector: { matchLabels: { app: ${id} } }
  template:
    metadata:
      labels: { app: ${id} }
      annotations: ${include("podAnnotations", 8)}
    spec:
      containers:
        - name: logger
          image: logger:1
        - name: app
          image: app:1
          env: ${include("env", 12)}
          volumeMounts: ${include("volumeMounts", 12)}
      volumes: ${include("volumes", 8)}
`,
      );
      const said = cluster.tryHelm(["upgrade", "--install", id, join(folder, id), "--namespace", namespace]);
      expect(said).toMatchObject({ status: 0 });
    }
    expect(tryAll(await look())).toBeGreaterThanOrEqual(60);
    clear();
  });
});
