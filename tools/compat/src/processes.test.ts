import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  buildWorkspace,
  mountGateway,
  patient,
  removeWorkspace,
  runService,
  startConfigService,
  values,
  whenChecked,
} from "@veltrix/runtime/testing";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodes } from "./nodes.ts";

let workspace: string;
beforeAll(async () => {
  workspace = await buildWorkspace();
});
afterAll(async () => {
  await removeWorkspace(workspace);
  const absent = nodes.filter(({ isThere }) => !isThere).map(({ name }) => name);
  if (absent.length > 0) process.stdout.write(`skipped, not installed on this platform: ${absent.join(", ")}\n`);
});

const print = "console.log(gateway.config.mqtt.qos, gateway.status().stale);";
const esm = `import { loadConfig } from "./index.js";\nconst gateway = await loadConfig();\n${print}`;

for (const { name, path: node, isThere } of nodes) {
  describe.skipIf(!isThere)(`on ${name}`, () => {
    const started = { code: 0, stdout: "1 false\n", stderr: "" };

    it("starts from a module", async () => {
      const { variables } = await mountGateway();
      expect(await runService(workspace, esm, variables, { node })).toEqual(started);
    });

    it("loads no module of Node.js between the import and ready", async () => {
      const { variables } = await mountGateway();
      // The loader of modules loads what it needs itself with the first import.
      await writeFile(join(workspace, "service", "nothing.js"), "");
      const source = `await import("./nothing.js");
const before = new Set(process.moduleLoadList);
const { loadConfig } = await import("./index.js");
const gateway = await loadConfig();
const loaded = process.moduleLoadList.filter((name) => !before.has(name));
${print}
console.log(JSON.stringify(loaded));`;
      expect(await runService(workspace, source, variables, { node })).toEqual({ ...started, stdout: "1 false\n[]\n" });
    });

    it("starts from a config service", async () => {
      const service = await startConfigService();
      service.publish(values);
      const { variables } = await mountGateway();
      const ended = await runService(
        workspace,
        patient(esm),
        { ...variables, VELTRIX_SOURCE: "server", VELTRIX_SERVER: service.url },
        { node },
      );
      await service.close();
      expect(ended).toEqual(started);
    });

    it("starts from CommonJS, by require", async () => {
      const { variables } = await mountGateway();
      const source = `import { createRequire } from "node:module";
createRequire(import.meta.url)("./main.cjs");`;
      await writeFile(
        join(workspace, "service", "main.cjs"),
        `const { loadConfig } = require("./index.js");\nloadConfig().then((gateway) => { ${print} });`,
      );
      expect(await runService(workspace, source, variables, { node })).toEqual(started);
    });

    it("starts where no code may be made from strings", async () => {
      const { variables } = await mountGateway();
      const source = `${esm}\ntry { new Function("return 1")(); } catch { console.log("forbidden"); }\n${whenChecked}console.log(gateway.status().release);`;
      const ended = await runService(workspace, source, variables, { node, flags: ["--disallow-code-generation-from-strings"] });
      expect(ended).toEqual({ ...started, stdout: "1 false\nforbidden\nsame\n" });
    });

    it("starts in worker threads, each with its own", async () => {
      const { variables } = await mountGateway();
      await writeFile(join(workspace, "service", "worker.js"), esm);
      const source = `import { Worker } from "node:worker_threads";
for (let index = 0; index < 2; index++) await new Promise((resolve) => new Worker(new URL("./worker.js", import.meta.url)).on("exit", resolve));`;
      expect(await runService(workspace, source, variables, { node })).toEqual({ ...started, stdout: "1 false\n1 false\n" });
    });

    it.each(["esm", "cjs"] as const)("starts bundled by esbuild, as %s", async (format) => {
      const { variables } = await mountGateway();
      const extension = format === "esm" ? "mjs" : "cjs";
      const outfile = join(workspace, "service", `bundle.${extension}`);
      const contents = `import { loadConfig } from "./index.js";\nloadConfig().then(async (gateway) => { ${print}
${whenChecked}console.log(gateway.status().release); });`;
      const stdin = { contents, resolveDir: join(workspace, "service") };
      await build({ stdin, outfile, bundle: true, minify: true, platform: "node", format, target: "node20.19", logLevel: "error" });
      expect(await runService(workspace, `import "./bundle.${extension}";`, variables, { node })).toEqual({
        ...started,
        stdout: "1 false\nsame\n",
      });
    });
  });
}
