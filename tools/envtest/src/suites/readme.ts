// The transcript of the README is what really happens: its commands run here, and its text is compared.
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile, DiskHost } from "@veltrix/compiler";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { sharedTestCluster, type TestCluster } from "../cluster.ts";
import { apply } from "../deployed.ts";
import { deploymentOf } from "../platform.ts";
import { realThings, reason, skipped } from "../skip.ts";
import { PATIENCE } from "./patience.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const golden = join(root, "tools/envtest/fixtures/transcript.txt");

const COMMANDS = [
  "kubectl apply --server-side -k generated/cluster/prod",
  "veltrix drift --env prod",
  `KUBE_EDITOR="sed -i 's/\\"1m\\"/\\"5m\\"/'" kubectl edit configmap device-gateway-config -n veltrix`,
  "veltrix drift --env prod",
];

describe.skipIf(skipped !== undefined)(`the README's transcript, on a real API server${reason}`, () => {
  let cluster: TestCluster;
  let env: { readonly [name: string]: string };
  beforeAll(async () => {
    cluster = await sharedTestCluster();
    const bin = join(cluster.server.folder, "bin");
    mkdirSync(bin);
    symlinkSync(realThings().kubectl, join(bin, "kubectl"));
    writeFileSync(join(bin, "veltrix"), `#!/bin/sh\nexec "${process.execPath}" "${join(root, "packages/cli/bin/veltrix.js")}" "$@"\n`);
    chmodSync(join(bin, "veltrix"), 0o755);
    const path = [bin, dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter);
    env = { PATH: path, KUBECONFIG: cluster.kubeconfig, HOME: cluster.server.folder, NO_COLOR: "1" };
    cluster.kubectl(["create", "namespace", "veltrix"]);
    const { model } = compile(new DiskHost(root));
    if (model === undefined) throw new Error("the platform of this repository does not compile");
    // The teams have deployed their workloads.
    apply(
      cluster,
      model.services.map(({ id }) => deploymentOf(model, id, "prod")),
    );
  });

  function shell(command: string): Promise<string> {
    return new Promise((resolve) => {
      const child = spawn("/bin/sh", ["-c", `${command} 2>&1`], { cwd: root, env });
      let output = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
      child.once("close", () => resolve(output));
    });
  }

  it("prints what the README shows", async () => {
    let transcript = "";
    for (const command of COMMANDS) transcript += `$ ${command}\n${await shell(command)}`;
    const text = transcript.replaceAll(/20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "2026-01-31T08:30:00Z");
    await expect(text).toMatchFileSnapshot(golden);
    expect(readFileSync(join(root, "README.md"), "utf8")).toContain(text);
  });

  it("tells of an edit in the process that watches, and ends when it is asked to", async () => {
    cluster.kubectl(
      ["apply", "--server-side", "--force-conflicts", "-k", "generated/cluster/prod"].map((part) =>
        part.startsWith("generated") ? join(root, part) : part,
      ),
    );
    const child = spawn(join(cluster.server.folder, "bin/veltrix"), ["drift", "watch", "--env", "prod", "--format", "json"], {
      cwd: root,
      env,
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    await vi.waitUntil(() => stderr.includes("veltrix: watching prod on envtest: 4 services\n"), PATIENCE);
    cluster.kubectl(["patch", "configmap", "broker-env", "-n", "veltrix", "--type=merge", "-p", '{"data":{"EXTRA":"1"}}']);
    await vi.waitUntil(() => stdout.includes("\n"), PATIENCE);
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    const [line, ...others] = stdout.trim().split("\n");
    expect(others).toEqual([]);
    expect(JSON.parse(line ?? "")).toMatchObject({ type: "opened", finding: { service: "broker", kind: "added", field: "/data/EXTRA" } });
  });
});
