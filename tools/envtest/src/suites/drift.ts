import { beforeAll, describe, expect, it } from "vitest";
import { RESTART_ANNOTATION } from "@veltrix/protocol/kubernetes";
import { mergePatch, sharedTestCluster, type TestCluster } from "../cluster.ts";
import { apply, brief, deploy, type Deployed } from "../deployed.ts";
import { deploymentOf, objectsOf, platformIn } from "../platform.ts";
import { reason, skipped } from "../skip.ts";

describe.skipIf(skipped !== undefined)(`veltrix drift against a real API server${reason}`, () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await sharedTestCluster();
  });

  /** A person changes a text inside a ConfigMap. */
  function edit({ namespace }: Deployed, name: string, key: string, change: (text: string) => string): void {
    const object = JSON.parse(cluster.kubectl(["get", "configmap", name, "-n", namespace, "-o", "json"]));
    object.data[key] = change(object.data[key]);
    cluster.kubectl(["replace", "--field-manager=kubectl-edit", "-f", "-"], object);
  }

  it.each(["client", "server"] as const)("is silent after kubectl apply on the %s's side", async (how) => {
    const deployed = await deploy(cluster, { how });
    const { code, stdout, stderr } = await deployed.veltrix(["drift", "--env", deployed.environment]);
    expect(stderr).toBe("");
    expect(stdout).toBe(`${deployed.environment} on envtest, 2 services: in sync\n`);
    expect(code).toBe(0);
  });

  it("names the key, both values, the manager and the time of a hand edit", async () => {
    const deployed = await deploy(cluster);
    edit(deployed, "gateway-config", "config.json", (text) => text.replace('"30s"', '"5m"'));
    const { code, findings } = await deployed.drift();
    expect(code).toBe(1);
    expect(findings).toEqual([
      {
        service: "gateway",
        environment: deployed.environment,
        hop: "edited-in-cluster",
        kind: "changed",
        pointer: "/mqtt/keepAlive",
        field: "/data/config.json",
        object: { kind: "ConfigMap", namespace: deployed.namespace, name: "gateway-config" },
        expected: { hash: expect.stringMatching(/^v1:sha256:/) as string, value: "30s" },
        actual: { hash: expect.stringMatching(/^v1:sha256:/) as string, value: "5m" },
        by: { manager: "kubectl-edit", operation: "Update", time: expect.stringMatching(/^20\d\d-.*Z$/) as string },
      },
    ]);
  });

  it("says not-applied, per key, where an older build is deployed as a whole", async () => {
    const deployed = await deploy(cluster);
    deployed.workspace.edit("schemas/gateway/values/base.yaml", "30s", "45s");
    deployed.workspace.edit("schemas/gateway/values/base.yaml", "8080", "9090");
    const { findings } = await deployed.drift();
    expect(brief(findings)).toEqual([
      "not-applied changed gateway /http/port",
      "not-applied changed gateway /http/port",
      "not-applied changed gateway /mqtt/keepAlive",
      "not-applied changed gateway /spec/template/metadata/annotations/veltrix.dev~1restart-fingerprint",
    ]);
    expect(findings.find(({ pointer }) => pointer === "/mqtt/keepAlive")).toMatchObject({
      expected: { value: "45s" },
      actual: { value: "30s" },
    });
  });

  it("tells an edit from the older build that it was made on", async () => {
    const deployed = await deploy(cluster);
    edit(deployed, "gateway-config", "config.json", (text) => text.replace("broker.iot", "other.iot"));
    deployed.workspace.edit("schemas/gateway/values/base.yaml", "burst: 100", "burst: 200");
    expect(brief((await deployed.drift()).findings)).toEqual([
      "edited-in-cluster changed gateway /mqtt/host",
      "not-applied changed gateway /limits/burst",
    ]);
  });

  it("says not-applied of another contract alone, and of a removed key", async () => {
    const deployed = await deploy(cluster);
    deployed.workspace.edit("schemas/router/config.schema.json", '"1.0.0"', '"1.1.0"');
    deployed.workspace.edit("schemas/gateway/values/base.yaml", "  path: /v1\n", "");
    const { findings } = await deployed.drift();
    expect(brief(findings)).toEqual([
      "not-applied added gateway /data/HTTP_PATH",
      "not-applied added gateway /http/path",
      "not-applied added gateway /http/path",
      "not-applied changed gateway /spec/template/metadata/annotations/veltrix.dev~1restart-fingerprint",
      "not-applied changed router /data/veltrix.json",
    ]);
    // In the delivered values, and as a variable of the pods.
    const places = findings.filter(({ pointer }) => pointer === "/http/path").map(({ object, field }) => `${object.kind} ${field}`);
    expect(places.toSorted()).toEqual(["ConfigMap /data/config.json", "Deployment /spec/template/spec/containers/gateway/env/HTTP_PATH"]);
  });

  it("says deployed-inconsistent where veltrix.json was edited", async () => {
    const deployed = await deploy(cluster);
    edit(deployed, "router-config", "veltrix.json", (text) => text.replace(/("\/retries": "v1:sha256:)..../, "$10000"));
    edit(deployed, "gateway-config", "veltrix.json", (text) => text.replace('"format": 1', '"format": 2'));
    expect(brief((await deployed.drift()).findings)).toEqual([
      "deployed-inconsistent changed gateway /data/veltrix.json",
      "deployed-inconsistent changed router /retries",
    ]);
  });

  it("finds what was added, taken away and relabelled by hand", async () => {
    const deployed = await deploy(cluster);
    const { namespace } = deployed;
    edit(deployed, "router-config", "config.json", (text) => text.replace('"retries"', '"extra": true,\n  "retries"'));
    cluster.kubectl(mergePatch({ kind: "configmap", namespace, name: "router-config" }, { data: { "extra.txt": "x" } }));
    const variables = { HTTP_PORT: null, HTTP_PATH: "/v2", NEW: "1" };
    cluster.kubectl(mergePatch({ kind: "configmap", namespace, name: "gateway-env" }, { data: variables }));
    cluster.kubectl(["label", "configmap", "gateway-config", "-n", namespace, "veltrix.dev/service-"]);
    cluster.kubectl(["annotate", "--overwrite", "configmap", "gateway-config", "-n", namespace, "veltrix.dev/contract-version=9.9.9"]);
    expect(brief((await deployed.drift()).findings)).toEqual([
      "edited-in-cluster added gateway /data/NEW",
      "edited-in-cluster added router /data/extra.txt",
      "edited-in-cluster added router /extra",
      "edited-in-cluster changed gateway /http/path",
      "edited-in-cluster changed gateway /metadata/annotations/veltrix.dev~1contract-version",
      "edited-in-cluster missing gateway /http/port",
      "edited-in-cluster missing gateway /metadata/labels/veltrix.dev~1service",
    ]);
  });

  it("finds missing objects, and objects of ours in another namespace", async () => {
    const deployed = await deploy(cluster);
    const { namespace } = deployed;
    cluster.kubectl(["delete", "configmap", "router-config", "gateway-env", "-n", namespace]);
    cluster.kubectl(["delete", "deployment", "gateway", "-n", namespace]);
    cluster.kubectl(["create", "namespace", `${namespace}-copy`]);
    const copy = JSON.parse(cluster.kubectl(["get", "configmap", "gateway-config", "-n", namespace, "-o", "json"]));
    apply(cluster, [{ ...copy, metadata: { name: "gateway-config", namespace: `${namespace}-copy`, labels: copy.metadata.labels } }]);
    const { findings } = await deployed.drift();
    expect(brief(findings)).toEqual([
      "edited-in-cluster added gateway gateway-config",
      "not-applied object-missing gateway gateway",
      "not-applied object-missing gateway gateway-env",
      "not-applied object-missing router router-config",
    ]);
    expect(findings.find(({ kind }) => kind === "added")).toMatchObject({
      object: { namespace: `${namespace}-copy` },
      note: `${deployed.environment} is namespace ${namespace}`,
      by: { manager: "kubectl-client-side-apply" },
    });
    cluster.kubectl(["delete", "configmap", "gateway-config", "-n", namespace]);
    const { stdout } = await deployed.veltrix(["drift", "--env", deployed.environment]);
    expect(stdout).toContain(`  note      one of this name is in the namespace ${namespace}-copy\n`);
    expect(stdout).toContain("  expected  a Deployment of this name\n  actual    no such object\n");
    const command = `kubectl apply --server-side --force-conflicts -k generated/cluster/${deployed.environment}`;
    expect(stdout).toContain(
      `  not-applied            ${command}\n  edited-in-cluster      delete the object, which no build has there\n  not-applied            deploy the workload: it is the team's own\n`,
    );
  });

  it("R15: takes equivalent rewrites as in sync", async () => {
    const deployed = await deploy(cluster);
    const { namespace } = deployed;
    edit(deployed, "gateway-config", "config.json", (text) =>
      JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).toReversed())),
    );
    edit(deployed, "gateway-config", "veltrix.json", (text) => `${JSON.stringify(JSON.parse(text))}\r\n`);
    cluster.kubectl([
      "label",
      "configmap",
      "gateway-config",
      "router-config",
      "-n",
      namespace,
      "team=edge",
      "argocd.argoproj.io/instance=x",
    ]);
    cluster.kubectl(["label", "--overwrite", "configmap", "router-config", "-n", namespace, "app.kubernetes.io/managed-by=Helm"]);
    cluster.kubectl(["annotate", "configmap", "gateway-env", "-n", namespace, "note=hello"]);
    apply(cluster, objectsOf(deployed.model, deployed.environment).slice(0, 1), "server");
    expect(await deployed.drift()).toEqual({ code: 0, findings: [] });
  });

  it("A6: shows no secret that somebody pasted, and no hash of it", async () => {
    const deployed = await deploy(cluster);
    edit(deployed, "gateway-config", "config.json", (text) => text.replace('"qos"', '"password": "hunter2",\n    "qos"'));
    edit(deployed, "router-config", "config.json", (text) => text.replace('"retries"', '"passphrase": "hunter2",\n  "retries"'));
    for (const format of ["pretty", "json"]) {
      const { code, stdout, stderr } = await deployed.veltrix(["drift", "--env", deployed.environment, "--format", format]);
      expect(code).toBe(1);
      expect(stdout + stderr).not.toContain("hunter2");
      expect(stdout).toContain("/mqtt/password");
      expect(stdout).toContain("a secret in the clear");
    }
    const { findings } = await deployed.drift();
    expect(findings.find(({ pointer }) => pointer === "/mqtt/password")?.actual).toEqual({});
  });

  it("says restart-pending of a workload without the annotation, and with another one", async () => {
    const deployed = await deploy(cluster);
    const patch = (annotation: string | null): void => {
      const template = { metadata: { annotations: { [RESTART_ANNOTATION]: annotation } } };
      cluster.kubectl(mergePatch({ kind: "deployment", namespace: deployed.namespace, name: "gateway" }, { spec: { template } }));
    };
    patch(null);
    const field = "/spec/template/metadata/annotations/veltrix.dev~1restart-fingerprint";
    expect(brief((await deployed.drift()).findings)).toEqual([`restart-pending missing gateway ${field}`]);
    patch("v1:sha256:0");
    expect(brief((await deployed.drift()).findings)).toEqual([`restart-pending changed gateway ${field}`]);
  });

  it("says restart-pending while pods of the old template run, and nothing when they are gone", async () => {
    const deployed = await deploy(cluster);
    const { namespace, model, environment } = deployed;
    const owner = await cluster.call("GET", `/apis/apps/v1/namespaces/${namespace}/deployments/gateway`);
    const own = deploymentOf(model, "gateway", environment).spec.template as {
      metadata: { labels: object; annotations: object };
      spec: object;
    };
    const replicaSet = async (name: string, template: object): Promise<string> => {
      const ownerReferences = [
        { apiVersion: "apps/v1", kind: "Deployment", name: "gateway", uid: owner.body.metadata.uid, controller: true },
      ];
      const spec = { replicas: 1, selector: { matchLabels: { app: "gateway" } }, template };
      const { status, body } = await cluster.call("POST", `/apis/apps/v1/namespaces/${namespace}/replicasets`, {
        apiVersion: "apps/v1",
        kind: "ReplicaSet",
        metadata: { name, namespace, ownerReferences },
        spec,
      });
      expect(status).toBe(201);
      return body.metadata.uid;
    };
    const pod = async (name: string, set: string, uid: string, annotations: object): Promise<void> => {
      const ownerReferences = [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: set, uid, controller: true }];
      const { status } = await cluster.call("POST", `/api/v1/namespaces/${namespace}/pods`, {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace, ownerReferences, labels: { app: "gateway" }, annotations },
        spec: { containers: [{ name: "gateway", image: "gateway:1" }] },
      });
      expect(status).toBe(201);
    };
    const oldTemplate = { ...own, metadata: { ...own.metadata, annotations: { [RESTART_ANNOTATION]: "v1:sha256:old" } } };
    const old = await replicaSet("gateway-old", oldTemplate);
    const next = await replicaSet("gateway-new", own);
    await pod("gateway-old-1", "gateway-old", old, { [RESTART_ANNOTATION]: "v1:sha256:old" });
    await pod("gateway-new-1", "gateway-new", next, own.metadata.annotations);
    const { findings } = await deployed.drift();
    expect(findings).toMatchObject([
      {
        hop: "restart-pending",
        kind: "changed",
        actual: { hash: "v1:sha256:old" },
        note: "1 of 2 pods run with an older one: gateway-old-1",
      },
    ]);
    cluster.kubectl(["scale", "replicaset", "gateway-old", "-n", namespace, "--replicas=0"]);
    cluster.kubectl(["delete", "pod", "gateway-old-1", "-n", namespace, "--force", "--grace-period=0"]);
    expect(await deployed.drift()).toEqual({ code: 0, findings: [] });
  });

  it("tells two services of one workload apart: each has an annotation of its own", async () => {
    const router = JSON.parse(platformIn("x", "x")["schemas/router/config.schema.json"] ?? "") as { "x-veltrix": object };
    router["x-veltrix"] = { version: "1.0.0", workload: { kind: "Deployment", name: "gateway" } };
    const files = { "schemas/router/config.schema.json": JSON.stringify(router, undefined, 2) };
    const deployed = await deploy(cluster, { files });
    const field = "/spec/template/metadata/annotations/veltrix.dev~1restart-fingerprint-router";
    // The team has put in the parts of the gateway alone.
    expect(brief((await deployed.drift()).findings)).toEqual([`restart-pending missing router ${field}`]);
    deployed.workspace.write("deploy.yaml", bare(deployed, ["gateway", "router"]));
    const both = await deployed.veltrix(["patch", "--env", deployed.environment, "--file", "deploy.yaml"]);
    expect(both.stderr).toContain("Deployment gateway patched");
    cluster.kubectl(["apply", "-f", "-"], both.stdout);
    expect(await deployed.drift()).toEqual({ code: 0, findings: [] });
    deployed.workspace.edit("schemas/router/values/base.yaml", "retries: 3", "retries: 4");
    expect(brief((await deployed.drift()).findings)).toEqual([
      "not-applied changed router /retries",
      `not-applied changed router ${field}`,
    ]);
  });

  /** The Deployment as the team writes it. */
  function bare({ namespace }: Deployed, containers: readonly string[]): string {
    return JSON.stringify({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "gateway", namespace },
      spec: {
        selector: { matchLabels: { app: "gateway" } },
        template: {
          metadata: { labels: { app: "gateway" } },
          spec: { containers: containers.map((name) => ({ name, image: `${name}:1` })) },
        },
      },
    });
  }

  it("is silent about an acknowledged value until its day is over, and about no other value", async () => {
    const deployed = await deploy(cluster);
    edit(deployed, "router-config", "config.json", (text) => text.replace("telemetry", "other"));
    const [finding] = (await deployed.drift()).findings;
    const acknowledge = (until: string): void =>
      deployed.workspace.write(
        "schemas/acknowledged.yaml",
        JSON.stringify({
          acknowledged: [
            {
              service: "router",
              environment: deployed.environment,
              object: `ConfigMap/${deployed.namespace}/router-config`,
              key: finding?.pointer,
              hash: finding?.actual.hash,
              until,
              reason: "the topic moves",
            },
          ],
        }),
      );
    acknowledge("2999-01-01");
    const silent = await deployed.veltrix(["drift", "--env", deployed.environment]);
    expect(silent.stdout).toBe(`${deployed.environment} on envtest, 2 services: in sync, 1 acknowledged\n`);
    expect(silent.code).toBe(0);
    edit(deployed, "router-config", "config.json", (text) => text.replace("other", "another"));
    expect(brief((await deployed.drift()).findings)).toEqual(["edited-in-cluster changed router /topic"]);
    const other = await deployed.veltrix(["drift", "--env", deployed.environment]);
    expect(other.stdout).toContain("2 services: 1 difference, 1 acknowledgement matches nothing\n");
    edit(deployed, "router-config", "config.json", (text) => text.replace("another", "other"));
    acknowledge("2020-01-01");
    const over = await deployed.veltrix(["drift", "--env", deployed.environment]);
    expect(over.stdout).toContain("EXPIRED   it was acknowledged until 2020-01-01: the topic moves\n");
    expect(over.stdout).toContain("2 services: 1 difference, 1 acknowledgement has expired\n");
    const { stdout } = await deployed.veltrix(["drift", "--env", deployed.environment, "--format", "json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      summary: { findings: 1, acknowledged: 0, expired: 1 },
      drift: { findings: [{ pointer: "/topic", expired: { until: "2020-01-01", reason: "the topic moves" } }] },
    });
    expect(over.code).toBe(1);
  });
});
