import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { shop, type TemporaryWorkspace, temporaryWorkspace } from "@veltrix/testkit";
import { describe, expect, it } from "vitest";
import { LookingHost } from "../doctor/looking-host.ts";
import { readPackages } from "../doctor/packages.ts";
import { checkTurbo } from "../doctor/turbo.ts";
import { main } from "../main.ts";
import { runMain } from "../testing/run-main.ts";

const turbo = {
  tasks: {
    build: {
      inputs: ["$TURBO_DEFAULT$", { mode: "dependencyOutputs", from: ["^build"], globs: ["checkout/surface.json", "dist/**/*.d.ts"] }],
    },
  },
};

const files: { readonly [path: string]: string } = {
  ...shop,
  "package.json": '{ "devDependencies": { "turbo": "2.11.11" } }\n',
  "pnpm-workspace.yaml": "packages:\n  - packages/*\n",
  "packages/checkout/package.json": '{ "name": "checkout", "dependencies": { "@veltrix/generated": "workspace:*" } }\n',
  "packages/checkout/turbo.json": `// narrowed\n${JSON.stringify(turbo)}\n`,
  "packages/checkout/src/main.ts": 'import { loadConfig } from "@veltrix/generated/checkout";\n',
};

/** A repository in which nothing is wrong. */
async function healthy(): Promise<TemporaryWorkspace> {
  const workspace = temporaryWorkspace(files);
  execFileSync("git", ["init", "-q"], { cwd: workspace.root });
  for (const command of ["init", "build"]) expect((await runMain([command], { cwd: workspace.root })).code).toBe(0);
  return workspace;
}

describe("veltrix doctor", () => {
  it("says which folder it could not look into, and does not take it for an empty one", async () => {
    const workspace = await healthy();
    rmSync(join(workspace.root, "generated"), { recursive: true });
    writeFileSync(join(workspace.root, "generated"), "");
    const { stdout } = await runMain(["doctor"], { cwd: workspace.root });
    expect(stdout).toMatch(/skipped +folders +generated cannot be read, and nothing below it was checked: it is not a folder/);
  });

  it("finds nothing wrong with a repository that init and build have set up", async () => {
    const workspace = await healthy();
    const { code, stdout, stderr } = await runMain(["doctor"], { cwd: workspace.root });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "veltrix: nothing is wrong\n" });
    expect(stdout).not.toContain("wrong");
    expect(stdout).toMatch(/^ {2}ok +narrowing/m);
  });

  it.each([
    [
      "a hand edit of generated/",
      (w: TemporaryWorkspace) => w.edit("generated/checkout/index.js", "checkout", "checkin"),
      "generated/checkout/index.js is not what the schemas give",
      "run `veltrix build`",
    ],
    [
      "generated/ outside of the workspace",
      (w) => w.write("pnpm-workspace.yaml", "packages: [packages/*]\n"),
      "generated is not a package of the workspace",
      "run `veltrix init`",
    ],
    ["no git attributes", (w) => w.write(".gitattributes", "\n"), ".gitattributes does not keep the line endings", "run `veltrix init`"],
    ["no git ignores", (w) => w.write(".gitignore", "dist\n"), ".gitignore does not name .veltrix/", "run `veltrix init`"],
    [
      "CRLF",
      (w) => w.edit("schemas/checkout/values/base.yaml", "http:\n", "http:\r\n"),
      "schemas/checkout/values/base.yaml has Windows line endings",
      "renormalize",
    ],
    [
      "a range of turbo versions",
      (w) => w.edit("package.json", "2.11.11", "^2.11.11"),
      "turbo is asked for as ^2.11.11",
      'write "turbo": "2.11.11"',
    ],
    ["no turbo", (w) => w.write("package.json", "{}"), "turbo is not in package.json of the root", 'write "turbo": "2.11.11"'],
    [
      "a glob that matches nothing",
      (w) => w.edit("packages/checkout/turbo.json", "dist/**", "checkuot/**"),
      "the glob checkuot/**/*.d.ts of packages/checkout/turbo.json matches no generated file",
      "surface.json",
    ],
    [
      "a service that is not listened to",
      (w) => w.edit("packages/checkout/turbo.json", "checkout/surface.json", "catalog/surface.json"),
      "packages/checkout imports @veltrix/generated/checkout, and its turbo.json does not listen to it",
      'add "checkout/surface.json"',
    ],
    [
      "an import without a dependency",
      (w) => w.edit("packages/checkout/package.json", "@veltrix/generated", "other"),
      "packages/checkout imports @veltrix/generated and does not depend on it",
      "workspace:*",
    ],
    [
      "a committed secret",
      (w) => {
        w.write(".veltrix/secrets/dev.yaml", "shop-db: { password: x }\n");
        execFileSync("git", ["add", "-f", ".veltrix"], { cwd: w.root });
      },
      "git holds .veltrix/secrets/dev.yaml",
      "git rm -r --cached .veltrix",
    ],
  ] as readonly (readonly [string, (workspace: TemporaryWorkspace) => void, string, string])[])(
    "reports VX7012 for %s, and what to do",
    async (_what, hurt, says, fix) => {
      const workspace = await healthy();
      hurt(workspace);
      const { code, stderr } = await runMain(["doctor"], { cwd: workspace.root });
      expect(code).toBe(1);
      expect(stderr).toContain("error[VX7012] unhealthy-project: ");
      expect(stderr).toContain(says);
      expect(stderr).toContain(fix);
      expect(stderr).toMatch(/\n1 error\n$/);
    },
  );

  it("reports VX7012 for a Node that is too old", async () => {
    const workspace = await healthy();
    for (const [nodeVersion, expected] of [
      ["18.20.4", 1],
      ["20.18.0", 1],
      ["20.19.0", 0],
      ["24.0.0", 0],
    ] as const) {
      const io = { stdout: () => {}, stderr: () => {}, cwd: workspace.root, env: {}, isTerminal: false, nodeVersion };
      expect(await main(["doctor"], io)).toBe(expected);
    }
  });

  it("finds every import, over several lines and late, and none in a text", async () => {
    const workspace = await healthy();
    workspace.edit("packages/checkout/package.json", "@veltrix/generated", "other");
    const code = (text: string): Promise<{ readonly code: number }> => {
      workspace.write("packages/checkout/src/main.ts", text);
      return runMain(["doctor"], { cwd: workspace.root });
    };
    const name = "@veltrix/generated/checkout";
    for (const text of [
      `import {\n  loadConfig,\n} from "${name}";\n`,
      `export { loadConfig } from '${name}';\n`,
      `const c = await import("${name}");\n`,
      `const c = require(\n  "${name}");\n`,
    ]) {
      expect({ text, code: (await code(text)).code }).toEqual({ text, code: 1 });
    }
    expect((await code(`const text = 'import { a } from "${name}"';\n`)).code).toBe(0);
  });

  it("finds that every service of this repository listens to a surface that exists", () => {
    const host = new LookingHost(fileURLToPath(new URL("../../../..", import.meta.url)));
    const outputs = { package: "@veltrix/generated", folder: "generated" };
    const packages = readPackages(host, outputs);
    expect(packages.filter(({ globs }) => globs !== undefined).length).toBeGreaterThan(3);
    expect(checkTurbo({ host, packages, outputs }).map(({ kind, check }) => `${kind} ${check}`)).toEqual([
      "ok turbo version",
      "ok dependencies",
      "ok narrowing",
    ]);
  });

  it("takes turbo as it is where nothing narrows, and knows workspaces of npm", async () => {
    const workspace = temporaryWorkspace({ ...shop, "pnpm-workspace.yaml": "packages: []\n" });
    await runMain(["init"], { cwd: workspace.root });
    await runMain(["build"], { cwd: workspace.root });
    rmSync(workspace.at("pnpm-workspace.yaml"));
    workspace.write("package.json", '{ "workspaces": ["packages/*", "generated"], "devDependencies": { "turbo": "^1.0.0" } }\n');
    const { code, stdout } = await runMain(["doctor", "--format", "json"], { cwd: workspace.root });
    expect(code).toBe(0);
    const { checks } = JSON.parse(stdout) as { readonly checks: readonly { readonly kind: string; readonly check: string }[] };
    expect(checks.filter(({ kind }) => kind === "skipped").map(({ check }) => check)).toEqual([
      "node",
      "committed secrets",
      "turbo version",
    ]);
  });

  it("prints the problems of the schemas when they do not compile", async () => {
    const workspace = await healthy();
    workspace.edit("schemas/checkout/values/base.yaml", "port: 8080", "port: many");
    const { code, stderr } = await runMain(["doctor"], { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stderr).toContain("error[VX2003]");
  });
});
