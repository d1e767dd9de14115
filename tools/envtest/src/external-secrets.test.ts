import { expectedServices } from "@veltrix/kubernetes";
import { type DriftEvent, openCluster, watchDrift } from "@veltrix/cluster";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { parseAllDocuments } from "yaml";
import { serviceAccount, startTestCluster, type TestCluster } from "./cluster.ts";
import { apply, brief, deploy, type Deployed } from "./deployed.ts";
import { externalSecretKind } from "./external-secret-kind.ts";
import { objectsOf } from "./platform.ts";
import { reason, skipped } from "./skip.ts";
import { PATIENCE } from "./suites/patience.ts";

const outputs =
  "outputs: { externalSecrets: { store: { name: vault, kind: ClusterSecretStore }, refreshInterval: 1h, remoteKey: 'kv/{secret}' } }\n";

describe.skipIf(skipped !== undefined)(`ExternalSecrets against a real API server${reason}`, () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startTestCluster();
  });
  afterAll(async () => cluster?.server.stop());

  /** The platform with ExternalSecrets; `bare` where the cluster has no such kind yet. */
  async function deployed(options: { readonly how?: "client" | "server"; readonly bare?: true } = {}): Promise<Deployed> {
    if (options.bare !== true) makeKind();
    return deploy(cluster, { ...options, outputs });
  }

  /** What the operator brings; once it is there, nothing changes. */
  function makeKind(): void {
    cluster.kubectl(["apply", "-f", "-"], externalSecretKind);
    cluster.kubectl(["wait", "--for=condition=Established", "--timeout=60s", "crd/externalsecrets.external-secrets.io"]);
  }

  function path({ namespace }: Deployed): string {
    return `/apis/external-secrets.io/v1/namespaces/${namespace}/externalsecrets/gateway-mqtt`;
  }

  async function patch(target: Deployed, change: object, manager = "by-hand"): Promise<void> {
    const { status } = await cluster.call("PATCH", `${path(target)}?fieldManager=${manager}`, change, {
      contentType: "application/merge-patch+json",
    });
    expect(status).toBe(200);
  }

  const entry = { secretKey: "password", remoteRef: { key: "kv/mqtt", property: "password" } };

  it("says that the cluster has no such kind, follows it when it comes, and when it goes", async () => {
    const target = await deployed({ bare: true });
    apply(
      cluster,
      objectsOf(target.model, target.environment).filter((object) => (object as { readonly kind: string }).kind === "ConfigMap"),
    );
    const { code, stdout } = await target.veltrix(["drift", "--env", target.environment, "--service", "gateway"]);
    expect(stdout).toContain(`drift[not-applied] gateway in ${target.environment}: ExternalSecret gateway-mqtt is object-missing\n`);
    expect(stdout).toContain("note      the cluster knows no ExternalSecrets of external-secrets.io/v1");
    expect(code).toBe(1);

    const events: DriftEvent[] = [];
    const lost: unknown[] = [];
    const stop = new AbortController();
    const ended = watchDrift(
      await openCluster({ kubeconfig: cluster.kubeconfig }),
      expectedServices(target.model, target.environment, "gateway"),
      {
        signal: stop.signal,
        onEvent: (event) => events.push(event),
        onLost: (error) => lost.push(error),
        deadlineMs: 500,
        // What is seen, a watch has shown.
        recheckMs: 3_600_000,
        follow: { backoff: { first: 20, longest: 200 } },
      },
    );
    onTestFinished(async () => {
      stop.abort();
      await ended;
    });
    const told = (): readonly string[] =>
      events.filter(({ finding }) => finding.object.kind === "ExternalSecret").map(({ type, finding }) => `${type} ${brief([finding])[0]}`);
    await vi.waitUntil(() => told().includes("opened not-applied object-missing gateway gateway-mqtt"), PATIENCE);
    makeKind();
    apply(cluster, objectsOf(target.model, target.environment));
    await vi.waitUntil(() => told().includes("closed not-applied object-missing gateway gateway-mqtt"), PATIENCE);
    await patch(target, { spec: { refreshInterval: "2h" } });
    await vi.waitUntil(() => told().includes("opened edited-in-cluster changed gateway /spec/refreshInterval"), PATIENCE);
    await patch(target, { spec: { refreshInterval: "60m" } });
    await vi.waitUntil(() => told().includes("closed edited-in-cluster changed gateway /spec/refreshInterval"), PATIENCE);
    await cluster.call("DELETE", path(target));
    await vi.waitUntil(() => told().includes("opened edited-in-cluster object-missing gateway gateway-mqtt"), PATIENCE);
    expect(lost).toEqual([]);
    expect(told()).toHaveLength(5);
  });

  it.each(["client", "server"] as const)(
    "is silent after kubectl apply on the %s's side, and after the operator has been there",
    async (how) => {
      const target = await deployed({ how });
      expect((await target.drift()).findings).toEqual([]);
      const filledIn = { conversionStrategy: "Default", decodingStrategy: "None", metadataPolicy: "None" };
      const change = {
        metadata: { finalizers: ["external-secrets.io/cleanup"], annotations: { "force-sync": "1" } },
        spec: {
          refreshInterval: "1h0m0s",
          refreshPolicy: "Periodic",
          target: { deletionPolicy: "Retain", immutable: false },
          data: [{ ...entry, remoteRef: { ...entry.remoteRef, ...filledIn }, somethingNew: "x" }],
          somethingNew: { a: 1 },
        },
        status: { refreshTime: "2026-01-01T00:00:00Z" },
      };
      await patch(target, change, "external-secrets");
      expect(await target.drift()).toEqual({ code: 0, findings: [] });
      await patch(target, { metadata: { finalizers: null } });
    },
  );

  it("names each field, both values, the manager and the time of a hand edit", async () => {
    const target = await deployed({ how: "server" });
    await patch(target, {
      spec: {
        secretStoreRef: { name: "other" },
        target: { creationPolicy: null, deletionPolicy: "Delete" },
        data: [
          { ...entry, remoteRef: { key: "kv/other", property: "password", version: "3" }, sourceRef: { storeRef: { name: "x" } } },
          { secretKey: "added", remoteRef: { key: "kv/added" } },
        ],
        dataFrom: [{ extract: { key: "kv/all" } }],
      },
    });
    const { code, findings } = await target.drift();
    expect(code).toBe(1);
    expect(brief(findings)).toEqual([
      "edited-in-cluster added gateway /spec/data/added",
      "edited-in-cluster added gateway /spec/data/password/remoteRef/version",
      "edited-in-cluster added gateway /spec/data/password/sourceRef",
      "edited-in-cluster added gateway /spec/dataFrom",
      "edited-in-cluster changed gateway /spec/data/password/remoteRef/key",
      "edited-in-cluster changed gateway /spec/secretStoreRef/name",
      "edited-in-cluster changed gateway /spec/target/deletionPolicy",
      "edited-in-cluster missing gateway /spec/target/creationPolicy",
    ]);
    expect(findings.find(({ field }) => field === "/spec/data/password/remoteRef/key")).toEqual({
      service: "gateway",
      environment: target.environment,
      hop: "edited-in-cluster",
      kind: "changed",
      pointer: "",
      field: "/spec/data/password/remoteRef/key",
      object: { kind: "ExternalSecret", namespace: target.namespace, name: "gateway-mqtt" },
      expected: { hash: expect.stringMatching(/^v1:sha256:/) as string, value: "kv/mqtt" },
      actual: { hash: expect.stringMatching(/^v1:sha256:/) as string, value: "kv/other" },
      by: { manager: "by-hand", operation: "Update", time: expect.stringMatching(/^20\d\d-.*Z$/) as string },
    });
  });

  it("finds an entry that is gone, one that is there twice, and labels that are gone", async () => {
    const target = await deployed();
    await patch(target, { spec: { data: [entry, { ...entry, remoteRef: { key: "kv/mine", property: "password" } }] } });
    const { findings } = await target.drift();
    expect(brief(findings)).toEqual(["edited-in-cluster changed gateway /spec/data/password"]);
    expect(findings[0]?.note).toBe("2 entries have this secretKey, and the last one counts");
    const labels = { "veltrix.dev/service": null, "veltrix.dev/environment": null };
    await patch(target, { metadata: { labels }, spec: { data: null } });
    expect(brief((await target.drift()).findings)).toEqual([
      "edited-in-cluster missing gateway /metadata/labels/veltrix.dev~1environment",
      "edited-in-cluster missing gateway /metadata/labels/veltrix.dev~1service",
      "edited-in-cluster missing gateway /spec/data/password",
    ]);
  });

  it("finds what is missing, what is in another namespace, and what no build has", async () => {
    const target = await deployed();
    const { namespace } = target;
    const copy = JSON.parse(cluster.kubectl(["get", "externalsecret", "gateway-mqtt", "-n", namespace, "-o", "json"]));
    cluster.kubectl(["delete", "externalsecret", "gateway-mqtt", "-n", namespace]);
    cluster.kubectl(["create", "namespace", `${namespace}-copy`]);
    const place = (name: string, where: string): object => ({
      ...copy,
      metadata: { name, namespace: where, labels: copy.metadata.labels },
    });
    apply(cluster, [place("gateway-mqtt", `${namespace}-copy`), place("gateway-old", namespace)]);
    const { findings } = await target.drift();
    expect(findings.map(({ hop, kind, object, note }) => [hop, kind, `${object.namespace}/${object.name}`, note])).toEqual([
      ["not-applied", "object-missing", `${namespace}/gateway-mqtt`, undefined],
      ["edited-in-cluster", "added", `${namespace}-copy/gateway-mqtt`, `${target.environment} is namespace ${namespace}`],
      ["edited-in-cluster", "added", `${namespace}/gateway-old`, "no build has an object of this name"],
    ]);
  });

  it("says not-applied of an older build", async () => {
    const target = await deployed();
    target.workspace.edit("schemas/veltrix.yaml", "refreshInterval: 1h", "refreshInterval: 2h");
    target.workspace.edit("schemas/gateway/values/base.yaml", "mqtt/password", "mqtt/other");
    const { findings } = await target.drift();
    expect(brief(findings.filter(({ object }) => object.kind === "ExternalSecret"))).toEqual([
      "not-applied added gateway /spec/data/password",
      "not-applied changed gateway /spec/refreshInterval",
      "not-applied missing gateway /spec/data/other",
    ]);
  });

  it("A6: tells neither the text of a template nor its hash", async () => {
    const target = await deployed();
    await patch(target, { spec: { target: { template: { data: { password: "hunter2" } } } } });
    for (const format of ["pretty", "json"]) {
      const { code, stdout, stderr } = await target.veltrix(["drift", "--env", target.environment, "--format", format]);
      expect(code).toBe(1);
      expect(stdout).toContain("/spec/target/template");
      expect(stdout + stderr).not.toContain("hunter2");
    }
    const { findings } = await target.drift();
    expect(findings.map(({ actual, note }) => [actual, note])).toEqual([[{}, "it may hold a secret in the clear, and is not told"]]);
  });

  it("the printed rights let the detector read them where the workspace has some, and never a Secret", async () => {
    const target = await deployed();
    const { environment, namespace } = target;
    const print = (where: Deployed): Promise<{ readonly stdout: string }> =>
      where.veltrix(["drift", "manifests", "deployment", "--env", where.environment, "--image", "example.test/veltrix:1"]);
    const { stdout } = await print(target);
    cluster.kubectl(["apply", "-f", "-"], stdout);
    const account = await serviceAccount(cluster, namespace, `veltrix-drift-${environment}`);
    await patch(target, { spec: { refreshInterval: "2h" } });
    const look = await target.veltrix(["drift", "--env", environment], { kubeconfig: account.kubeconfig });
    expect(look.stderr).toBe("");
    expect(look.stdout).toContain("/spec/refreshInterval is changed");
    const asked = (): readonly string[] => cluster.server.requestsOf(`system:serviceaccount:${namespace}:veltrix-drift-${environment}`);
    await vi.waitFor(() => expect(asked()).toContain("list externalsecrets"), PATIENCE);
    expect(asked().filter((request) => request.endsWith(" secrets"))).toEqual([]);
    const plain = await deploy(cluster);
    const rules = parseAllDocuments((await print(plain)).stdout)
      .map((document) => document.toJS() as { readonly kind: string; readonly rules: object })
      .find(({ kind }) => kind === "ClusterRole")?.rules;
    expect(rules).toEqual([{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "watch"] }]);
  });
});
