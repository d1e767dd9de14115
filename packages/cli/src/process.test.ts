// What only the compiled command in a process of its own shows. `npm test` compiles it first.
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { runCli, shop, temporaryWorkspace } from "@veltrix/testkit";
import { describe, expect, it } from "vitest";

const bin = join(import.meta.dirname, "../bin/veltrix.js");

function start(args: readonly string[], cwd: string): ReturnType<typeof spawn> {
  return spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "pipe"], env: { PATH: process.env["PATH"] } });
}

describe("the veltrix process", () => {
  it("builds, with people's text on stderr and the exit code of the command", async () => {
    const workspace = temporaryWorkspace(shop);
    const built = await runCli(["build"], { cwd: workspace.root });
    expect(built).toMatchObject({ code: 0, stdout: "", stderr: expect.stringContaining("veltrix: 2 services") });
    workspace.edit("generated/checkout/index.js", "checkout", "chekout");
    const checked = await runCli(["build", "--check", "--format", "json"], { cwd: workspace.root });
    expect(checked).toMatchObject({ code: 1, stderr: "" });
    expect(JSON.parse(checked.stdout)).toMatchObject({ diagnostics: [{ code: "VX7003", at: { file: "generated/checkout/index.js" } }] });
  });

  it("says so and exits 2 when it is not compiled", async () => {
    const workspace = temporaryWorkspace({ "package.json": '{ "type": "module" }' });
    mkdirSync(workspace.at("bin"));
    copyFileSync(bin, workspace.at("bin/veltrix.js"));
    const child = start([workspace.at("bin/veltrix.js"), "build"], workspace.root);
    let stderr = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect(code).toBe(2);
    expect(stderr).toBe('Veltrix is not compiled yet: run "npm run build"\n');
  });

  it("hands a signal on to the program that it runs, and cleans up", async () => {
    const workspace = temporaryWorkspace(shop);
    const script =
      "process.on('SIGTERM', () => process.exit(42)); setInterval(() => {}, 1000); console.log(process.env.VELTRIX_CONFIG_DIR)";
    const child = start([bin, "run", "--env", "dev", "--service", "catalog", "--", process.execPath, "-e", script], workspace.root);
    const closed = new Promise((resolve) => child.once("close", resolve));
    const folder = await new Promise<string>((resolve) =>
      child.stdout?.setEncoding("utf8").once("data", (text: string) => resolve(text.trim())),
    );
    expect(existsSync(join(folder, "config.json"))).toBe(true);
    child.kill("SIGTERM");
    expect(await closed).toBe(42);
    expect(existsSync(join(folder, ".."))).toBe(false);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("ends a watching build with 0 on %s", async (signal) => {
    const workspace = temporaryWorkspace(shop);
    const child = start([bin, "build", "--watch"], workspace.root);
    const closed = new Promise((resolve) => child.once("close", resolve));
    await new Promise<void>((resolve) => {
      child.stderr?.setEncoding("utf8").on("data", (text: string) => (text.includes("Ctrl-C") ? resolve() : undefined));
    });
    child.kill(signal);
    expect(await closed).toBe(0);
  });

  it("S11: ends soon with thousands of problems, and of secrets in the clear, in one file", async () => {
    const keys = Array.from({ length: 6000 }, (_, index) => `k${index}`);
    const contract = { "x-veltrix": { version: "1.0.0" }, type: "object", additionalProperties: false, properties: {} as object };
    contract.properties = Object.fromEntries(keys.map((key) => [key, { type: "string" }]));
    const token = (index: number): string => `ghp_${String(index).padStart(8, "0")}aBcDeFgHiJkLmNoPqRsTuVwXyZ12`;
    const values = (secrets: number): string =>
      keys.map((key, index) => `${key}: ${index < secrets ? `"${token(index)}"` : "1.10"}\n`).join("");
    for (const secrets of [0, 80, 2000]) {
      const workspace = temporaryWorkspace({
        "schemas/veltrix.yaml": "environments: { dev: {} }\n",
        "schemas/big/config.schema.json": JSON.stringify(contract),
        "schemas/big/values/base.yaml": values(secrets),
      });
      // A watchdog, far above what it takes: work that grows with the square of the problems does not end in it.
      const ended = spawnSync(process.execPath, [bin, "build"], {
        cwd: workspace.root,
        encoding: "utf8",
        timeout: 120_000,
        maxBuffer: 2 ** 26,
      });
      expect([ended.signal, ended.status]).toEqual([null, 1]);
      expect(ended.stderr).toContain("6000 errors");
      expect(ended.stderr).not.toContain("ghp_");
    }
  });

  it("ends quietly when its reader has seen enough", async () => {
    const workspace = temporaryWorkspace(shop);
    const child = start([bin, "why", "checkout#/", "--env", "dev"], workspace.root);
    child.stdout?.destroy();
    let stderr = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });
});
