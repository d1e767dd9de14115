import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { shop, type TemporaryWorkspace, temporaryWorkspace } from "@veltrix/testkit";
import { describe, expect, it } from "vitest";
import { runMain } from "../testing/run-main.ts";

function git(folder: string, ...args: readonly string[]): void {
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false", ...args], {
    cwd: folder,
    stdio: "pipe",
  });
}

/** The shop, committed. `below`: the workspace's folder inside the repository. */
function committed(below = ""): TemporaryWorkspace {
  const workspace = temporaryWorkspace(Object.fromEntries(Object.entries(shop).map(([path, text]) => [below + path, text])));
  git(workspace.root, "init", "-q");
  git(workspace.root, "add", "-A");
  git(workspace.root, "commit", "-qm", "first");
  return workspace;
}

describe("veltrix diff --env", () => {
  it("lists the keys that differ, with their reload class", async () => {
    const workspace = temporaryWorkspace(shop);
    const { code, stdout, stderr } = await runMain(["diff", "--env", "dev", "prod"], { cwd: workspace.root });
    expect(code).toBe(0);
    expect(stderr).toBe("veltrix: 5 keys differ\n");
    expect(stdout).toBe(`catalog
  key             changes  dev                    prod
  /endpoint/host  restart  "catalog.dev.example"  "catalog.example"

checkout
  key             changes  dev                    prod
  /catalog/host   restart  "catalog.dev.example"  "catalog.example"
  /http/port      restart  8080                   9090
  /http/retries   restart  3                      5
  /logging/level  hot      "info"                 "warn"
`);
  });

  it("shows a secret by its reference, a key that is absent, and texts that mean the same", async () => {
    const workspace = temporaryWorkspace(shop);
    workspace.edit(
      "schemas/checkout/config.schema.json",
      '"retries": {',
      '"wait": { "type": "string", "x-type": "duration" }, "token": { "type": "string", "x-secret": true }, "retries": {',
    );
    workspace.edit("schemas/checkout/values/base.yaml", "  port: 8080", "  port: 8080\n  wait: 60s");
    workspace.edit("schemas/checkout/values/prod.yaml", "  port: 9090", "  port: 9090\n  wait: 1m\n  token: !secret shop/token");
    const { stdout } = await runMain(["diff", "--env", "dev", "prod", "--service", "checkout"], { cwd: workspace.root });
    expect(stdout).toMatch(/^ {2}\/http\/token +restart +— +!secret shop\/token$/m);
    expect(stdout).toMatch(/^ {2}\/http\/wait +restart +"60s" +"1m" {2}\(means the same\)$/m);
    expect(stdout).not.toContain("catalog\n");
  });

  it("exits 1 with --exit-code when something differs, and 0 when nothing does", async () => {
    const workspace = temporaryWorkspace(shop);
    expect((await runMain(["diff", "--env", "dev", "prod", "--exit-code"], { cwd: workspace.root })).code).toBe(1);
    const same = await runMain(["diff", "--env", "dev", "dev", "--exit-code"], { cwd: workspace.root });
    expect(same).toMatchObject({ code: 0, stdout: "", stderr: "veltrix: dev and dev do not differ\n" });
  });

  it("reports VX7007 for names that do not exist, and VX7002 for a question that is none", async () => {
    const workspace = temporaryWorkspace(shop);
    for (const [args, says] of [
      [["--env", "dev", "prd"], "there is no environment `prd`"],
      [["--env", "dev", "prod", "--service", "check-out"], "did you mean `checkout`?"],
      [["prod"], "error[VX7002]"],
      [["--env", "dev", "prod", "--against", "HEAD"], "error[VX7002]"],
      [["--env", "dev", "prod", "--to", "HEAD"], "error[VX7002]"],
    ] as const) {
      const { code, stderr } = await runMain(["diff", ...args], { cwd: workspace.root });
      expect(code).toBe(1);
      expect(stderr).toContain(says);
    }
  });
});

describe("veltrix diff --against", () => {
  it("finds no difference in a clean tree, also where the workspace is a folder of the repository", async () => {
    for (const below of ["", "apps/shop/"]) {
      const workspace = committed(below);
      const { code, stdout, stderr } = await runMain(["diff", "--against", "HEAD", "--exit-code"], { cwd: workspace.at(below) });
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "veltrix: nothing differs from HEAD\n" });
    }
  });

  it("groups a changed value by environment, and names the workloads that will restart", async () => {
    const workspace = committed();
    workspace.edit("schemas/checkout/values/base.yaml", "port: 8080", "port: 8081");
    workspace.edit("schemas/checkout/values/prod.yaml", "level: warn", "level: error");
    const { code, stdout } = await runMain(["diff", "--against", "HEAD"], { cwd: workspace.root });
    expect(code).toBe(0);
    expect(stdout).toBe(`checkout
  restart  /http/port      8080 -> 8081       dev
  hot      /logging/level  "warn" -> "error"  prod

will restart
  dev  checkout  no workload named
    /http/port  (schemas/checkout/values/base.yaml)
`);
  });

  it("looks at one environment where one is named", async () => {
    const workspace = committed();
    workspace.edit("schemas/checkout/values/base.yaml", "port: 8080", "port: 8081");
    workspace.edit("schemas/checkout/values/prod.yaml", "level: warn", "level: error");
    const prod = await runMain(["diff", "--env", "prod"], { cwd: workspace.root });
    expect(prod).toMatchObject({ code: 0, stderr: "veltrix: 1 service changed, 0 breaking changes, 0 restarts\n" });
    expect(prod.stdout).toBe('checkout\n  hot  /logging/level  "warn" -> "error"  prod\n');
    const dev = await runMain(["diff", "--env", "dev"], { cwd: workspace.root });
    expect(dev.stdout).toContain("  restart  /http/port  8080 -> 8081  dev\n");
    expect(dev.stdout).not.toContain("/logging/level");
    expect(dev.stderr).toContain("1 restart\n");
    expect((await runMain(["diff", "--env", "prd"], { cwd: workspace.root })).stderr).toContain("there is no environment `prd`");
  });

  it("starts from HEAD when nothing is named, and names the keys that a restart comes from, reference by reference", async () => {
    const workspace = committed();
    workspace.edit("schemas/catalog/values/prod.yaml", "host: catalog.example", "host: other.example");
    const { code, stdout } = await runMain(["diff"], { cwd: workspace.root });
    expect(code).toBe(0);
    expect(stdout).toContain(`will restart
  prod  catalog   no workload named
    /endpoint/host  (schemas/catalog/values/prod.yaml)
  prod  checkout  no workload named
    /catalog/host <- catalog#/endpoint/host  (schemas/catalog/values/prod.yaml)
`);
  });

  it("compares two revisions, whatever the files say now", async () => {
    const workspace = committed();
    git(workspace.root, "tag", "v1");
    workspace.edit("schemas/checkout/values/prod.yaml", "level: warn", "level: error");
    git(workspace.root, "commit", "-qam", "second");
    workspace.write("schemas/veltrix.yaml", "environments: 1\n");
    const { code, stdout, stderr } = await runMain(["diff", "--against", "v1", "--to", "HEAD"], { cwd: workspace.root });
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: 'checkout\n  hot  /logging/level  "warn" -> "error"  prod\n',
      stderr: "veltrix: 1 service changed, 0 breaking changes, 0 restarts\n",
    });
    const same = await runMain(["diff", "--against", "HEAD", "--to", "HEAD"], { cwd: workspace.root });
    expect(same).toMatchObject({ code: 0, stderr: "veltrix: HEAD and HEAD do not differ\n" });
    expect((await runMain(["diff", "--to", "nowhere"], { cwd: workspace.root })).stderr).toContain("error[VX7013]");
  });

  it("lists a workload whose pods change for another reason than a value", async () => {
    const workspace = committed();
    workspace.edit("schemas/checkout/config.schema.json", '"x-env": "HTTP_PORT"', '"x-env": "PORT"');
    const { stdout } = await runMain(["diff"], { cwd: workspace.root });
    expect(stdout).toContain("  dev   checkout  no workload named\n    the variable HTTP_PORT is gone\n    the variable PORT is new\n");
  });

  it("lists a workload whose pods are given a secret as a variable, and one whose secret is another", async () => {
    const workspace = committed();
    workspace.edit("schemas/checkout/config.schema.json", '"x-secret": true', '"x-secret": true, "x-env": "DB_PASSWORD"');
    const { stdout } = await runMain(["diff"], { cwd: workspace.root });
    expect(stdout).toContain("  dev   checkout  no workload named\n    the variable DB_PASSWORD is new\n");
    workspace.edit("schemas/checkout/values/base.yaml", "shop-db/password", "shop-db/other");
    const another = await runMain(["diff"], { cwd: workspace.root });
    expect(another.stdout).toMatch(/restart {2}\/database\/password +!secret shop-db\/password -> !secret shop-db\/other/);
  });

  it("reports VX7016 for a service that is gone, and lets it go with --allow-deletions", async () => {
    const workspace = committed();
    rmSync(workspace.at("schemas/checkout"), { recursive: true });
    const refused = await runMain(["diff"], { cwd: workspace.root });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("error[VX7016] mass-deletion: checkout is removed in dev and prod, with all of its keys");
    expect(refused.stdout).toBe("checkout  removed\n");
    expect((await runMain(["diff", "--allow-deletions"], { cwd: workspace.root })).code).toBe(0);
    expect((await runMain(["diff", "--service", "catalog"], { cwd: workspace.root })).code).toBe(0);
  });

  it("reports VX7016 for an environment that is no longer delivered", async () => {
    const workspace = committed();
    workspace.edit("schemas/veltrix.yaml", "dev: { namespace: shop-dev }", "dev: {}");
    const { code, stderr } = await runMain(["diff"], { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stderr).toContain("catalog is removed in dev, with all of its keys");
  });

  it("tells breaking changes of a contract from others, and a version that was not raised", async () => {
    const workspace = committed();
    workspace.edit("schemas/checkout/config.schema.json", '"minimum": 1024', '"minimum": 8000');
    workspace.edit("schemas/checkout/config.schema.json", '"retries": {', '"wait": { "type": "integer" }, "tries": {');
    workspace.edit("schemas/checkout/values/prod.yaml", "retries: 5", "tries: 5");
    const { stdout, stderr } = await runMain(["diff", "--against", "HEAD"], { cwd: workspace.root });
    expect(stdout).toContain("checkout  contract 0.3.0, version not raised\n");
    expect(stdout).toMatch(/^ {2}breaking {2}\/http\/port +minimum is 8000$/m);
    expect(stdout).toMatch(/^ {2}breaking {2}\/http\/retries +removed$/m);
    expect(stdout).toMatch(/^ {2}contract {2}\/http\/wait +added, optional$/m);
    expect(stderr).toContain("2 breaking changes");
  });

  it("prints the same as JSON, and exits 1 with --exit-code", async () => {
    const workspace = committed();
    workspace.edit("schemas/checkout/values/base.yaml", "port: 8080", "port: 8081");
    const { code, stdout } = await runMain(["diff", "--against", "HEAD", "--exit-code", "--format", "json"], { cwd: workspace.root });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      summary: { breaking: 0, restarts: 1 },
      diff: {
        services: [
          {
            service: "checkout",
            kind: "changed",
            keys: [{ pointer: "/http/port", environments: ["dev"], reload: "restart", before: { value: 8080 }, after: { value: 8081 } }],
          },
        ],
        restarts: [{ environment: "dev", service: "checkout" }],
      },
    });
  });

  it("shows services and environments that came and went", async () => {
    const workspace = committed();
    workspace.edit("schemas/veltrix.yaml", "  dev:", "  stage: {}\n  dev:");
    workspace.write("schemas/fresh/config.schema.json", '{ "x-veltrix": { "version": "1.0.0" }, "type": "object" }\n');
    const { stdout } = await runMain(["diff", "--against", "HEAD"], { cwd: workspace.root });
    expect(stdout).toBe("environments added: stage\n\nfresh  added\n");
  });

  it("reports VX7013 for a revision that is not there, is no workspace, does not compile, or looks like an option", async () => {
    const workspace = committed();
    workspace.write("schemas/checkout/values/base.yaml", "http: 1\n");
    git(workspace.root, "commit", "-qam", "broken");
    git(workspace.root, "tag", "broken");
    workspace.write("schemas/checkout/values/base.yaml", shop["schemas/checkout/values/base.yaml"] ?? "");
    git(workspace.root, "checkout", "-q", "--orphan", "empty");
    git(workspace.root, "rm", "-rqf", "--cached", ".");
    git(workspace.root, "commit", "-q", "--allow-empty", "-m", "nothing");
    for (const [revision, says] of [
      ["nowhere", "there is no such commit"],
      ["HEAD", "it has no schemas/veltrix.yaml"],
      ["broken", "they do not compile: "],
    ] as const) {
      const { code, stderr } = await runMain(["diff", "--against", revision], { cwd: workspace.root });
      expect(code).toBe(1);
      expect(stderr).toContain("error[VX7013]");
      expect(stderr).toContain(says);
    }
    const option = await runMain(["diff", "--against=--output=/tmp/x"], { cwd: workspace.root });
    expect(option.stderr).toContain("error[VX7013]");
  });

  it("reports VX7013 outside of a repository", async () => {
    const workspace = temporaryWorkspace(shop);
    const { code, stderr } = await runMain(["diff", "--against", "HEAD"], { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stderr).toContain("this is not a git repository");
  });
});
