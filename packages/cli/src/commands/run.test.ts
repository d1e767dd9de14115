import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { shop, temporaryWorkspace, type TemporaryWorkspace } from "@veltrix/testkit";
import { describe, expect, it } from "vitest";
import { runMain } from "../testing/run-main.ts";

const secrets = { ".veltrix/secrets/dev.yaml": "shop-db:\n  password: hunter2\n" };

/** A program that writes down what it was given: variables, files with their modes and texts. */
const look = `
const { readdirSync, readFileSync, statSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { VELTRIX_CONFIG_DIR: config, VELTRIX_SECRETS_DIR: secrets } = process.env;
const mode = (path) => (statSync(path).mode & 0o777).toString(8);
const list = (folder) => Object.fromEntries(readdirSync(folder, { recursive: true }).filter((name) => statSync(join(folder, name)).isFile()).map((name) => [name, [mode(join(folder, name)), readFileSync(join(folder, name), "utf8")]]));
const seen = { env: process.env, config: list(config), secrets: secrets && list(secrets), folderMode: mode(join(config, "..")), cwd: process.cwd() };
writeFileSync(process.argv[1], JSON.stringify(seen));
`;

interface Seen {
  readonly env: { readonly [name: string]: string };
  readonly config: { readonly [name: string]: readonly [mode: string, text: string] };
  readonly secrets?: { readonly [name: string]: readonly [mode: string, text: string] };
  readonly folderMode: string;
  readonly cwd: string;
}

async function lookInside(
  workspace: TemporaryWorkspace,
  args: readonly string[],
  env: { readonly [name: string]: string } = {},
): Promise<Seen> {
  const out = workspace.at("seen.json");
  const result = await runMain(["run", ...args, "--", process.execPath, "-e", look, out], { cwd: workspace.root, env });
  expect(result).toEqual({ code: 0, stdout: "", stderr: "" });
  return JSON.parse(readFileSync(out, "utf8")) as Seen;
}

describe("veltrix run", () => {
  it("gives a program what a cluster would, in private files that are gone afterwards", async () => {
    const workspace = temporaryWorkspace({ ...shop, ...secrets });
    const seen = await lookInside(workspace, ["--env", "dev", "--service", "checkout"]);
    await runMain(["export", "--service", "checkout", "--env", "dev", "--out", "out"], { cwd: workspace.root });
    expect(seen.config).toEqual({
      "config.json": ["600", workspace.read("out/config.json")],
      "veltrix.json": ["600", workspace.read("out/veltrix.json")],
    });
    expect(seen.secrets).toEqual({ "shop-db/password": ["600", "hunter2"] });
    expect(seen.folderMode).toBe("700");
    expect(seen.cwd).toBe(workspace.root);
    expect(seen.env).toMatchObject({ VELTRIX_SOURCE: "dir", VELTRIX_ENVIRONMENT: "dev", HTTP_PORT: "8080" });
    expect(existsSync(dirname(seen.env["VELTRIX_CONFIG_DIR"] ?? ""))).toBe(false);
  });

  it("takes secrets from a folder of files", async () => {
    const workspace = temporaryWorkspace({ ...shop, "mine/shop-db/password": "from-file\n" });
    const seen = await lookInside(workspace, ["--env", "prod", "--service", "checkout", "--secrets", "mine"]);
    expect(seen.secrets).toEqual({ "shop-db/password": ["600", "from-file\n"] });
  });

  describe("a secret with x-env", () => {
    const contract = shop["schemas/checkout/config.schema.json"]?.replace('"x-secret": true', '"x-secret": true, "x-env": "DB_PASSWORD"');
    const withVariable = { ...shop, "schemas/checkout/config.schema.json": contract ?? "" };
    const args = ["--env", "dev", "--service", "checkout", "--secrets", "mine"];

    it("is a variable too, byte for byte, in place of an inherited one", async () => {
      const workspace = temporaryWorkspace({ ...withVariable, "mine/shop-db/password": " pässword\n" });
      const seen = await lookInside(workspace, args, { DB_PASSWORD: "of-another-service" });
      expect(seen.env["DB_PASSWORD"]).toBe(" pässword\n");
      expect(seen.secrets).toEqual({ "shop-db/password": ["600", " pässword\n"] });
    });

    it.each([
      ["holds a NUL character", Buffer.from("canary\0canary")],
      ["is not UTF-8", Buffer.from("canary\xffcanary", "latin1")],
      ["Linux starts no process with more", Buffer.from("canary".repeat(30_000))],
    ])("reports VX4002 for one that %s, shows no part of it and starts nothing", async (reason, bytes) => {
      const workspace = temporaryWorkspace(withVariable);
      mkdirSync(workspace.at("mine/shop-db"), { recursive: true });
      writeFileSync(workspace.at("mine/shop-db/password"), bytes);
      const start = ["--", process.execPath, "-e", "require('fs').writeFileSync('started', '')"];
      const { code, stdout, stderr } = await runMain(["run", ...args, ...start], { cwd: workspace.root });
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain("VX4002");
      expect(stderr).toContain("`DB_PASSWORD`");
      expect(stderr).toContain(reason);
      expect(stderr).not.toContain("canary");
      expect(existsSync(workspace.at("started"))).toBe(false);
    });
  });

  it("hands on variables and overrides, and no settings of another run", async () => {
    const workspace = temporaryWorkspace(shop);
    const inherited = {
      MINE: "1",
      VELTRIX_OVERRIDE_HTTP_PORT: "1",
      VELTRIX_SECRETS_DIR: "/elsewhere",
      VELTRIX_SERVER: "http://x",
      VELTRIX_SOURCE: "env",
    };
    const { env } = await lookInside(workspace, ["--env", "dev", "--service", "catalog"], inherited);
    expect(env).toMatchObject({ MINE: "1", VELTRIX_OVERRIDE_HTTP_PORT: "1", VELTRIX_SOURCE: "dir" });
    expect(env).not.toHaveProperty("VELTRIX_SECRETS_DIR");
    expect(env).not.toHaveProperty("VELTRIX_SERVER");
  });

  it("knows the service by the folder's name", async () => {
    const workspace = temporaryWorkspace(shop);
    mkdirSync(workspace.at("apps/catalog"), { recursive: true });
    const { code } = await runMain(["run", "--env", "dev", "--", process.execPath, "-e", ""], { cwd: workspace.at("apps/catalog") });
    expect(code).toBe(0);
    const { stderr } = await runMain(["run", "--env", "dev", "--", process.execPath, "-e", ""], { cwd: workspace.root });
    expect(stderr).toContain("VX7002");
    expect(stderr).toContain("needs --service with one of catalog, checkout");
  });

  it("ends as the program ends", async () => {
    const workspace = temporaryWorkspace(shop);
    const run = async (script: string): Promise<number> =>
      (await runMain(["run", "--env", "dev", "--service", "catalog", "--", process.execPath, "-e", script], { cwd: workspace.root })).code;
    expect(await run("process.exit(7)")).toBe(7);
    expect(await run("process.kill(process.pid, 'SIGKILL')")).toBe(137);
    expect(await run("process.kill(process.pid, 'SIGTERM')")).toBe(143);
  });

  it("reports one VX7008 with all secrets that are missing and a skeleton to paste, and starts nothing", async () => {
    const workspace = temporaryWorkspace({ ...shop, ".veltrix/secrets/dev.yaml": "shop-db: { user: me }\n" });
    const contract = workspace.read("schemas/checkout/config.schema.json");
    workspace.write(
      "schemas/checkout/config.schema.json",
      contract.replace('"password": {', '"token": { "type": "string", "x-secret": true }, "password": {'),
    );
    workspace.edit("schemas/checkout/values/base.yaml", "database:\n", "database:\n  token: !secret api/token\n");
    const args = [
      "run",
      "--env",
      "dev",
      "--service",
      "checkout",
      "--",
      process.execPath,
      "-e",
      "require('fs').writeFileSync('started', '')",
    ];
    const { code, stderr } = await runMain(args, { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stderr).toContain(
      "checkout: .veltrix/secrets/dev.yaml does not have 2 secrets: shop-db/password (for /database/password) and api/token (for /database/token)\n",
    );
    expect(stderr.match(/VX7008/g)).toHaveLength(1);
    expect(stderr).toContain('\n\n     shop-db:\n       password: ""\n     "api":\n       token: ""\n');
    expect(existsSync(workspace.at("started"))).toBe(false);
  });

  it("reports VX7008 with the file to write where secrets are a folder", async () => {
    const workspace = temporaryWorkspace({ ...shop, "mine/other/key": "x\n" });
    const args = ["run", "--env", "dev", "--service", "checkout", "--secrets", "mine", "--", "true"];
    const { code, stderr } = await runMain(args, { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stderr).toContain(`help: write its value to ${workspace.at("mine/shop-db/password")}\n`);
  });

  it("reports VX1001 for a malformed file of secrets without showing it", async () => {
    const workspace = temporaryWorkspace({ ...shop, ".veltrix/secrets/dev.yaml": "shop-db:\n  password: {hunter2\n" });
    const { code, stderr } = await runMain(["run", "--env", "dev", "--service", "checkout", "--", "true"], { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stderr).toContain("VX1001");
    expect(stderr).not.toContain("hunter2");
  });

  it("reports VX7010 for a program that does not start", async () => {
    const workspace = temporaryWorkspace(shop);
    const { code, stderr } = await runMain(["run", "--env", "dev", "--service", "catalog", "--", "no-such-program"], {
      cwd: workspace.root,
    });
    expect(code).toBe(1);
    expect(stderr).toContain("error[VX7010] command-failed: `no-such-program` did not start: there is no such program");
  });

  it("reports VX7002 without a program", async () => {
    const { code, stderr } = await runMain(["run", "--env", "dev", "--service", "catalog"], { cwd: temporaryWorkspace(shop).root });
    expect(code).toBe(1);
    expect(stderr).toContain("needs a program after `--`");
  });
});
