import { type JsonObject, mountHops } from "@veltrix/protocol";
import { fingerprintConfig, hashLeaf } from "@veltrix/protocol/fingerprint";
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

describe("a secret pasted into a mount", () => {
  const PIN = "4711-canary";
  const places: readonly (readonly [pointer: string, from: string, to: string])[] = [
    ["/dbPassword", '"http":', `"dbPassword": "${PIN}", "http":`],
    ["/http/pin", '"port":', `"pin": "${PIN}", "port":`],
    ["/database/password", '"http":', `"database": { "password": "${PIN}" }, "http":`],
    ["/db/auth", '"http":', `"db": { "auth": "${PIN}" }, "http":`],
  ];
  const formats = ["pretty", "json", "github", "sarif", "junit"];
  const cases = places.flatMap((place) => formats.map((format) => [format, ...place] as const));

  it.each(cases)("S2: is not printed in %s at %s, nor a hash of it", async (format, pointer, from, to) => {
    const workspace = await mounted();
    workspace.edit("mount/config.json", from, to);
    const outputs = [
      await runMain(["drift", "mount", "mount", "--format", format], { cwd: workspace.root }),
      await runMain(["drift", "mount", ".", "--format", format], { cwd: `${workspace.root}/mount` }),
    ];
    const value = JSON.parse(workspace.read("mount/config.json")) as JsonObject;
    const traces = [PIN, hashLeaf({ pointer, value: PIN }), fingerprintConfig(value).root];
    for (const { code, stdout, stderr } of outputs) {
      expect(code).toBe(1);
      for (const trace of traces) expect(stdout + stderr).not.toContain(trace);
    }
  });

  it("S2: says that the key is there, and that its value is not shown", async () => {
    const workspace = await mounted();
    workspace.edit("mount/config.json", '"http":', `"dbPassword": "${PIN}", "http":`);
    const { stdout } = await runMain(["drift", "mount", "mount"], { cwd: workspace.root });
    expect(stdout).toContain("/dbPassword is added\n  expected  no such key\n  actual    not shown\n");
  });
});
