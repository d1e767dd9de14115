import { expect, it } from "vitest";
import { pathToFileURL } from "node:url";
import { compile, MemoryHost } from "@veltrix/compiler";
import { renderAdmission } from "@veltrix/emit-kubernetes";
import { startTestCluster } from "./cluster.ts";
it("adhoc", async () => {
  const g = await import("/work/main/tools/bench/src/generate/generate.ts");
  const cluster = await startTestCluster();
  try {
    cluster.tryKubectl(["create", "ns", "iot"]);
    for (const n of [100, 300, 1000]) {
      const files = new Map<string, string>(g.generateFiles(n));
      files.set("schemas/veltrix.yaml", files.get("schemas/veltrix.yaml")!.replace("  targets:", "  admission: { mode: deny, deployers: [admin] }\n  targets:"));
      const { model, diagnostics } = compile(new MemoryHost(Object.fromEntries(files)));
      if (!model) throw new Error(JSON.stringify(diagnostics.slice(0, 3)));
      const text = renderAdmission(model).find(({ path }) => path.includes("/prod/"))!.contents;
      const r = cluster.tryKubectl(["apply", "--server-side", "-f", "-"], { input: text });
      console.log(n, text.length, Math.max(...text.split("\n").map((l) => l.length)), r.status, r.stdout, r.stderr.slice(0, 600));
      await new Promise((r) => setTimeout(r, 5000));
      const t = performance.now(); for (let i = 0; i < 20; i++) await cluster.call("POST", "/api/v1/namespaces/iot/configmaps?dryRun=All", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" + i, labels: {"veltrix.dev/service": model.services[n-1]!.id, "veltrix.dev/environment": "prod"} }, data: {a:"b"} }).then((a) => { if (i === 0) console.log(a.status, JSON.stringify(a.body).slice(0, 500)); });
      console.log("ms per request", (performance.now() - t) / 20);
    }
  } finally { await cluster.server.stop(); }
}, 300000);
