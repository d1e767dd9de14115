// What a starting service loads for its configuration: the generated package, the runtime, and nothing of anybody else.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { temporaryWorkspace } from "@veltrix/testkit";
import { expect, it } from "vitest";
import { repository } from "./clone.ts";

it("loads no third-party package to configure a service", () => {
  const folder = temporaryWorkspace({
    // Node 20 has no synchronous hooks: these run on a thread of their own and say on stderr what is loaded.
    "hooks.mjs": `import { writeSync } from "node:fs";
export async function load(url, context, next) { writeSync(2, "loaded " + url + "\\n"); return next(url, context); }
`,
    "register.mjs": `import { register } from "node:module"; register("./hooks.mjs", import.meta.url);`,
    "main.mjs": `
const { loadConfig } = await import(${JSON.stringify(join(repository, "generated/broker/index.js"))});
const broker = await loadConfig();
broker.on("drift", () => {});
while (broker.status().release === "unknown") await new Promise((resolve) => setTimeout(resolve, 5));
process.stdout.write(JSON.stringify({ host: broker.config.listener.host, release: broker.status().release }));
await broker.close();
`,
  });
  const cli = join(repository, "packages/cli/bin/veltrix.js");
  const exported = spawnSync(
    process.execPath,
    [cli, "export", "--service", "broker", "--env", "local", "--out", join(folder.root, "config"), "--workspace", repository],
    { encoding: "utf8" },
  );
  expect(exported.stderr + String(exported.status)).toMatch(/0$/);
  const secrets = Object.fromEntries(
    ["devices", "gateway", "router", "alerts"].map((account) => [`secrets/mqtt-${account}/password`, "correct horse battery"]),
  );
  for (const [path, text] of Object.entries(secrets)) folder.write(path, text);
  const variables = {
    VELTRIX_SOURCE: "dir",
    VELTRIX_ENVIRONMENT: "local",
    VELTRIX_CONFIG_DIR: join(folder.root, "config"),
    VELTRIX_SECRETS_DIR: join(folder.root, "secrets"),
  };
  const child = spawnSync(process.execPath, ["--import", join(folder.root, "register.mjs"), join(folder.root, "main.mjs")], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "", ...variables },
  });
  expect(child.stderr.replace(/^loaded .*\n/gm, "")).toBe("");
  expect(JSON.parse(child.stdout)).toEqual({ host: "localhost", release: "same" });
  const loaded = [...child.stderr.matchAll(/^loaded (file:.*)$/gm)].map((match) => (match[1] ?? "").replace(`file://${repository}`, ""));
  expect(loaded.length).toBeGreaterThan(3);
  expect(
    loaded.filter((path) => !/^(generated\/broker|packages\/(runtime|protocol)\/dist)\//.test(path) && !path.endsWith("/main.mjs")),
  ).toEqual([]);
});
