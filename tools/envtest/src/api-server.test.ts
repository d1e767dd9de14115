import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openCluster } from "@veltrix/cluster";
import { describe, expect, it, vi } from "vitest";
import { ApiServer } from "./api-server.ts";
import { realThings, reason, skipped } from "./skip.ts";
import { PATIENCE } from "./suites/patience.ts";

describe.skipIf(skipped !== undefined)(`a real API server${reason}`, () => {
  it("starts, knows who may do what, keeps its objects over a restart, and leaves nothing behind", async () => {
    const start = performance.now();
    const server = await ApiServer.start(realThings().assets);
    console.log(`a real API server was ready after ${Math.round(performance.now() - start)} ms`);
    try {
      const admin = await openCluster({ kubeconfig: server.kubeconfig() });
      const kept = { namespace: "default", name: "kept" };
      const { kubectl } = realThings();
      const create = ["create", "configmap", kept.name, `--namespace=${kept.namespace}`, `--kubeconfig=${server.kubeconfig()}`];
      // The server makes its own namespaces a while after it is ready.
      await vi.waitFor(() => execFileSync(kubectl, create, { stdio: ["ignore", "ignore", "pipe"] }), PATIENCE);
      const stranger = await openCluster({ kubeconfig: server.kubeconfig(server.stranger) });
      await expect(stranger.list("ConfigMap")).rejects.toMatchObject({ kind: "refused", status: 403 });
      await server.restart(() => server.compact());
      expect(await admin.get("ConfigMap", kept)).toBeDefined();
    } finally {
      await server.stop();
    }
    expect(existsSync(server.folder)).toBe(false);
  });
});

it("a server ends with whoever started it, even when that is killed", async () => {
  const guard = fileURLToPath(new URL("../guard.mjs", import.meta.url));
  const program = 'process.stdout.write(process.pid + "\\n"); setInterval(() => {}, 1000)';
  const starter = `require("node:child_process").spawn(process.execPath, ${JSON.stringify([guard, process.execPath, "-e", program])}, { stdio: ["pipe", "inherit", "inherit"] }); setInterval(() => {}, 1000)`;
  const parent = spawn(process.execPath, ["-e", starter], { stdio: ["ignore", "pipe", "inherit"] });
  const pid = await new Promise<number>((resolve) =>
    parent.stdout.setEncoding("utf8").once("data", (text: string) => resolve(Number(text))),
  );
  const isRunning = (): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  expect(isRunning()).toBe(true);
  parent.kill("SIGKILL");
  await vi.waitUntil(() => !isRunning(), PATIENCE);
  expect(isRunning()).toBe(false);
});
