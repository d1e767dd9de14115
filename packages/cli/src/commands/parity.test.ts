import { shop, temporaryWorkspace } from "@veltrix/testkit";
import { describe, expect, it } from "vitest";
import { runMain } from "../testing/run-main.ts";

/** The shop with an optional key `cache` in checkout's http object, set by `dev`, and a key below it. */
function withOptional(values: { readonly [path: string]: string } = {}): { readonly [path: string]: string } {
  const contract = (shop["schemas/checkout/config.schema.json"] ?? "").replace(
    '"retries": {',
    '"cache": { "type": "object", "properties": { "size": { "type": "integer" }, "key": { "type": "string", "x-secret": true } } }, "tag": { "type": "string", "x-required-in": ["dev"] }, "retries": {',
  );
  return {
    ...shop,
    "schemas/checkout/config.schema.json": contract,
    "schemas/checkout/values/dev.yaml": "http:\n  tag: a\n  cache: { size: 1, key: !secret c/k }\n",
    ...values,
  };
}

describe("veltrix parity", () => {
  it("shows for each key where it is set, and whether its values are equal", async () => {
    const workspace = temporaryWorkspace(shop);
    const { code, stdout, stderr } = await runMain(["parity", "--service", "checkout"], { cwd: workspace.root });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(`checkout
  key                 dev      prod  values
  /http/port          set      set   differ
  /http/retries       default  set   differ
  /catalog/host       set      set   differ
  /database/password  set      set   equal
  /logging/level      set      set   differ
`);
  });

  it("warns VX2019 once of an optional object that a delivered environment has and production lacks", async () => {
    const workspace = temporaryWorkspace(withOptional());
    const { code, stdout, stderr } = await runMain(["parity"], { cwd: workspace.root });
    expect(code).toBe(0);
    expect(stderr).toContain(
      "warning[VX2019] parity-gap: checkout: /http/cache is set in dev and missing in prod\n  --> schemas/checkout/values/dev.yaml:3:3",
    );
    expect(stderr.match(/VX2019/g)).toHaveLength(1);
    expect(stdout).toMatch(/^ {2}\/http\/cache\/size +set +— +equal +gap$/m);
    // What is required in named environments is where it belongs.
    expect(stdout).toMatch(/^ {2}\/http\/tag +set +— +equal$/m);
  });

  it("warns of nothing when production has the key, or only a desk has it", async () => {
    const prod = temporaryWorkspace(
      withOptional({ "schemas/checkout/values/prod.yaml": "http:\n  retries: 1\n  cache: { size: 2, key: !secret c/k }\n" }),
    );
    expect((await runMain(["parity"], { cwd: prod.root })).stderr).toBe("");
    const desk = temporaryWorkspace(
      withOptional({
        "schemas/veltrix.yaml": "environments:\n  dev: {}\n  prod: { namespace: shop, production: true }\n",
        "schemas/checkout/values/prod.yaml": "http: { retries: 1 }\n",
      }),
    );
    expect((await runMain(["parity"], { cwd: desk.root })).stderr).toBe("");
  });

  it("prints the same as JSON, and reports VX7007 for a service that does not exist", async () => {
    const workspace = temporaryWorkspace(shop);
    const { stdout } = await runMain(["parity", "--format", "json"], { cwd: workspace.root });
    const { parity } = JSON.parse(stdout) as { readonly parity: readonly { readonly service: string; readonly keys: readonly object[] }[] };
    expect(parity.find(({ service }) => service === "checkout")?.keys[1]).toEqual({
      pointer: "/http/retries",
      cells: { dev: "default", prod: "set" },
      values: "differ",
      gap: false,
    });
    expect((await runMain(["parity", "--service", "chekout"], { cwd: workspace.root })).stderr).toContain("did you mean `checkout`?");
  });
});
