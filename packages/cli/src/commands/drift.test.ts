import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { MOUNT_DEADLINE_MS, mountHops } from "@veltrix/protocol";
import { shop, temporaryWorkspace, type TemporaryWorkspace } from "@veltrix/testkit";
import { describe, expect, it } from "vitest";
import { runMain } from "../testing/run-main.ts";

/** A workspace with the files of checkout in prod in `mount`. */
async function mounted(): Promise<TemporaryWorkspace> {
  const workspace = temporaryWorkspace(shop);
  await runMain(["export", "--service", "checkout", "--env", "prod", "--out", "mount"], { cwd: workspace.root });
  return workspace;
}

describe("veltrix drift mount", () => {
  it("exits 0 when the mount is what the schemas give", async () => {
    const workspace = await mounted();
    const { code, stdout } = await runMain(["drift", "mount", "mount"], { cwd: workspace.root });
    expect(code).toBe(0);
    expect(stdout).toBe("checkout in prod: in sync (with itself and with schemas/)\n");
  });

  it("R15: takes a file that is only written differently as in sync", async () => {
    const workspace = await mounted();
    workspace.write("mount/config.json", JSON.stringify(JSON.parse(workspace.read("mount/config.json"))));
    const { code } = await runMain(["drift", "mount", "mount"], { cwd: workspace.root });
    expect(code).toBe(0);
  });

  it("names the key, and both values, of a mount that was edited", async () => {
    const workspace = await mounted();
    workspace.edit("mount/config.json", "9090", "9999");
    const { code, stdout } = await runMain(["drift", "mount", "mount"], { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stdout).toBe(`drift[deployed-inconsistent] checkout in prod: /http/port is changed
  expected  9090
  actual    9999

checkout in prod: 1 key differs
`);
  });

  it.each(["github", "sarif", "junit"])("tells each key of an edited mount in %s, at its place in the contract", async (format) => {
    const workspace = await mounted();
    workspace.edit("mount/config.json", "9090", "9999");
    const { code, stdout } = await runMain(["drift", "mount", "mount", "--format", format], { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stdout).toContain("schemas/checkout/config.schema.json");
    expect(stdout).toMatch(/VX5010.*deployed-inconsistent: checkout in prod: .http.port is changed; expected 9090; actual 9999/s);
  });

  it("tells every hop that a mount shows", async () => {
    const changes: { readonly [hop: string]: string } = {
      "not-applied": "schemas/checkout/values/prod.yaml",
      "deployed-inconsistent": "mount/config.json",
    };
    const told = Object.entries(changes).map(async ([hop, file]) => {
      const workspace = await mounted();
      workspace.edit(file, "9090", "9999");
      const { stdout } = await runMain(["drift", "mount", "mount"], { cwd: workspace.root });
      return [hop, [...stdout.matchAll(/^drift\[(.+?)\]/gm)].map(([, shown]) => shown)];
    });
    expect(await Promise.all(told)).toEqual(mountHops.map((hop) => [hop, [hop]]));
  });

  it("says in its help how long a rollout may take", async () => {
    const { stdout } = await runMain(["drift", "watch", "--help"], { cwd: "/" });
    expect(stdout.replace(/\s+/g, " ")).toContain(`${MOUNT_DEADLINE_MS / 60_000}m when left out`);
  });

  it("says not-applied when the mount agrees with itself and holds another build", async () => {
    const workspace = await mounted();
    workspace.edit("schemas/checkout/values/prod.yaml", "9090", "9091");
    workspace.edit("schemas/checkout/values/base.yaml", "shop-db/password", "new-db/password");
    const { code, stdout } = await runMain(["drift", "mount", "mount", "--format", "json"], { cwd: workspace.root });
    expect(code).toBe(1);
    const hash = expect.stringMatching(/^v1:sha256:/);
    expect(JSON.parse(stdout)).toMatchObject({
      diagnostics: [],
      summary: { findings: 2 },
      drift: {
        service: "checkout",
        environment: "prod",
        findings: [
          { hop: "not-applied", kind: "changed", pointer: "/database/password", expected: { hash }, actual: { hash } },
          { hop: "not-applied", kind: "changed", pointer: "/http/port", expected: { value: 9091 }, actual: { value: 9090 } },
        ],
      },
    });
    expect(stdout).not.toContain("new-db");
    expect(stdout).not.toContain("shop-db");
  });

  it("tells a key that was edited from one that is only older", async () => {
    const workspace = await mounted();
    workspace.edit("mount/config.json", "9090", "9999");
    workspace.edit("schemas/checkout/values/prod.yaml", "level: warn", "level: error");
    const { stdout } = await runMain(["drift", "mount", "mount"], { cwd: workspace.root });
    expect(stdout).toContain("drift[deployed-inconsistent] checkout in prod: /http/port is changed");
    expect(stdout).toContain("drift[not-applied] checkout in prod: /logging/level is changed");
  });

  it("finds a mount of another contract version with the same values", async () => {
    const workspace = await mounted();
    workspace.edit("schemas/checkout/config.schema.json", '"version": "0.3.0"', '"version": "0.4.0"');
    const { code, stdout } = await runMain(["drift", "mount", "mount"], { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stdout).toMatch(/expected {2}\{"contract":"v1:sha256:[0-9a-f]+","contractVersion":"0.4.0"\}/);
    expect(stdout).toMatch(/actual {4}\{"contract":"v1:sha256:[0-9a-f]+","contractVersion":"0.3.0"\}/);
  });

  it("compares the two files alone where there is no workspace, and says so", async () => {
    const workspace = await mounted();
    const outside = temporaryWorkspace({
      "config.json": workspace.read("mount/config.json"),
      "veltrix.json": workspace.read("mount/veltrix.json"),
    });
    const { code, stdout } = await runMain(["drift", "mount", "."], { cwd: outside.root });
    expect(code).toBe(0);
    expect(stdout).toContain("no workspace to compare it with");
    outside.edit("config.json", "9090", "9999");
    const edited = await runMain(["drift", "mount", "."], { cwd: outside.root });
    expect(edited.code).toBe(1);
    expect(edited.stdout).toMatch(/expected {2}v1:sha256:[0-9a-f]{64}\n {2}actual {4}9999/);
  });

  it("reports VX7001 when --workspace names none", async () => {
    const workspace = await mounted();
    const { code, stderr } = await runMain(["drift", "mount", "mount", "--workspace", "mount"], { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stderr).toContain("VX7001");
  });

  it("reports VX5004 when the mount belongs to another service or environment", async () => {
    const workspace = await mounted();
    const { code, stderr } = await runMain(["drift", "mount", "mount", "--service", "catalog", "--environment", "dev"], {
      cwd: workspace.root,
    });
    expect(code).toBe(1);
    expect(stderr).toContain("is the configuration of service checkout, not of catalog");
    expect(stderr).toContain("is the configuration of environment prod, not of dev");
  });

  it("reports VX5002 and VX5003 for files that are missing or malformed", async () => {
    const workspace = temporaryWorkspace({ ...shop, "mount/config.json": "{" });
    const { code, stderr } = await runMain(["drift", "mount", "mount"], { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stderr).toContain("VX5003");
    expect(stderr).toContain("VX5002");
  });

  it("reports VX7007 when the workspace does not know the mount's service", async () => {
    const workspace = await mounted();
    workspace.edit("mount/veltrix.json", '"service": "checkout"', '"service": "chekout"');
    const { code, stderr } = await runMain(["drift", "mount", "mount"], { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stderr).toContain("there is no service `chekout`");
  });
});

describe("veltrix drift", () => {
  const misuses: readonly (readonly [string, string])[] = [
    ["", "`veltrix drift` needs --env"],
    ["mount mount --context eu", "`veltrix drift mount` does not take `context`"],
    ["mount", "`veltrix drift mount` says of what"],
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

  it("prints manifests whose roles have no verb that writes and no Secrets", async () => {
    const workspace = temporaryWorkspace(shop);
    const args = ["drift", "manifests", "deployment", "--env", "prod", "--image", "example.test/veltrix:1", "--format", "json"];
    const { code, stdout } = await runMain(args, { cwd: workspace.root });
    expect(code).toBe(0);
    const { manifests } = JSON.parse(stdout) as {
      readonly manifests: readonly { readonly kind: string; readonly rules?: readonly Rule[] }[];
    };
    const rules = manifests.flatMap((object) => object.rules ?? []);
    expect([...new Set(rules.flatMap(({ verbs }) => verbs))].sort()).toEqual(["get", "list", "watch"]);
    expect(rules.flatMap(({ resources }) => resources)).not.toContain("secrets");
    expect(stdout).toContain('"image": "example.test/veltrix:1"');
    const yaml = await runMain(args.slice(0, -2), { cwd: workspace.root });
    expect(yaml.stdout).not.toMatch(/[&*]a\d/);
  });
});

interface Rule {
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}
