import { expectedServices } from "@veltrix/kubernetes";
import { findDrift, openCluster, watchDrift } from "@veltrix/cluster";
import { openDeleter } from "@veltrix/cluster/delete";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { parseAllDocuments } from "yaml";
import { serviceAccount, sharedTestCluster, type TestCluster } from "../cluster.ts";
import { deploy } from "../deployed.ts";
import { reason, skipped } from "../skip.ts";
import { PATIENCE } from "./patience.ts";

describe.skipIf(skipped !== undefined)(`what the detector may do, on a real API server${reason}`, () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await sharedTestCluster();
  });

  it.each(["deployment", "cronjob"])("the %s and the rights that drift manifests prints are taken by the server", async (kind) => {
    const deployed = await deploy(cluster);
    const args = ["drift", "manifests", kind, "--env", deployed.environment, "--image", "example.test/veltrix:1"];
    const { code, stdout, stderr } = await deployed.veltrix(args);
    expect([code, stderr]).toEqual([0, ""]);
    const documents = parseAllDocuments(stdout).map((document) => document.toJS() as { readonly kind: string });
    expect(documents.map((object) => object.kind)).toEqual([
      "ServiceAccount",
      "ClusterRole",
      "ClusterRoleBinding",
      "Role",
      "RoleBinding",
      kind === "deployment" ? "Deployment" : "CronJob",
    ]);
    cluster.kubectl(["apply", "--server-side", "--validate=strict", "-f", "-"], stdout);
  });

  it("the printed rights are enough for a look and a watch, and for nothing that writes", async () => {
    const deployed = await deploy(cluster);
    const { environment, namespace, workspace, model } = deployed;
    const { stdout } = await deployed.veltrix([
      "drift",
      "manifests",
      "deployment",
      "--env",
      environment,
      "--image",
      "example.test/veltrix:1",
    ]);
    cluster.kubectl(["apply", "-f", "-"], stdout);
    const account = await serviceAccount(cluster, namespace, `veltrix-drift-${environment}`);
    workspace.edit("schemas/gateway/values/base.yaml", "burst: 100", "burst: 200");
    const look = await deployed.veltrix(["drift", "--env", environment], { kubeconfig: account.kubeconfig });
    expect(look.stderr).toBe("");
    expect(look.stdout).toContain("drift[not-applied] gateway");
    expect(look.code).toBe(1);
    const stop = new AbortController();
    let isReady = false;
    const options = { signal: stop.signal, onEvent: () => {}, onReady: () => (isReady = true) };
    const ended = watchDrift(await openCluster({ kubeconfig: account.kubeconfig }), expectedServices(model, environment), options);
    await vi.waitUntil(() => isReady, PATIENCE);
    // The first comparison may be done before the watches are asked for, and the server writes its log after it answered.
    const requests = (): readonly string[] => cluster.server.requestsOf(`system:serviceaccount:${namespace}:veltrix-drift-${environment}`);
    await vi.waitFor(() => expect(requests()).toContain("watch configmaps"), PATIENCE);
    stop.abort();
    await ended;
    expect(requests().filter((request) => !/^(?:get|list|watch) /.test(request))).toEqual([]);
    const one = `/api/v1/namespaces/${namespace}/configmaps/gateway-config`;
    const merge = { user: account, contentType: "application/merge-patch+json" };
    const writes = [
      cluster.call("POST", `/api/v1/namespaces/${namespace}/configmaps`, { metadata: { name: "x" } }, { user: account }),
      cluster.call("PUT", one, { metadata: { name: "gateway-config" } }, { user: account }),
      cluster.call("PATCH", one, { data: { x: "y" } }, merge),
      cluster.call("PATCH", `/apis/apps/v1/namespaces/${namespace}/deployments/gateway`, { spec: { replicas: 9 } }, merge),
      cluster.call("DELETE", one, undefined, { user: account }),
      cluster.call("GET", `/api/v1/namespaces/${namespace}/secrets`, undefined, { user: account }),
    ];
    expect((await Promise.all(writes)).map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403]);
  });

  it("reports VX7020 and exits 2 where nothing may be read", async () => {
    const deployed = await deploy(cluster);
    const { code, stdout, stderr } = await deployed.veltrix(["drift", "--env", deployed.environment], {
      kubeconfig: cluster.server.kubeconfig(cluster.server.stranger),
    });
    expect(stderr).toContain("error[VX7020] cluster-unavailable: configmaps is forbidden");
    expect(stdout).toBe("");
    expect(code).toBe(2);
    const watch = await deployed.veltrix(["drift", "watch", "--env", deployed.environment], {
      kubeconfig: cluster.server.kubeconfig(cluster.server.stranger),
    });
    expect(watch.stderr).toContain("error[VX7020]");
    expect(watch.code).toBe(2);
  });

  it("a pod's service account is enough to find the cluster", async () => {
    const deployed = await deploy(cluster);
    const { environment, namespace, model } = deployed;
    const { stdout } = await deployed.veltrix(["drift", "manifests", "cronjob", "--env", environment, "--image", "example.test/veltrix:1"]);
    cluster.kubectl(["apply", "-f", "-"], stdout);
    const { token } = await serviceAccount(cluster, namespace, `veltrix-drift-${environment}`);
    const folder = join(cluster.server.folder, "service-account");
    mkdirSync(folder);
    writeFileSync(join(folder, "token"), token);
    writeFileSync(join(folder, "ca.crt"), cluster.server.ca);
    const { hostname, port } = new URL(cluster.server.url);
    const env = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
    const client = await openCluster({ env, serviceAccountFolder: folder });
    expect(client.name).toBe("in-cluster");
    expect(await findDrift(client, expectedServices(model, environment))).toEqual([]);
  });

  it("only the version that was judged is deleted", async () => {
    const { namespace } = await deploy(cluster);
    const deleter = await openDeleter({ kubeconfig: cluster.kubeconfig });
    const client = await openCluster({ kubeconfig: cluster.kubeconfig });
    const place = { namespace, name: "router-config" };
    const judged = (await client.get("ConfigMap", place))?.metadata;
    const condemned = { ...place, uid: judged?.uid ?? "", resourceVersion: judged?.resourceVersion ?? "" };
    expect(await deleter.deleteConfigMap(condemned, { dryRun: true })).toEqual({ kind: "deleted" });
    cluster.kubectl(["label", "configmap", "router-config", "-n", namespace, "touched=yes"]);
    expect((await deleter.deleteConfigMap(condemned)).kind).toBe("changed");
    expect((await deleter.deleteConfigMap({ ...condemned, uid: "00000000-0000-0000-0000-000000000000" })).kind).toBe("changed");
    const now = (await client.get("ConfigMap", place))?.metadata.resourceVersion ?? "";
    expect(await deleter.deleteConfigMap({ ...condemned, resourceVersion: now })).toEqual({ kind: "deleted" });
    expect(await deleter.deleteConfigMap({ ...condemned, resourceVersion: now })).toEqual({ kind: "gone" });
    expect(await client.get("ConfigMap", place)).toBeUndefined();
  });
});
