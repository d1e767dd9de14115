import { shop, temporaryWorkspace } from "@veltrix/testkit";
import { describe, expect, it } from "vitest";
import { runMain } from "../testing/run-main.ts";

function why(key: string, env: string, ...more: readonly string[]): ReturnType<typeof runMain> {
  return runMain(["why", key, "--env", env, ...more], { cwd: temporaryWorkspace(shop).root });
}

describe("veltrix why", () => {
  it("shows the layer that counts, those it overrides, and the declaration", async () => {
    expect(await why("checkout#/http/port", "prod")).toEqual({
      code: 0,
      stderr: "",
      stdout: `checkout#/http/port in prod
  value       9090
  set by      schemas/checkout/values/prod.yaml:2:3  9090  (counts)
              schemas/checkout/values/base.yaml:2:3  8080  (overridden)
  declared    schemas/checkout/config.schema.json:25:9  integer, restart
              Port of the checkout.
`,
    });
  });

  it("follows a reference to the line that gives the value", async () => {
    const { stdout } = await why("checkout#/catalog/host", "prod");
    expect(stdout).toContain('value       "catalog.example"');
    expect(stdout).toContain("schemas/checkout/values/base.yaml:4:3  !ref catalog#/endpoint/host  (counts)");
    expect(stdout).toContain('taken from  catalog#/endpoint/host  schemas/catalog/values/prod.yaml:2:3  "catalog.example"');
  });

  it("follows every hop of a chain of references", async () => {
    const workspace = temporaryWorkspace({
      ...shop,
      "schemas/edge/config.schema.json": JSON.stringify({
        $schema: "https://json-schema.org/draft/2020-12/schema",
        "x-veltrix": { version: "1.0.0" },
        type: "object",
        additionalProperties: false,
        required: ["domain"],
        properties: { domain: { type: "string", "x-exported": true } },
      }),
      "schemas/edge/values/base.yaml": "domain: edge.example\n",
    });
    workspace.edit("schemas/catalog/config.schema.json", '"version": "1.2.0"', '"version": "1.2.0", "dependsOn": { "edge": "^1.0.0" }');
    workspace.edit("schemas/catalog/values/prod.yaml", "host: catalog.example", "host: !ref edge#/domain");
    const { code, stdout } = await runMain(["why", "checkout#/catalog/host", "--env", "prod"], { cwd: workspace.root });
    expect(code).toBe(0);
    expect(stdout).toContain("taken from  catalog#/endpoint/host  schemas/catalog/values/prod.yaml:2:3  !ref edge#/domain");
    expect(stdout).toContain('taken from  edge#/domain  schemas/edge/values/base.yaml:1:1  "edge.example"');
  });

  it("shows the reference of a secret and its reload class", async () => {
    const { stdout } = await why("checkout#/database/password", "dev");
    expect(stdout).toContain("value       !secret shop-db/password");
    expect(stdout).toContain("string, secret, restart");
  });

  it("shows a default of the contract as one", async () => {
    const { stdout } = await why("checkout#/http/retries", "dev");
    expect(stdout).toContain("value       3");
    expect(stdout).toContain("(the contract's default)");
  });

  it("lists the keys of an object with their values and places", async () => {
    const { stdout } = await why("checkout#/", "dev");
    expect(stdout).toContain("checkout#/ in dev\n");
    expect(stdout).toContain('    /catalog/host       "catalog.dev.example"  schemas/checkout/values/base.yaml:4:3\n');
    expect(stdout).toContain("    /database/password  !secret shop-db/password  schemas/checkout/values/base.yaml:6:3\n");
    expect(stdout).toContain('    /logging/level      "info"');
  });

  it("prints the same as JSON", async () => {
    const { stdout } = await why("checkout#/catalog/host", "dev", "--format", "json");
    expect(JSON.parse(stdout)).toMatchObject({
      diagnostics: [],
      trace: {
        service: "checkout",
        environment: "dev",
        pointer: "/catalog/host",
        value: { value: "catalog.dev.example" },
        layers: [
          { at: { file: "schemas/checkout/values/base.yaml", line: 4, column: 3 }, written: "!ref catalog#/endpoint/host", role: "counts" },
        ],
        references: [{ service: "catalog", pointer: "/endpoint/host", at: { file: "schemas/catalog/values/base.yaml", line: 2 } }],
        declared: { type: "string", reload: "restart" },
      },
    });
  });

  it.each([
    { key: "chekout#/http/port", env: "dev", says: "there is no service `chekout`", suggests: "`checkout`" },
    { key: "checkout#/http/port", env: "prd", says: "there is no environment `prd`", suggests: "`prod`" },
    { key: "checkout#/http/prot", env: "dev", says: "there is no key of checkout `/http/prot`", suggests: "`checkout#/http/port`" },
    { key: "checkout#/port", env: "dev", says: "there is no key of checkout `/port`", suggests: "`checkout#/http/port`" },
  ])("reports VX7007 for $key in $env", async ({ key, env, says, suggests }) => {
    const { code, stderr } = await why(key, env);
    expect(code).toBe(1);
    expect(stderr).toContain(`VX7007] unknown-key-asked: ${says}`);
    expect(stderr).toContain(`did you mean ${suggests}`);
  });

  it("reports VX7002 for what is no key", async () => {
    const { code, stderr } = await why("checkout", "dev");
    expect(code).toBe(1);
    expect(stderr).toContain("VX7002");
  });

  it("prints the problems of a workspace that does not compile", async () => {
    const workspace = temporaryWorkspace(shop);
    workspace.edit("schemas/catalog/values/base.yaml", "port: 80", "port: x");
    const { code, stdout, stderr } = await runMain(["why", "checkout#/", "--env", "dev"], { cwd: workspace.root });
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain("schemas/catalog/values/base.yaml:3:");
  });

  it("names the services that use the value, in the environments where they do", async () => {
    const { stdout } = await why("catalog#/endpoint/host", "prod");
    expect(stdout).toContain("used by     checkout#/catalog/host  schemas/checkout/values/base.yaml:4:3");
    const workspace = temporaryWorkspace(shop);
    workspace.edit("schemas/checkout/values/prod.yaml", "http:", "catalog: { host: other.example }\nhttp:");
    expect((await runMain(["why", "catalog#/endpoint/host", "--env", "prod"], { cwd: workspace.root })).stdout).not.toContain("used by");
  });

  it.each([
    ["checkout/http/port", "did you mean `checkout#/http/port`?"],
    ["checkout#http.port", "did you mean `checkout#/http/port`?"],
    ["checkout", "`veltrix --help` lists the commands and their options"],
  ])("reports VX7002 for %s, and what was meant", async (key, hint) => {
    const { code, stderr } = await why(key, "prod");
    expect(code).toBe(1);
    expect(stderr).toContain(`help: ${hint}`);
  });

  it.each([
    ["checkout#/zzzzzzzz", "prod", "`veltrix why checkout#/ --env prod` lists its keys"],
    ["checkout#/http/port", "production", "did you mean `prod`?"],
    ["checkout#/http/port", "live", "there is `dev` and `prod`"],
  ])("reports VX7007 for %s in %s, with what there is", async (key, env, hint) => {
    expect((await why(key, env)).stderr).toContain(`help: ${hint}`);
  });
});
