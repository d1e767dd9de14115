import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryWorkspace } from "@veltrix/testkit";
import { describe, expect, it } from "vitest";
import { packageFile, turboFile } from "../init/templates.ts";
import { runMain } from "../testing/run-main.ts";

const pnpm = '# Our packages.\npackages:\n  - "apps/*" # all of them\n\n# pinned\nstrictDepBuilds: true\n';

function repository(files: { readonly [path: string]: string } = {}): ReturnType<typeof temporaryWorkspace> {
  return temporaryWorkspace({ "pnpm-workspace.yaml": pnpm, ".gitignore": "node_modules/", ...files });
}

function contents(workspace: ReturnType<typeof temporaryWorkspace>): object {
  return Object.fromEntries(workspace.files().map((path) => [path, workspace.read(path)]));
}

describe("veltrix init", () => {
  it("makes a workspace that builds, from any folder of the repository", async () => {
    const workspace = repository({ "apps/a/package.json": "{}" });
    const { code, stdout } = await runMain(["init", "--service", "gateway"], { cwd: workspace.at("apps/a") });
    expect(code).toBe(0);
    expect(stdout.trim().split("\n").sort()).toEqual([
      ".gitattributes",
      ".gitignore",
      "generated/package.json",
      "generated/turbo.json",
      "pnpm-workspace.yaml",
      "schemas/gateway/config.schema.json",
      "schemas/gateway/values/base.yaml",
      "schemas/veltrix.yaml",
    ]);
    expect(await runMain(["build"], { cwd: workspace.root })).toMatchObject({ code: 0, stdout: "" });
    expect(await runMain(["build", "--check"], { cwd: workspace.root })).toMatchObject({ code: 0 });
  });

  it("keeps comments and lines of the files that it adds to", async () => {
    const workspace = repository();
    await runMain(["init"], { cwd: workspace.root });
    expect(workspace.read("pnpm-workspace.yaml")).toBe(pnpm.replace("# all of them\n", "# all of them\n  - generated\n"));
    expect(workspace.read(".gitignore")).toBe("node_modules/\n.veltrix/\n");
    expect(workspace.read(".gitattributes")).toBe("generated/** text eol=lf linguist-generated\n");
  });

  it("changes nothing when it runs again, before and after a build", async () => {
    const workspace = repository();
    await runMain(["init"], { cwd: workspace.root });
    const first = contents(workspace);
    expect(await runMain(["init"], { cwd: workspace.root })).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "veltrix: everything is there already\n",
    });
    expect(contents(workspace)).toEqual(first);
    await runMain(["build"], { cwd: workspace.root });
    const built = contents(workspace);
    await runMain(["init"], { cwd: workspace.root });
    expect(contents(workspace)).toEqual(built);
  });

  it("changes nothing of a service that has grown, and adds a second one", async () => {
    const workspace = repository();
    await runMain(["init"], { cwd: workspace.root });
    workspace.edit("schemas/my-service/values/base.yaml", "8080", "8081");
    expect(await runMain(["init"], { cwd: workspace.root })).toMatchObject({ code: 0, stdout: "" });
    const { stdout } = await runMain(["init", "--service", "second"], { cwd: workspace.root });
    expect(stdout).toBe("schemas/second/values/base.yaml\nschemas/second/config.schema.json\n");
    expect(await runMain(["build"], { cwd: workspace.root })).toMatchObject({ code: 0 });
  });

  it.each([
    { why: "another generated package", files: { "generated/package.json": '{ "name": "mine" }' }, at: "generated/package.json" },
    { why: "a folder of that name", files: { "generated/notes.txt": "" }, at: "generated" },
    { why: "another turbo.json", files: { "generated/turbo.json": "{}" }, at: "generated/turbo.json" },
    { why: "schemas of something else", files: { "schemas/user.json": "{}" }, at: "schemas/user.json" },
    {
      why: "a contract with other contents",
      files: { "schemas/my-service/config.schema.json": "{}" },
      at: "schemas/my-service/config.schema.json",
    },
    { why: "packages that are no list", files: { "pnpm-workspace.yaml": "packages: all\n" }, at: "pnpm-workspace.yaml" },
    { why: "a pnpm-workspace.yaml that is not YAML", files: { "pnpm-workspace.yaml": "packages: [a\n" }, at: "pnpm-workspace.yaml" },
  ])("reports VX7006 for $why, and writes nothing at all", async ({ files, at }) => {
    const workspace = repository(files);
    const before = contents(workspace);
    const { code, stderr } = await runMain(["init"], { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stderr).toContain(`error[VX7006] init-conflict: ${at} `);
    expect(contents(workspace)).toEqual(before);
  });

  it.each([
    ["schemas", "schemas is not a folder"],
    ["generated", "generated cannot be read: it is not a folder"],
  ])("writes nothing where %s cannot be looked into", async (folder, said) => {
    const { root } = temporaryWorkspace({ "pnpm-workspace.yaml": "packages: []\n", [folder]: "" });
    const { code, stdout, stderr } = await runMain(["init"], { cwd: root });
    expect([code, stdout + stderr]).toEqual([1, expect.stringContaining(said)]);
    expect(readdirSync(root).sort()).toEqual([folder, "pnpm-workspace.yaml"].sort());
  });

  it("prints the problems of a workspace that does not compile, and writes nothing", async () => {
    const workspace = repository({ "schemas/veltrix.yaml": "environmets: {}\n" });
    const before = contents(workspace);
    const { code, stderr } = await runMain(["init"], { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stderr).toContain("VX1009");
    expect(contents(workspace)).toEqual(before);
  });

  it("reports VX1010 for a name that no service can have", async () => {
    for (const name of ["Gateway", "shared", "../x"]) {
      const { code, stderr } = await runMain(["init", "--service", name], { cwd: repository().root });
      expect(code).toBe(1);
      expect(stderr).toContain("VX1010");
    }
  });

  it("reports VX7002 outside of a pnpm repository", async () => {
    const { code, stderr } = await runMain(["init"], { cwd: temporaryWorkspace().root });
    expect(code).toBe(1);
    expect(stderr).toContain("VX7002");
  });

  it("writes the generated package that this repository has", () => {
    const outputs = { package: "@veltrix/generated", folder: "generated" };
    for (const file of [packageFile(outputs, "workspace:*"), turboFile(outputs)]) {
      const own = readFileSync(join(import.meta.dirname, "../../../..", file.path), "utf8");
      expect(JSON.parse(own)).toEqual(JSON.parse(file.contents));
    }
  });
});
