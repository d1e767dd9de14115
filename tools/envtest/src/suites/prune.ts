import { objectsFor } from "@veltrix/kubernetes";
import { openDeleter } from "@veltrix/cluster/delete";
import { type TemporaryWorkspace, temporaryWorkspace } from "@veltrix/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import { serviceAccount, sharedTestCluster, type TestCluster } from "../cluster.ts";
import { type Printed, runVeltrix } from "../deployed.ts";
import { modelOf } from "../platform.ts";
import { reason, skipped } from "../skip.ts";

const contract = {
  "x-veltrix": { version: "1.0.0", workload: { kind: "Deployment", name: "gateway" }, delivery: "immutable" },
  type: "object",
  additionalProperties: false,
  required: ["port"],
  properties: { port: { type: "integer", "x-env": "PORT" } },
};

/** All that prune lists, but for one kind. */
const listed =
  "configmaps,pods,replicationcontrollers,podtemplates,deployments.apps,statefulsets.apps,daemonsets.apps,jobs.batch,cronjobs.batch,replicasets.apps";

interface Release {
  /** Names of the ConfigMap with the files, and of the one with the variables. */
  readonly config: string;
  readonly variables: string;
}

describe.skipIf(skipped !== undefined)(`veltrix prune against a real API server${reason}`, () => {
  let cluster: TestCluster;
  let count = 0;
  beforeAll(async () => {
    cluster = await sharedTestCluster();
  });

  /** A namespace of its own, in which releases with the ports 1, 2, 3 were applied one after the other. */
  function scene(): Scene {
    const namespace = `prune-${++count}`;
    cluster.kubectl(["create", "namespace", namespace]);
    const files = (port: number): { readonly [path: string]: string } => ({
      "schemas/veltrix.yaml": `environments: { prod: { namespace: ${namespace} } }\n`,
      "schemas/gateway/config.schema.json": JSON.stringify(contract),
      "schemas/gateway/values/base.yaml": `port: ${port}\n`,
    });
    const releases = [1, 2, 3].map((port): Release => {
      const service = modelOf(files(port)).services[0];
      const config = service?.configs[0];
      if (service === undefined || config === undefined) throw new Error("the sample has one service in one environment");
      const objects = objectsFor(service, config);
      cluster.kubectl(["apply", "-f", "-"], { apiVersion: "v1", kind: "List", items: objects });
      const [first, second] = objects.map(({ metadata }) => metadata.name);
      return { config: first ?? "", variables: second ?? "" };
    });
    return { namespace, workspace: temporaryWorkspace(files(3)), releases };
  }

  interface Scene {
    readonly namespace: string;
    /** Holds the last release. */
    readonly workspace: TemporaryWorkspace;
    readonly releases: readonly Release[];
  }

  const prune = ({ workspace }: Scene, args: readonly string[], kubeconfig = cluster.kubeconfig): Promise<Printed> =>
    runVeltrix(workspace.root, kubeconfig, ["prune", "--env", "prod", ...args]);

  /** Names of the ConfigMaps that are there, but for the one that Kubernetes makes itself. */
  function present({ namespace }: Scene): readonly string[] {
    const list = JSON.parse(cluster.kubectl(["get", "configmaps", "-n", namespace, "-o", "json"])) as {
      items: { metadata: { name: string } }[];
    };
    return list.items.map(({ metadata }) => metadata.name).filter((name) => name !== "kube-root-ca.crt");
  }

  function replicaSet(namespace: string, name: string, { config, variables }: Release): object {
    return {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: { name, namespace },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            containers: [
              { name: "gateway", image: "a:1", env: [{ name: "PORT", valueFrom: { configMapKeyRef: { name: variables, key: "PORT" } } }] },
            ],
            volumes: [{ name: "veltrix-config", configMap: { name: config } }],
          },
        },
      },
    };
  }

  it("changes nothing without --delete, then deletes what nothing holds, and nothing else", async () => {
    const here = scene();
    const { namespace, releases } = here;
    const [first, second, third] = releases as [Release, Release, Release];
    cluster.kubectl(["apply", "-f", "-"], replicaSet(namespace, "gateway-1", first));
    cluster.kubectl(["create", "configmap", "team", "-n", namespace, "--from-literal=a=b"]);
    const before = present(here);
    const looked = await prune(here, ["--keep-count", "1", "--format", "json"]);
    expect(looked.code).toBe(0);
    const { prune: planned } = JSON.parse(looked.stdout) as {
      prune: { kept: { name: string; reasons: string[] }[]; removable: { name: string }[] };
    };
    expect(planned.removable.map(({ name }) => name)).toEqual([second.config, second.variables].sort());
    expect(Object.fromEntries(planned.kept.map(({ name, reasons }) => [name, reasons[0]]))).toEqual({
      [first.config]: "ReplicaSet gateway-1",
      [first.variables]: "ReplicaSet gateway-1",
      [third.config]: "built now",
      [third.variables]: "built now",
    });
    expect(present(here)).toEqual(before);
    const { code, stdout, stderr } = await prune(here, ["--keep-count", "1", "--delete"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: `veltrix: 2 of 2 objects deleted in ${namespace}, 4 kept\n` });
    expect(stdout).toMatch(new RegExp(`^  deleted +${second.config}`, "m"));
    expect(present(here)).toEqual([first.config, first.variables, third.config, third.variables, "team"].sort());
  });

  it.each<[string, (template: { readonly metadata: { readonly labels: object }; readonly spec: object }) => object]>([
    ["v1 ReplicationController", (template) => ({ spec: { replicas: 0, selector: template.metadata.labels, template } })],
    ["v1 PodTemplate", (template) => ({ template })],
    ["v1 Pod", ({ spec }) => ({ spec })],
    [
      "batch/v1 Job",
      (template) => ({ spec: { suspend: true, template: { ...template, spec: { ...template.spec, restartPolicy: "Never" } } } }),
    ],
    [
      "batch/v1 CronJob",
      (template) => ({
        spec: {
          schedule: "@daily",
          jobTemplate: { spec: { template: { ...template, spec: { ...template.spec, restartPolicy: "Never" } } } },
        },
      }),
    ],
    ["apps/v1 ControllerRevision", (template) => ({ revision: 1, data: { spec: { template } } })],
  ])("keeps what a %s of the team names, as the server stores it", async (what, wrap) => {
    const here = scene();
    const [old] = here.releases as [Release];
    const [apiVersion, kind = ""] = what.split(" ");
    const init = { name: "migrate", image: "a:1", envFrom: [{ configMapRef: { name: old.variables } }] };
    const spec = {
      initContainers: [init],
      containers: [{ name: "gateway", image: "a:1" }],
      volumes: [{ name: "all", projected: { sources: [{ configMap: { name: old.config } }] } }],
    };
    const template = { metadata: { labels: { app: "x" } }, spec };
    cluster.kubectl(["create", "-f", "-"], { apiVersion, kind, metadata: { name: "x", namespace: here.namespace }, ...wrap(template) });
    const { stdout } = await prune(here, ["--keep-count", "0", "--format", "json"]);
    const { kept } = (JSON.parse(stdout) as { prune: { kept: { name: string; reasons: string[] }[] } }).prune;
    expect(kept.filter(({ reasons }) => !reasons.includes("built now"))).toMatchObject(
      [old.config, old.variables].sort().map((name) => ({ name, reasons: [`${kind} x`] })),
    );
  });

  it("keeps a rollback window by time, and asks for one", async () => {
    const here = scene();
    expect((await prune(here, [])).stderr).toContain("error[VX7002]");
    const { stderr } = await prune(here, ["--keep-for", "1h", "--delete"]);
    expect(stderr).toBe(`veltrix: 0 of 0 objects deleted in ${here.namespace}, 6 kept\n`);
    expect(present(here)).toHaveLength(6);
  });

  it("reports VX7017 and deletes nothing when one kind of holder may not be listed", async () => {
    const here = scene();
    const { namespace } = here;
    cluster.kubectl(["create", "serviceaccount", "pruner", "-n", namespace]);
    cluster.kubectl(["create", "role", "pruner", "-n", namespace, "--verb=list,delete", `--resource=${listed}`]);
    cluster.kubectl(["create", "rolebinding", "pruner", "-n", namespace, "--role=pruner", `--serviceaccount=${namespace}:pruner`]);
    const { kubeconfig } = await serviceAccount(cluster, namespace, "pruner", "namespace");
    const { code, stdout, stderr } = await prune(here, ["--keep-count", "0", "--delete"], kubeconfig);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(`error[VX7017] prune-stopped: the ControllerRevisions of the namespace ${namespace} could not be listed`);
    expect(present(here)).toHaveLength(6);
  });

  it("reports VX7017 with the number of deleted objects when it may list and not delete", async () => {
    const here = scene();
    const { namespace } = here;
    cluster.kubectl(["create", "serviceaccount", "looker", "-n", namespace]);
    cluster.kubectl(["create", "role", "looker", "-n", namespace, "--verb=list", `--resource=${listed},controllerrevisions.apps`]);
    cluster.kubectl(["create", "rolebinding", "looker", "-n", namespace, "--role=looker", `--serviceaccount=${namespace}:looker`]);
    const { kubeconfig } = await serviceAccount(cluster, namespace, "looker", "namespace");
    const { code, stderr } = await prune(here, ["--keep-count", "0", "--delete"], kubeconfig);
    expect(code).toBe(1);
    expect(stderr).toContain("was not deleted: ");
    expect(stderr).toContain("nothing was deleted");
    expect(present(here)).toHaveLength(6);
  });

  it("deletes only the version that was judged", async () => {
    const here = scene();
    const { namespace, releases } = here;
    const [{ config: name }] = releases as [Release];
    const { metadata } = JSON.parse(cluster.kubectl(["get", "configmap", name, "-n", namespace, "-o", "json"])) as {
      metadata: { uid: string; resourceVersion: string };
    };
    cluster.kubectl(["annotate", "configmap", name, "-n", namespace, "team.example/hold=yes"]);
    const deleter = await openDeleter({ kubeconfig: cluster.kubeconfig });
    const deletion = await deleter.deleteConfigMap({ namespace, name, uid: metadata.uid, resourceVersion: metadata.resourceVersion });
    expect(deletion.kind).toBe("changed");
    expect(present(here)).toContain(name);
  });

  it("reports VX7017 when there is no cluster", async () => {
    const here = scene();
    const { code, stderr } = await prune(here, ["--keep-count", "1", "--delete"], "nowhere");
    expect(code).toBe(2);
    expect(stderr).toContain("error[VX7017] prune-stopped: the cluster could not be asked: KUBECONFIG names nowhere");
  });
});
