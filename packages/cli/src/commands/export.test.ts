import { readdirSync } from "node:fs";
import { shop, temporaryWorkspace } from "@veltrix/testkit";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { runMain } from "../testing/run-main.ts";

const exportProd = ["export", "--service", "checkout", "--env", "prod", "--out", "out"];

describe("veltrix export", () => {
  it("writes byte for byte what the generated ConfigMap carries", async () => {
    const workspace = temporaryWorkspace(shop);
    await runMain(["build"], { cwd: workspace.root });
    const { code, stdout } = await runMain(exportProd, { cwd: workspace.root });
    expect(code).toBe(0);
    expect(stdout).toBe("");
    const configMap = parse(workspace.read("generated/checkout/k8s/prod/configmap.yaml")) as { readonly data: object };
    expect({ "config.json": workspace.read("out/config.json"), "veltrix.json": workspace.read("out/veltrix.json") }).toEqual(
      configMap.data,
    );
    expect(readdirSync(workspace.at("out")).sort()).toEqual(["config.json", "veltrix.json"]);
  });

  it("writes over its own files and leaves others alone", async () => {
    const workspace = temporaryWorkspace({ ...shop, "out/keep.txt": "mine" });
    await runMain(exportProd, { cwd: workspace.root });
    workspace.edit("schemas/checkout/values/prod.yaml", "9090", "9099");
    const { code } = await runMain(exportProd, { cwd: workspace.root });
    expect(code).toBe(0);
    expect(workspace.read("out/config.json")).toContain("9099");
    expect(workspace.read("out/keep.txt")).toBe("mine");
  });

  it.each(["config.json", "veltrix.json"])("reports VX7005 for a %s that it did not write, and keeps it", async (name) => {
    const workspace = temporaryWorkspace({ ...shop, [`out/${name}`]: "{}" });
    const { code, stderr } = await runMain(exportProd, { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stderr).toContain("VX7005");
    expect(stderr).toContain(`out/${name}`);
    expect(workspace.read(`out/${name}`)).toBe("{}");
    expect(readdirSync(workspace.at("out"))).toEqual([name]);
  });

  it("reports VX7005 when the folder is a file", async () => {
    const workspace = temporaryWorkspace({ ...shop, out: "" });
    const { code, stderr } = await runMain(exportProd, { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stderr).toContain("VX7005");
  });

  it("reports VX7007 for each name that is unknown", async () => {
    const workspace = temporaryWorkspace(shop);
    const { code, stderr } = await runMain(["export", "--service", "chekout", "--env", "prodd", "--out", "out"], { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stderr).toContain("did you mean `checkout`?");
    expect(stderr).toContain("did you mean `prod`?");
    expect(workspace.files().filter((path) => path.startsWith("out"))).toEqual([]);
  });
});
