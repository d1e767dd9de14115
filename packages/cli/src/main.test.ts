import { existsSync } from "node:fs";
import { shop, temporaryWorkspace } from "@veltrix/testkit";
import { describe, expect, it } from "vitest";
import { runMain } from "./testing/run-main.ts";

const nowhere = { cwd: "/" };

describe("the command line", () => {
  it("reports VX7002 with the nearest command", async () => {
    const { code, stdout, stderr } = await runMain(["biuld"], nowhere);
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain("error[VX7002] bad-usage: there is no command `biuld`");
    expect(stderr).toContain("did you mean `build`?");
  });

  it("reports VX7002 with the nearest option", async () => {
    const { code, stderr } = await runMain(["build", "--chekc"], nowhere);
    expect(code).toBe(1);
    expect(stderr).toContain("`veltrix build` does not take `chekc`");
    expect(stderr).toContain("did you mean `--check`?");
  });

  it.each([
    { args: [], says: "no command was given" },
    { args: ["--format", "json"], says: "no command was given" },
    { args: ["why", "checkout#/"], says: "`veltrix why` needs --env" },
    { args: ["why", "--env", "dev"], says: "`veltrix why` needs an argument: see `veltrix why --help`" },
    { args: ["why", "checkout#/", "--env"], says: "--env needs a value" },
    { args: ["why", "checkout#/", "more", "--env", "dev"], says: "`veltrix why` does not take `more`" },
    { args: ["why", "checkout#/", "--env", "dev", "--env", "prod"], says: "--env is given more than once" },
    { args: ["build", "--check=maybe"], says: "--check=maybe is neither true nor false" },
    { args: ["build", "--no-check"], says: "`veltrix build` does not take `no-check`" },
    { args: ["build", "--format", "xml"], says: '--format is one of "pretty", "json", "github", "sarif", "junit", not "xml"' },
    { args: ["build", "--", "node"], says: "it takes no program after `--`" },
    { args: ["build", "-x"], says: "`veltrix build` does not take `x`" },
  ])("reports VX7002 for $args", async ({ args, says }) => {
    const { code, stdout, stderr } = await runMain(args, nowhere);
    expect(code).toBe(1);
    expect(stdout + stderr).toContain("VX7002");
    expect((stdout + stderr).replaceAll('\\"', '"')).toContain(says);
  });

  it("answers --help on stdout, for every command with examples", async () => {
    const { code, stdout } = await runMain(["--help"], nowhere);
    expect(code).toBe(0);
    const commands = [...stdout.matchAll(/^ {2}veltrix ([a-z]+)/gm)].map(([, name]) => name ?? "");
    expect(commands.length).toBeGreaterThan(10);
    for (const command of commands) {
      const help = await runMain([command, "--help"], nowhere);
      expect(help.code).toBe(0);
      expect(help.stdout).toContain(`Examples:\n  veltrix ${command}`);
    }
  });

  it("says the same in every locale", async () => {
    const before = process.env["LC_ALL"];
    process.env["LC_ALL"] = "de_DE.UTF-8";
    const { stderr } = await runMain(["why", "checkout#/"], nowhere);
    if (before === undefined) delete process.env["LC_ALL"];
    else process.env["LC_ALL"] = before;
    expect(stderr).toContain("needs --env");
  });
});

describe("the workspace", () => {
  it("is found from any folder inside it", async () => {
    const workspace = temporaryWorkspace({ ...shop, "apps/checkout/src/main.ts": "" });
    const { code } = await runMain(["why", "checkout#/http/port", "--env", "dev"], { cwd: workspace.at("apps/checkout/src") });
    expect(code).toBe(0);
  });

  it("is the folder that --workspace names, and no other", async () => {
    const workspace = temporaryWorkspace(shop);
    expect((await runMain(["build", "--workspace", workspace.root], nowhere)).code).toBe(0);
    const { code, stderr } = await runMain(["build", "--workspace", "schemas"], { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stderr).toContain(`VX7001] no-workspace: no folder from ${workspace.at("schemas")} upward`);
  });

  it("reports VX7001 where there is none", async () => {
    const workspace = temporaryWorkspace();
    const { code, stderr } = await runMain(["build"], { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stderr).toContain("error[VX7001]");
    expect(existsSync(workspace.at("generated"))).toBe(false);
  });
});

describe("printing", () => {
  it("colours problems at a terminal only, and not with NO_COLOR", async () => {
    const escape = "\u001b[";
    expect((await runMain(["biuld"], { ...nowhere, isTerminal: true })).stderr).toContain(escape);
    expect((await runMain(["biuld"], { ...nowhere, isTerminal: true, env: { NO_COLOR: "1" } })).stderr).not.toContain(escape);
    expect((await runMain(["biuld"], nowhere)).stderr).not.toContain(escape);
  });

  it("prints one JSON document on stdout and nothing else", async () => {
    const workspace = temporaryWorkspace(shop);
    workspace.edit("schemas/checkout/values/prod.yaml", "port: 9090", "prot: 9090");
    const { code, stdout, stderr } = await runMain(["build", "--format", "json"], { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stderr).toBe("");
    const document: unknown = JSON.parse(stdout);
    expect(document).toMatchObject({
      diagnostics: [
        {
          code: "VX2002",
          slug: expect.any(String),
          severity: "error",
          message: expect.stringContaining("prot"),
          service: "checkout",
          environment: "prod",
          at: { file: "schemas/checkout/values/prod.yaml", line: 2, column: 3, pointer: "/http/prot" },
          related: expect.any(Array),
          suggestions: ["port"],
        },
      ],
      summary: { errors: 1, warnings: 0, written: [], removed: [], unchanged: 0 },
    });
  });

  it("prints workflow commands for GitHub on stdout", async () => {
    const workspace = temporaryWorkspace(shop);
    workspace.edit("schemas/checkout/values/prod.yaml", "port: 9090", "prot: 9090");
    const { code, stdout } = await runMain(["build", "--format", "github"], { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^::error file=schemas\/checkout\/values\/prod.yaml,line=2,col=3,title=VX2002 /);
  });
});
