import { existsSync } from "node:fs";
import { expect, it, describe } from "vitest";
import { openCluster } from "@veltrix/cluster";
import { ApiServer } from "./api-server.ts";
import { findAssets } from "./assets.ts";

const assets = findAssets();
const skipped = "skipped" in assets ? assets.skipped : undefined;

describe.skipIf(skipped !== undefined)(`a real API server${skipped === undefined ? "" : ` (SKIPPED: ${skipped})`}`, () => {
  it("starts, knows who may do what, and leaves nothing behind", async () => {
    if ("skipped" in assets) throw new Error(assets.skipped);
    const t0 = performance.now();
    const server = await ApiServer.start(assets);
    console.log("start", performance.now() - t0);
    try {
      const admin = await openCluster({ kubeconfig: server.kubeconfig() });
      expect((await admin.list("ConfigMap", { namespace: "kube-system" })).items.length).toBeGreaterThan(0);
      const stranger = await openCluster({ kubeconfig: server.kubeconfig(server.stranger) });
      await expect(stranger.list("ConfigMap")).rejects.toMatchObject({ kind: "refused", status: 403 });
      const t1 = performance.now();
      await server.restart(() => server.compact());
      console.log("restart", performance.now() - t1);
    } finally {
      await server.stop();
    }
    expect(existsSync(server.folder)).toBe(false);
  });
});
