import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { shop, temporaryWorkspace } from "@veltrix/testkit";
import { describe, expect, it } from "vitest";
import { runMain } from "../testing/run-main.ts";

describe("veltrix drift", () => {
  const misuses: readonly (readonly [string, string])[] = [
    ["", "`veltrix drift` needs --env"],
    ["mount mount --context eu", "`veltrix drift mount` does not take `context`"],
    ["mount", "`veltrix drift mount` needs an argument"],
    ["wathc --env prod", "`veltrix drift` does not take `wathc`"],
    ["--env prod --deadline 3m", "`veltrix drift` does not take `deadline`"],
    ["watch --env prod --deadline soon", "--deadline takes a duration like 3m, not `soon`"],
    ["watch --env prod --format junit", '--format is one of "pretty", "json", not "junit"'],
    ["--env prod --image a", "`veltrix drift` does not take `image`"],
    ["manifests cronjob --env prod", "`veltrix drift manifests` needs --image"],
    ["manifests pod --env prod --image a", "`veltrix drift manifests` prints deployment or cronjob, not `pod`"],
  ];
  it.each(misuses)("reports VX7002 of drift %s", async (line, message) => {
    const workspace = temporaryWorkspace(shop);
    const { code, stdout, stderr } = await runMain(["drift", ...line.split(" ").filter((part) => part !== "")], { cwd: workspace.root });
    expect(stderr).toContain(`error[VX7002] bad-usage: ${message}`);
    expect([code, stdout]).toEqual([1, ""]);
  });

  it.each([
    ["--env prod --manifests deployment --image a", "manifests deployment --env prod --image a"],
    ["--manifests=cronjob --env prod --image a", "manifests cronjob --env prod --image a"],
    ["--dir nowhere --service checkout", "mount nowhere --service checkout"],
    ["--dir=nowhere", "mount nowhere"],
    ["--env prod --watch", "watch --env prod"],
    ["--watch --env prod --deadline soon", "watch --env prod --deadline soon"],
    ["--env prod --manifests", "manifests --env prod"],
    ["--dir", "mount"],
    ["--dir nowhere --watch", "watch --dir nowhere"],
  ])("takes drift %s for drift %s, as it was spelt once", async (old, now) => {
    const { root } = temporaryWorkspace(shop);
    const [before, after] = [
      await runMain(["drift", ...old.split(" ")], { cwd: root }),
      await runMain(["drift", ...now.split(" ")], { cwd: root }),
    ];
    expect(before).toEqual(after);
    expect(before.stdout + before.stderr).not.toBe("");
  });

  it.each(["drift", "drift watch", "drift mount", "drift manifests"])(
    "has a page of its own for %s --help, without old spellings",
    async (line) => {
      const { code, stdout } = await runMain([...line.split(" "), "--help"], { cwd: "/" });
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`^veltrix ${line}\\b`));
      expect(stdout).not.toMatch(/--(?:watch|dir|manifests)\b/);
    },
  );

  it.each(["link", "pipe", "folder"])("C3: reads no schemas/acknowledged.yaml that is a %s, and shows nothing of it", async (kind) => {
    const outside = temporaryWorkspace({ "secret.txt": "hunter2: [\n" });
    const workspace = temporaryWorkspace(shop);
    const path = workspace.at("schemas/acknowledged.yaml");
    if (kind === "link") symlinkSync(outside.at("secret.txt"), path);
    else if (kind === "pipe") execFileSync("mkfifo", [path]);
    else mkdirSync(path);
    const { code, stdout, stderr } = await runMain(["drift", "--env", "prod"], { cwd: workspace.root });
    expect(stderr).toContain("error[VX1007]");
    expect(stderr).toContain("schemas/acknowledged.yaml");
    expect(stdout + stderr).not.toContain("hunter2");
    expect(code).toBe(1);
  });

  it("reports VX7007 of an environment and a service that do not exist, before any cluster is asked", async () => {
    const workspace = temporaryWorkspace(shop);
    const { code, stderr } = await runMain(["drift", "--env", "prd", "--service", "chekout"], { cwd: workspace.root });
    expect(stderr).toContain("did you mean `prod`?");
    expect(stderr).toContain("did you mean `checkout`?");
    expect(code).toBe(1);
  });

  it("reports VX7019 and exits 2 where nothing says which cluster", async () => {
    const workspace = temporaryWorkspace(shop);
    const { code, stdout, stderr } = await runMain(["drift", "--env", "prod"], { cwd: workspace.root });
    expect(stderr).toContain("error[VX7019] no-cluster: there is no kubeconfig");
    expect([code, stdout]).toEqual([2, ""]);
  });
});
