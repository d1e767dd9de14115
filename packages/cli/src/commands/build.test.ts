import { shop, temporaryWorkspace } from "@veltrix/testkit";
import { describe, expect, it } from "vitest";
import { runMain } from "../testing/run-main.ts";

describe("veltrix build", () => {
  it("writes generated/ once, says what it did, and then writes nothing", async () => {
    const workspace = temporaryWorkspace(shop);
    const first = await runMain(["build"], { cwd: workspace.root });
    expect(first).toMatchObject({ code: 0, stdout: "" });
    expect(first.stderr).toMatch(/^veltrix: 2 services, 2 environments: \d+ files written, 0 removed, 0 unchanged\n$/);
    expect(workspace.files()).toContain("generated/checkout/index.js");
    expect(workspace.files()).toContain("generated/checkout/k8s/prod/configmap.yaml");
    const second = await runMain(["build"], { cwd: workspace.root });
    expect(second.stderr).toMatch(/: 0 files written, 0 removed, \d+ unchanged\n$/);
  });

  it("removes what no schema gives any more", async () => {
    const workspace = temporaryWorkspace(shop);
    await runMain(["build"], { cwd: workspace.root });
    workspace.write("schemas/veltrix.yaml", "environments:\n  prod: { namespace: shop, production: true }\n");
    const { code, stdout } = await runMain(["build", "--format", "json"], { cwd: workspace.root });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ summary: { services: 2, environments: 1 } });
    expect(workspace.files().filter((path) => path.startsWith("generated/checkout/k8s/dev/"))).toEqual([]);
  });

  it("writes nothing when there is an error", async () => {
    const workspace = temporaryWorkspace(shop);
    workspace.edit("schemas/checkout/values/base.yaml", "port: 8080", "port: many");
    const { code, stderr } = await runMain(["build"], { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stderr).toContain("--> schemas/checkout/values/base.yaml:2:");
    expect(workspace.files().filter((path) => path.startsWith("generated/"))).toEqual([]);
  });

  it("takes warnings for errors where --deny-warnings or veltrix.yaml says so, and then writes nothing", async () => {
    const overlay = (): ReturnType<typeof temporaryWorkspace> => {
      const workspace = temporaryWorkspace(shop);
      workspace.write("schemas/checkout/values/prod.yaml", `${workspace.read("schemas/checkout/values/prod.yaml")}catalog: {}\n`);
      return workspace;
    };
    const warned = await runMain(["build"], { cwd: overlay().root });
    expect([warned.code, warned.stderr]).toEqual([0, expect.stringContaining("warning[VX2032]")]);
    const denied = overlay();
    const refused = await runMain(["build", "--deny-warnings"], { cwd: denied.root });
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("error[VX2032]")]);
    expect(denied.files().filter((path) => path.startsWith("generated/"))).toEqual([]);
    const settings = overlay();
    settings.write("schemas/veltrix.yaml", `${settings.read("schemas/veltrix.yaml")}diagnostics: { VX2032: error }\n`);
    expect((await runMain(["build"], { cwd: settings.root })).stderr).toContain("error[VX2032]");
    settings.edit("schemas/veltrix.yaml", "VX2032", "VX2030");
    expect((await runMain(["build"], { cwd: settings.root })).stderr).toContain("warning[VX2032]");
  });

  it("takes the warnings of what was written for errors too", async () => {
    const workspace = temporaryWorkspace({ ...shop, "generated/notes.txt": "mine\n" });
    expect(await runMain(["build", "--deny-warnings"], { cwd: workspace.root })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("error[VX7004]"),
    });
  });

  it("exits 0 with a warning", async () => {
    const workspace = temporaryWorkspace({ ...shop, "generated/notes.txt": "mine\n" });
    const { code, stderr } = await runMain(["build"], { cwd: workspace.root });
    expect(code).toBe(0);
    expect(stderr).toContain("warning[VX7004]");
    expect(workspace.read("generated/notes.txt")).toBe("mine\n");
  });
});

describe("veltrix build --check", () => {
  it("reports one VX7003 for one changed value, with key, both values and the number of stale files", async () => {
    const workspace = temporaryWorkspace(shop);
    await runMain(["build"], { cwd: workspace.root });
    workspace.edit("schemas/checkout/values/prod.yaml", "9090", "9191");
    const { code, stdout } = await runMain(["build", "--check", "--format", "json"], { cwd: workspace.root });
    expect(code).toBe(1);
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; message: string; service: string; key: string }[] };
    expect(diagnostics).toMatchObject([{ code: "VX7003", service: "checkout", key: "/http/port", environments: ["prod"] }]);
    const [, files] =
      /^checkout in prod: \/http\/port is 9191 in schemas\/ and 9090 in generated\/: (\d+) generated files are stale$/.exec(
        diagnostics[0]?.message ?? "",
      ) ?? [];
    const { stdout: built } = await runMain(["build", "--format", "json"], { cwd: workspace.root });
    expect(Number(files)).toBe((JSON.parse(built) as { summary: { written: string[] } }).summary.written.length);
  });

  it("reports a file that was edited by hand beside a changed value", async () => {
    const workspace = temporaryWorkspace(shop);
    await runMain(["build"], { cwd: workspace.root });
    workspace.edit("schemas/checkout/values/base.yaml", "port: 8080", "port: 8181");
    workspace.write("generated/checkout/index.js", `${workspace.read("generated/checkout/index.js")}// mine\n`);
    const { stderr } = await runMain(["build", "--check"], { cwd: workspace.root });
    expect(stderr.match(/VX7003/g)).toHaveLength(2);
    expect(stderr).toContain("checkout in dev: /http/port is 8181 in schemas/ and 8080 in generated/");
    expect(stderr).toContain("generated/checkout/index.js is not what the schemas give");
  });

  it("exits 0 when generated/ is what the schemas give", async () => {
    const workspace = temporaryWorkspace(shop);
    await runMain(["build"], { cwd: workspace.root });
    const { code, stderr } = await runMain(["build", "--check"], { cwd: workspace.root });
    expect(code).toBe(0);
    expect(stderr).toMatch(/generated\/ is up to date/);
  });

  it("reports VX7003 naming a file that was edited by hand, and leaves it as it is", async () => {
    const workspace = temporaryWorkspace(shop);
    await runMain(["build"], { cwd: workspace.root });
    const file = "generated/checkout/k8s/prod/configmap.yaml";
    workspace.edit(file, "9090", "9091");
    const edited = workspace.read(file);
    const { code, stderr } = await runMain(["build", "--check"], { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stderr).toContain(`error[VX7003] stale-generated: ${file} `);
    expect(workspace.read(file)).toBe(edited);
  });

  it("reports VX7003 for every file when nothing was built yet, and writes none", async () => {
    const workspace = temporaryWorkspace(shop);
    const { code, stderr } = await runMain(["build", "--check"], { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stderr).toContain("generated/index.json is missing");
    expect(workspace.files().filter((path) => path.startsWith("generated/"))).toEqual([]);
  });

  it("reports VX7004 for a file that no schema gives", async () => {
    const workspace = temporaryWorkspace(shop);
    await runMain(["build"], { cwd: workspace.root });
    workspace.write("generated/old/index.js", "// @generated by veltrix\n");
    const { code, stderr } = await runMain(["build", "--check"], { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stderr).toContain("error[VX7004] orphan-file: no schema produces generated/old/index.js");
  });
});
