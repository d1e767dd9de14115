// What an engineer meets at night, and what somebody who means harm would do: veltrix drift says so, or says that it cannot say.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { sharedTestCluster, type TestCluster, writeBeside } from "../cluster.ts";
import { brief, deploy, type Deployed } from "../deployed.ts";
import { reason, skipped } from "../skip.ts";
import { PATIENCE } from "./patience.ts";

const command = fileURLToPath(new URL("../../../../packages/cli/bin/veltrix.js", import.meta.url));
const FORMATS = ["pretty", "json", "github", "sarif", "junit"];
/** Characters that a terminal obeys, line ends aside. */
// oxlint-disable-next-line no-control-regex
const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

describe.skipIf(skipped !== undefined)(`veltrix drift when something fails, on a real API server${reason}`, () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await sharedTestCluster();
  });

  /** Changes one value inside config.json, and what else is named. */
  async function edit({ namespace }: Deployed, change: (value: { mqtt: { host: string } }) => void, more: object = {}): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/configmaps/gateway-config`;
    const { body } = await cluster.call("GET", path);
    const value = JSON.parse(body.data["config.json"]);
    change(value);
    const patch = { data: { "config.json": JSON.stringify(value) }, ...more };
    const { status } = await cluster.call("PATCH", path, patch, { contentType: "application/merge-patch+json" });
    expect(status).toBe(200);
  }

  /** A kubeconfig of the administrator, changed. */
  function kubeconfigWith(change: (config: Kubeconfig) => void): string {
    const config = JSON.parse(readFileSync(cluster.kubeconfig, "utf8")) as Kubeconfig;
    change(config);
    return writeBeside(cluster, `kubeconfig-${Math.random()}`, JSON.stringify(config));
  }

  interface Kubeconfig {
    clusters: { cluster: { server: string; "certificate-authority-data"?: string } }[];
    users: { user: { token: string } }[];
    contexts: { name: string }[];
    "current-context": string;
  }

  it.each<[string, (config: Kubeconfig) => void, string]>([
    [
      "a token that has expired",
      (config) => config.users.forEach(({ user }) => (user.token = "expired")),
      "help: the server does not know",
    ],
    [
      "another name of the server",
      ({ clusters }) => clusters.forEach(({ cluster: at }) => (at.server = at.server.replace("127.0.0.1", "localhost"))),
      "altnames",
    ],
    [
      "no authority",
      ({ clusters }) => clusters.forEach(({ cluster: at }) => delete at["certificate-authority-data"]),
      "self-signed certificate",
    ],
    [
      "a port where nobody listens",
      ({ clusters }) => clusters.forEach(({ cluster: at }) => (at.server = "https://127.0.0.1:1")),
      "ECONNREFUSED",
    ],
  ])("reports VX7020 and exits 2 with %s", async (_what, change, message) => {
    const deployed = await deploy(cluster);
    const kubeconfig = kubeconfigWith(change);
    const look = await deployed.veltrix(["drift", "--env", deployed.environment], { kubeconfig });
    expect(look.stderr).toContain("error[VX7020] cluster-unavailable");
    expect(look.stderr).toContain(message);
    expect([look.code, look.stdout]).toEqual([2, ""]);
  });

  it("reports VX7020 and exits 2 where one kind may not be read, and never calls that in sync", async () => {
    const deployed = await deploy(cluster);
    const { environment, namespace } = deployed;
    cluster.kubectl([
      "create",
      "clusterrole",
      `some-${environment}`,
      "--verb=get,list,watch",
      "--resource=configmaps,deployments.apps,replicasets.apps",
    ]);
    cluster.kubectl(["create", "clusterrolebinding", `some-${environment}`, `--clusterrole=some-${environment}`, "--user=stranger"]);
    onTestFinished(() => void cluster.kubectl(["delete", "clusterrolebinding", `some-${environment}`]));
    const kubeconfig = cluster.server.kubeconfig(cluster.server.stranger);
    const forbidden = `error[VX7020] cluster-unavailable: pods is forbidden: User "stranger" cannot list resource "pods" in API group "" in the namespace "${namespace}"`;
    await vi.waitFor(
      async () => expect((await deployed.veltrix(["drift", "--env", environment], { kubeconfig })).stderr).toContain(forbidden),
      PATIENCE,
    );
    for (const args of [["drift"], ["drift", "watch"]]) {
      const { code, stdout, stderr } = await deployed.veltrix([...args, "--env", environment], { kubeconfig });
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toContain(forbidden);
    }
    for (const format of ["github", "sarif", "junit"]) {
      const { code, stdout } = await deployed.veltrix(["drift", "--env", environment, "--format", format], { kubeconfig });
      expect(code).toBe(2);
      expect(stdout).toContain("VX7020");
    }
  });

  it("tells findings in every format, each at the key in the contract", async () => {
    const deployed = await deploy(cluster);
    await edit(deployed, ({ mqtt }) => (mqtt.host = "other.iot"));
    const args = (format: string): readonly string[] => ["drift", "--env", deployed.environment, "--format", format];
    const message = `edited-in-cluster: gateway in ${deployed.environment}: /mqtt/host is changed; expected "broker.iot"; actual "other.iot"; in ConfigMap ${deployed.namespace}/gateway-config /data/config.json; by `;
    const [github, sarif, junit] = await Promise.all(["github", "sarif", "junit"].map((format) => deployed.veltrix(args(format))));
    const file = "schemas/gateway/config.schema.json";
    expect(github?.stdout).toMatch(new RegExp(`^::error file=${file},line=\\d+,col=\\d+,title=VX5010 drift::`));
    expect(github?.stdout).toContain(message);
    const [result, ...others] = JSON.parse(sarif?.stdout ?? "").runs[0].results;
    expect(others).toEqual([]);
    expect(result).toMatchObject({ ruleId: "VX5010", locations: [{ physicalLocation: { artifactLocation: { uri: file } } }] });
    expect(result.message.text).toContain(message);
    expect(junit?.stdout).toContain('tests="1" failures="1"');
    expect([github, sarif, junit].map((said) => said?.code)).toEqual([1, 1, 1]);
    const watch = await deployed.veltrix(["drift", "watch", "--env", deployed.environment, "--format", "sarif"]);
    expect(watch.stderr).toContain('--format is one of "pretty", "json", not "sarif"');
    expect(watch.code).toBe(1);
  });

  it("obeys nothing that somebody wrote into values, keys, annotations or a context's name", async () => {
    const deployed = await deploy(cluster);
    const nasty = "\u001b[31m\u009b2J\r\n::error::boo";
    await edit(deployed, (value) => Object.assign(value.mqtt, { host: nasty, [nasty]: 1 }), {
      metadata: { annotations: { "veltrix.dev/contract-version": nasty } },
    });
    const kubeconfig = kubeconfigWith((config) => {
      for (const context of config.contexts) context.name = nasty;
      config["current-context"] = nasty;
    });
    for (const format of FORMATS) {
      const { code, stdout, stderr } = await deployed.veltrix(["drift", "--env", deployed.environment, "--format", format], { kubeconfig });
      expect(code).toBe(1);
      expect(stdout + stderr).not.toMatch(OBEYED);
      const commands = (stdout + stderr).split("\n").filter((line) => line.startsWith("::"));
      expect(commands.filter((line) => !line.startsWith("::error file=schemas/gateway/"))).toEqual([]);
    }
    const told = await watchAsProcess(
      deployed,
      kubeconfig,
      ({ stdout, stderr }) => stdout.includes("/mqtt/host") && stderr.includes("watching"),
    );
    expect(told.stdout + told.stderr).not.toMatch(OBEYED);
    expect(told.stderr).not.toMatch(/^::/m);
  });

  interface Seen {
    readonly stdout: string;
    readonly stderr: string;
  }

  /** Watches in a process of its own until `isEnough`, then ends it. */
  async function watchAsProcess(
    { workspace, environment }: Deployed,
    kubeconfig: string,
    isEnough: (seen: Seen) => boolean,
  ): Promise<Seen & { readonly code: number | null }> {
    const child = spawn(process.execPath, [command, "drift", "watch", "--env", environment], {
      cwd: workspace.root,
      env: { KUBECONFIG: kubeconfig, NO_COLOR: "1" },
    });
    const seen = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (seen.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (seen.stderr += text));
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    await vi.waitUntil(() => isEnough(seen) || child.exitCode !== null, PATIENCE);
    child.kill("SIGINT");
    return { ...seen, code: await ended };
  }

  it("ends a watch with 0 on SIGINT, and when nobody reads it any more", async () => {
    const deployed = await deploy(cluster);
    const asked = await watchAsProcess(deployed, cluster.kubeconfig, ({ stderr }) => stderr.includes("watching"));
    expect(asked).toMatchObject({ code: 0, stdout: "" });
    const child = spawn(process.execPath, [command, "drift", "watch", "--env", deployed.environment], {
      cwd: deployed.workspace.root,
      env: { KUBECONFIG: cluster.kubeconfig },
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    await vi.waitUntil(() => stderr.includes("watching"), PATIENCE);
    child.stdout.destroy();
    await edit(deployed, ({ mqtt }) => (mqtt.host = "other.iot"));
    expect(await ended).toBe(0);
  });

  it("reads more objects than a page holds, and says of each that no build has it", async () => {
    const deployed = await deploy(cluster);
    const labels = { "veltrix.dev/service": "gateway", "veltrix.dev/environment": deployed.environment };
    const names = Array.from({ length: 1_100 }, (_, index) => `left-${index}`);
    const waiting = [...names];
    const create = async (): Promise<void> => {
      for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
        const { status } = await cluster.call("POST", `/api/v1/namespaces/${deployed.namespace}/configmaps`, {
          metadata: { name, labels },
        });
        expect(status).toBe(201);
      }
    };
    await Promise.all(Array.from({ length: 12 }, create));
    const { code, findings } = await deployed.drift();
    expect(code).toBe(1);
    expect(brief(findings)).toEqual(names.map((name) => `edited-in-cluster added gateway ${name}`).sort());
  });

  it("tells an object that is being deleted, one that was made immutable, and bytes beside the texts", async () => {
    const deployed = await deploy(cluster);
    const { namespace } = deployed;
    const path = `/api/v1/namespaces/${namespace}/configmaps/router-config`;
    const change = { metadata: { finalizers: ["team.example/hold"] }, binaryData: { "extra.bin": "AAEC" }, immutable: true };
    await cluster.call("PATCH", `${path}?fieldManager=by-hand`, change, { contentType: "application/merge-patch+json" });
    await cluster.call("DELETE", path);
    const { findings } = await deployed.drift();
    expect(brief(findings)).toEqual([
      "edited-in-cluster added router /binaryData/extra.bin",
      "edited-in-cluster added router /metadata/deletionTimestamp",
      "edited-in-cluster changed router /immutable",
    ]);
    expect(findings.find(({ field }) => field === "/metadata/deletionTimestamp")?.note).toBe(
      "it is being deleted, and waits for team.example/hold",
    );
    await cluster.call("PATCH", path, { metadata: { finalizers: null } }, { contentType: "application/merge-patch+json" });
    expect(brief((await deployed.drift()).findings)).toEqual(["not-applied object-missing router router-config"]);
  });

  it("says object-missing of all where the namespace is not there", async () => {
    const deployed = await deploy(cluster, { bare: true });
    cluster.kubectl(["delete", "namespace", deployed.namespace, "--wait=false"]);
    expect(brief((await deployed.drift()).findings)).toEqual([
      "not-applied object-missing gateway gateway",
      "not-applied object-missing gateway gateway-config",
      "not-applied object-missing gateway gateway-env",
      "not-applied object-missing router router-config",
    ]);
  });
});
