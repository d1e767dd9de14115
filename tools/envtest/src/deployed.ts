// A workspace that is deployed to a namespace of its own, and the command line in front of it.
import { type Io, main } from "@veltrix/cli";
import type { Model } from "@veltrix/compiler";
import { temporaryWorkspace, type TemporaryWorkspace } from "@veltrix/testkit";
import type { ClusterFinding } from "@veltrix/protocol/kubernetes";
import type { TestCluster } from "./cluster.ts";
import { deploymentOf, type Files, modelOf, objectsOf, platformIn } from "./platform.ts";

/** What `veltrix` printed. */
export interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Deployed {
  readonly workspace: TemporaryWorkspace;
  readonly environment: string;
  readonly namespace: string;
  readonly model: Model;
  readonly veltrix: (args: readonly string[], options?: { readonly kubeconfig?: string }) => Promise<Printed>;
  /** The findings of `veltrix drift --format json`, and its exit code. */
  readonly drift: () => Promise<{ readonly code: number; readonly findings: readonly ClusterFinding[] }>;
}

/** Runs `veltrix` in a workspace, before the cluster of `kubeconfig`. */
export async function runVeltrix(cwd: string, kubeconfig: string, args: readonly string[]): Promise<Printed> {
  let [stdout, stderr] = ["", ""];
  const io: Io = {
    stdout: (text) => void (stdout += text),
    stderr: (text) => void (stderr += text),
    cwd,
    env: { NO_COLOR: "1", KUBECONFIG: kubeconfig },
    isTerminal: false,
  };
  return { code: await main(args, io), stdout, stderr };
}

let count = 0;

/** Deploys the platform. `how` is what a team does: `kubectl apply`, or with `--server-side`. */
export async function deploy(
  cluster: TestCluster,
  options: {
    readonly how?: "client" | "server";
    readonly files?: Files;
    readonly bare?: true;
    /** Added to veltrix.yaml. */ readonly outputs?: string;
  } = {},
): Promise<Deployed> {
  count++;
  const [environment, namespace] = [`env-${count}`, `iot-${count}`];
  const platform = platformIn(environment, namespace);
  const settings = { "schemas/veltrix.yaml": `${platform["schemas/veltrix.yaml"]}${options.outputs ?? ""}` };
  const files = { ...platform, ...settings, ...options.files };
  const workspace = temporaryWorkspace(files);
  const model = modelOf(files);
  cluster.kubectl(["create", "namespace", namespace]);
  if (options.bare !== true) {
    const items = [...objectsOf(model, environment), deploymentOf(model, "gateway", environment)];
    apply(cluster, items, options.how ?? "client");
  }
  const veltrix: Deployed["veltrix"] = (args, { kubeconfig = cluster.kubeconfig } = {}) => runVeltrix(workspace.root, kubeconfig, args);
  const drift: Deployed["drift"] = async () => {
    const { code, stdout } = await veltrix(["drift", "--env", environment, "--format", "json"]);
    return { code, findings: JSON.parse(stdout).drift.findings };
  };
  return { workspace, environment, namespace, model, veltrix, drift };
}

/** As a team applies. */
export function apply(cluster: TestCluster, items: readonly object[], how: "client" | "server" = "client"): void {
  cluster.kubectl(["apply", ...(how === "server" ? ["--server-side"] : []), "-f", "-"], { apiVersion: "v1", kind: "List", items });
}

/** The parts of findings that tests compare, sorted. */
export function brief(findings: readonly ClusterFinding[]): readonly string[] {
  return findings
    .map(
      ({ hop, kind, service, pointer, field, object }) => `${hop} ${kind} ${service} ${pointer === "" ? (field ?? object.name) : pointer}`,
    )
    .sort();
}
