import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildWorkspace, findFreePort, mountGateway, removeWorkspace, values, withValue } from "@veltrix/runtime/testing";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";

const minute = 60_000;
const here = dirname(fileURLToPath(import.meta.url));
const recipes = join(here, "..", "..", "..", "packages", "runtime", "recipes");
let workspace: string;
beforeAll(async () => {
  workspace = await buildWorkspace();
});
afterAll(() => removeWorkspace(workspace));

/** Builds the code of a recipe as it stands there, and runs it. */
async function runRecipe(name: string, variables: { readonly [name: string]: string }): Promise<{ child: ChildProcess; said: string[] }> {
  const contents = /```ts\n([\s\S]*?)```/.exec(await readFile(join(recipes, `${name}.md`), "utf8"))?.[1];
  const home = join(here, "..", ".veltrix");
  await mkdir(home, { recursive: true });
  const outdir = await mkdtemp(join(home, "recipe-"));
  onTestFinished(() => rm(outdir, { recursive: true, force: true }));
  const runtime = join(workspace, "node_modules", "@veltrix", "runtime", "dist");
  await build({
    stdin: { contents: contents ?? "", resolveDir: join(here, ".."), loader: "ts", sourcefile: "main.ts" },
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    alias: {
      "@veltrix/generated/device-gateway": join(workspace, "service", "index.js"),
      "@veltrix/runtime": join(runtime, "index.js"),
      "@veltrix/runtime/http": join(runtime, "http.js"),
    },
    external: ["fastify", "@nestjs/*", "reflect-metadata", "rxjs"],
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
    logLevel: "error",
  });
  const child = spawn(process.execPath, [join(outdir, "stdin.mjs")], { env: { PATH: process.env["PATH"] ?? "", ...variables } });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => said.push(String(chunk)));
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, said };
}

describe("recipes", { timeout: 5 * minute }, () => {
  it.each(["node", "fastify", "nestjs"])("%s: serves, follows, is ready, and ends", async (name) => {
    const port = await findFreePort();
    const local = withValue("/listen", `127.0.0.1:${port}`, values);
    const mount = await mountGateway(local);
    const { child, said } = await runRecipe(name, mount.variables);
    const ask = async (path: string): Promise<unknown> => {
      if (child.exitCode !== null) throw new Error(`it ended: ${said.join("")}`);
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      return [
        response.status,
        (response.headers.get("content-type") ?? "").startsWith("application/json") ? await response.json() : await response.text(),
      ];
    };
    await vi.waitFor(async () => expect(await ask("/level")).toEqual([200, { level: "info" }]), { timeout: minute, interval: 50 });
    expect(await ask("/veltrix/ready")).toEqual([200, { ready: true, stale: false }]);
    expect(await ask("/veltrix/metrics")).toEqual([200, expect.stringMatching(/# EOF\n$/)]);
    expect(await ask("/veltrix/nothing")).toMatchObject([404, expect.anything()]);
    await mount.deliver(withValue("/log/level", "debug", local));
    await vi.waitFor(async () => expect(await ask("/level")).toEqual([200, { level: "debug" }]), { timeout: minute, interval: 50 });
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    // Nest ends by the signal itself, once its hooks are through.
    expect([
      [null, "SIGTERM"],
      [0, null],
    ]).toContainEqual(await ended);
  });

  it("a refused configuration ends the process with 78 before it listens", async () => {
    const mount = await mountGateway(withValue("/mqtt/qos", "one"));
    const { child, said } = await runRecipe("nestjs", mount.variables);
    expect(await once(child, "exit")).toEqual([78, null]);
    expect(said.join("")).toContain("VX5005 /mqtt/qos");
  });
});
