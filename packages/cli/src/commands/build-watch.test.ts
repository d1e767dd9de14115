import { mkdirSync, renameSync, rmSync } from "node:fs";
import { shop, type TemporaryWorkspace, temporaryWorkspace } from "@veltrix/testkit";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { main } from "../main.ts";
import { runMain } from "../testing/run-main.ts";

const PATIENCE = { timeout: 30_000 };
const BASE = "schemas/checkout/values/base.yaml";
const BUILT = "generated/checkout/k8s/prod/configmap.yaml";

interface Watching {
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Waits for stderr to say `text` behind what was seen so far. */
  readonly says: (text: string) => Promise<void>;
  readonly end: () => Promise<number>;
}

function startWatch(cwd: string, ...args: readonly string[]): Watching {
  const stop = new AbortController();
  let [stdout, stderr, seen] = ["", "", 0];
  const io = {
    stdout: (text: string) => void (stdout += text),
    stderr: (text: string) => void (stderr += text),
    cwd,
    env: {},
    isTerminal: false,
    stop: stop.signal,
  };
  const ended = main(["build", "--watch", ...args], io);
  onTestFinished(async () => {
    stop.abort();
    await ended;
  });
  const says = async (text: string): Promise<void> => {
    await vi.waitFor(() => expect(stderr.slice(seen)).toContain(text), PATIENCE);
    seen = stderr.indexOf(text, seen) + text.length;
  };
  const end = (): Promise<number> => {
    stop.abort();
    return ended;
  };
  return { stdout: () => stdout, stderr: () => stderr, says, end };
}

/** A watch whose first build is done. */
async function watching(files: { readonly [path: string]: string } = shop): Promise<Watching & { readonly workspace: TemporaryWorkspace }> {
  const workspace = temporaryWorkspace(files);
  const watch = startWatch(workspace.root);
  await watch.says("veltrix: watching everything this build has read; stop with Ctrl-C\n");
  return { ...watch, workspace };
}

async function check(cwd: string): Promise<number> {
  return (await runMain(["build", "--check"], { cwd })).code;
}

describe("veltrix build --watch", { timeout: 240_000 }, () => {
  it("builds, builds again at a save, and ends with 0 when it is stopped", async () => {
    const { workspace, says, end, stdout } = await watching();
    expect(workspace.read(BUILT)).toContain("9090");
    workspace.edit("schemas/checkout/values/prod.yaml", "9090", "9191");
    await says("files written");
    expect(workspace.read(BUILT)).toContain("9191");
    expect(await end()).toBe(0);
    expect(stdout()).toBe("");
    expect(await check(workspace.root)).toBe(0);
  });

  it("reports VX2003 of a bad save, writes nothing, and says when all is well again", async () => {
    const { workspace, says } = await watching();
    const before = workspace.read(BUILT);
    workspace.edit(BASE, "port: 8080", "port: many");
    await says("error[VX2003]");
    expect(workspace.read(BUILT)).toBe(before);
    workspace.edit(BASE, "port: many", "port: 8080");
    await says(": 0 files written, 0 removed");
  });

  it("sees new files, new services, deleted ones and folders that are put in another's place", async () => {
    const { workspace, says } = await watching();
    workspace.write("schemas/checkout/values/live.yaml", "port: 1\n");
    await says("error[VX1011]");
    rmSync(workspace.at("schemas/checkout/values/live.yaml"));
    await says("files written");
    mkdirSync(workspace.at("schemas/cart"));
    await says("error[VX1008]");
    workspace.write("schemas/cart/config.schema.json", workspace.read("schemas/catalog/config.schema.json"));
    workspace.write("schemas/cart/values/base.yaml", workspace.read("schemas/catalog/values/base.yaml"));
    await says("3 services");
    renameSync(workspace.at("schemas/cart"), workspace.at("cart"));
    await says("2 services");
    renameSync(workspace.at("cart"), workspace.at("schemas/cart"));
    await says("3 services");
    expect(await check(workspace.root)).toBe(0);
  });

  it("sees manifests that appear where a glob of the settings looks", async () => {
    const settings = `${shop["schemas/veltrix.yaml"]}workloads: { files: ["deploy/**/*.yaml"] }\n`;
    const deploy = "kind: Namespace\napiVersion: v1\nmetadata: { name: shop }\n";
    const { workspace, says } = await watching({ ...shop, "schemas/veltrix.yaml": settings, "deploy/a.yaml": deploy });
    workspace.write("deploy/new/b.yaml", "{{ template }}\n");
    await says("error[VX3016]");
    rmSync(workspace.at("deploy/new"), { recursive: true });
    await says("files written");
    expect(await check(workspace.root)).toBe(0);
  });

  it("goes on without settings, and builds when they are back", async () => {
    const { workspace, says } = await watching();
    renameSync(workspace.at("schemas/veltrix.yaml"), workspace.at("away.yaml"));
    await says("error[VX1009]");
    renameSync(workspace.at("away.yaml"), workspace.at("schemas/veltrix.yaml"));
    await says("files written");
    expect(await check(workspace.root)).toBe(0);
  });

  it("says nothing of a save that changes nothing", async () => {
    const { workspace, says, stderr } = await watching();
    const said = stderr();
    workspace.write(BASE, `${workspace.read(BASE)}# a comment\n`);
    workspace.edit("schemas/checkout/values/prod.yaml", "9090", "9191");
    await says("files written");
    expect(stderr().slice(said.length)).toMatch(/^veltrix: [^\n]*: \d+ files written[^\n]*\n$/);
  });

  it("prints each build as one JSON document on one line", async () => {
    const workspace = temporaryWorkspace(shop);
    const { stdout, end } = startWatch(workspace.root, "--format", "json");
    await vi.waitFor(() => expect(stdout()).toMatch(/^[^\n]*\n$/), PATIENCE);
    workspace.edit(BASE, "port: 8080", "port: many");
    await vi.waitFor(() => expect(stdout()).toMatch(/^[^\n]*\n[^\n]*\n$/), PATIENCE);
    await end();
    const documents = stdout()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    expect(documents).toMatchObject([
      { diagnostics: [], summary: { errors: 0, services: 2 } },
      { diagnostics: [{ code: "VX2003", at: { file: BASE, line: 2 } }], summary: { services: null, written: [] } },
    ]);
  });

  it.each([
    [["--check"], "--watch writes and --check does not: choose one"],
    [["--format", "sarif"], "--watch prints as it runs: use --format pretty or json, not sarif"],
  ])("reports VX7002 with %j", async (args, detail) => {
    const workspace = temporaryWorkspace(shop);
    const { code, stderr, stdout } = await runMain(["build", "--watch", ...args], { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stderr + stdout).toContain(detail);
    expect(workspace.files().filter((path) => path.startsWith("generated/"))).toEqual([]);
  });
});
