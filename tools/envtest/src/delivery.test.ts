import { compile, DiskHost, type Model } from "@veltrix/compiler";
import { admissionFor } from "@veltrix/kubernetes";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { ClusterFinding } from "@veltrix/protocol/kubernetes";
import { mergePatch, sharedTestCluster, stopSharedTestCluster, type TestCluster } from "./cluster.ts";
import { brief, deploy, runVeltrix } from "./deployed.ts";
import { reason, skipped } from "./skip.ts";
import { PATIENCE } from "./suites/patience.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

afterAll(stopSharedTestCluster);

/** Environments of this repository that have manifests, with their namespaces. */
function delivered(model: Model): readonly (readonly [environment: string, namespace: string])[] {
  return model.settings.environments.flatMap(({ name, namespace }) => (namespace === undefined ? [] : [[name, namespace] as const]));
}

async function driftOf(environment: string, kubeconfig: string): Promise<readonly ClusterFinding[]> {
  const { stdout, stderr } = await runVeltrix(root, kubeconfig, ["drift", "--env", environment, "--format", "json"]);
  expect(stderr).toBe("");
  return JSON.parse(stdout).drift.findings;
}

describe.skipIf(skipped !== undefined)(`what this repository generates, on a real API server${reason}`, () => {
  let cluster: TestCluster;
  const { model } = compile(new DiskHost(root));
  if (model === undefined) throw new Error("the platform of this repository does not compile");
  const services = model.services.map(({ id }) => id);
  const generated = (...path: readonly string[]): string => join(root, "generated", ...path);

  beforeAll(async () => {
    cluster = await sharedTestCluster();
    for (const [, namespace] of delivered(model)) cluster.kubectl(["create", "namespace", namespace]);
  });

  it.each(delivered(model))("M1: passes helm install --dry-run=server, every chart in %s", (environment, namespace) => {
    for (const id of services) {
      const args = ["install", `${id}-config`, generated(id, "chart"), "--namespace", namespace, "--set", `environment=${environment}`];
      const { status, stdout, stderr } = cluster.tryHelm([...args, "--dry-run=server"]);
      expect(stderr).not.toMatch(/error/i);
      expect(status).toBe(0);
      expect(stdout).toContain(`name: ${id}-config`);
    }
  });

  it.each(delivered(model))(
    "M1: passes kubectl apply --server-side, every file and the whole of %s, and is in sync then",
    async (environment, namespace) => {
      let files = 0;
      for (const id of services) {
        const folder = generated(id, "k8s", environment);
        for (const name of readdirSync(folder).filter((file) => /^configmap.*\.yaml$/.test(file))) {
          cluster.kubectl(["apply", "--server-side", "--validate=strict", "-f", join(folder, name)]);
          files++;
        }
      }
      expect(files).toBeGreaterThanOrEqual(services.length);
      if (existsSync(generated("cluster", environment)))
        cluster.kubectl(["apply", "--server-side", "-k", generated("cluster", environment)]);
      // The workloads are the teams' own, and nobody has deployed them here.
      const workloads = model.services.filter(({ contract }) => contract.workload !== undefined);
      expect(brief(await driftOf(environment, cluster.kubeconfig))).toEqual(
        workloads.map(({ id, contract }) => `not-applied object-missing ${id} ${contract.workload?.name}`).sort(),
      );
      for (const id of services) {
        const chart = generated(id, "chart");
        const args = ["upgrade", "--install", `${id}-config`, chart, "--namespace", namespace, "--set", `environment=${environment}`];
        const { status, stderr } = cluster.tryHelm([...args, "--take-ownership", "--force-conflicts"]);
        expect(stderr).not.toMatch(/error/i);
        expect(status).toBe(0);
      }
      expect((await driftOf(environment, cluster.kubeconfig)).filter(({ object }) => object.kind === "ConfigMap")).toEqual([]);
    },
  );
});

describe.skipIf(skipped !== undefined)(`the admission policy on a real API server${reason}`, () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await sharedTestCluster();
    // RBAC lets the stranger do everything: what is refused, the policy refuses.
    cluster.kubectl(["create", "clusterrolebinding", "stranger", "--clusterrole=cluster-admin", "--user=stranger"]);
  });

  async function guarded(mode: "deny" | "warn"): Promise<{ readonly namespace: string; readonly stranger: string }> {
    const { namespace, model, environment } = await deploy(cluster);
    const options = { ...model.settings.outputs.options, admission: { mode, deployers: ["admin"] } };
    const guardedModel = { ...model, settings: { ...model.settings, outputs: { ...model.settings.outputs, options } } };
    const items = admissionFor(
      guardedModel,
      guardedModel.settings.environments.find(({ name }) => name === environment) ?? {
        name: "",
        production: false,
        policy: { defaults: "refuse", onDrift: "alert", overrides: "allow" },
      },
    );
    expect(items).toHaveLength(2);
    cluster.kubectl(["apply", "--server-side", "-f", "-"], { apiVersion: "v1", kind: "List", items });
    return { namespace, stranger: cluster.server.kubeconfig(cluster.server.stranger) };
  }

  const edit = (namespace: string, patch: object): readonly string[] =>
    mergePatch({ kind: "configmap", namespace, name: "gateway-env" }, patch);

  it("refuses edits by anyone but the deployers, and lets those through", async () => {
    const { namespace, stranger } = await guarded("deny");
    // The server learns of a policy a moment after it is written.
    await vi.waitFor(() => {
      const { status, stderr } = cluster.tryKubectl(edit(namespace, { data: { HTTP_PORT: "9999" } }), { kubeconfig: stranger });
      expect(stderr).toMatch(/ValidatingAdmissionPolicy .* denied request/);
      expect(status).toBe(1);
    }, PATIENCE);
    expect(cluster.tryKubectl(["delete", "configmap", "gateway-config", "-n", namespace], { kubeconfig: stranger }).status).toBe(1);
    const foreign = ["create", "configmap", "foreign", "-n", namespace, "--from-literal=a=b"];
    expect(cluster.tryKubectl(foreign, { kubeconfig: stranger }).status).toBe(0);
    expect(cluster.tryKubectl(edit(namespace, { data: { HTTP_PORT: "9999" } })).stderr).toBe("");
  });

  it("refuses variables that break their type and objects that do not say what they are, whoever writes", async () => {
    const { namespace } = await guarded("deny");
    await vi.waitFor(() => {
      const { status, stderr } = cluster.tryKubectl(edit(namespace, { data: { HTTP_PORT: "eighty" } }));
      expect(stderr).toContain("HTTP_PORT");
      expect(status).toBe(1);
    }, PATIENCE);
    const { status, stderr } = cluster.tryKubectl(edit(namespace, { metadata: { annotations: { "veltrix.dev/fingerprint": null } } }));
    expect(stderr).toContain("veltrix.dev/fingerprint");
    expect(status).toBe(1);
  });

  it("only warns where it is asked to warn", async () => {
    const { namespace, stranger } = await guarded("warn");
    let round = 0;
    await vi.waitFor(() => {
      const { status, stderr } = cluster.tryKubectl(edit(namespace, { data: { HTTP_PORT: `${9000 + round++}` } }), {
        kubeconfig: stranger,
      });
      expect(stderr).toMatch(/Warning: .*ValidatingAdmissionPolicy/);
      expect(status).toBe(0);
    }, PATIENCE);
  });
});
