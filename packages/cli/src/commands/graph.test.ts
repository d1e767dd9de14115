import { DiskHost, compile } from "@veltrix/compiler";
import { shop, temporaryWorkspace } from "@veltrix/testkit";
import { describe, expect, it } from "vitest";
import { renderGraph } from "../render/graph.ts";
import { runMain } from "../testing/run-main.ts";

const repository = new URL("../../../../", import.meta.url).pathname;

describe("veltrix graph", () => {
  it("shows which keys flow between services", async () => {
    const workspace = temporaryWorkspace(shop);
    const { code, stdout } = await runMain(["graph"], { cwd: workspace.root });
    expect(code).toBe(0);
    expect(stdout).toBe("catalog -> checkout  (^1.0.0)\n  /endpoint/host  /catalog/host\n");
  });

  it("draws the same as a Mermaid flowchart and for Graphviz", async () => {
    const workspace = temporaryWorkspace(shop);
    const mermaid = await runMain(["graph", "--format", "mermaid"], { cwd: workspace.root });
    expect(mermaid.stdout).toBe('flowchart LR\n  s0["catalog"]\n  s1["checkout"]\n  s0 -->|"/endpoint/host"| s1\n');
    const dot = await runMain(["graph", "--format", "dot"], { cwd: workspace.root });
    expect(dot.stdout).toBe(
      'digraph veltrix {\n  rankdir=LR;\n  node [shape=box];\n  "catalog";\n  "checkout";\n  "catalog" -> "checkout" [label="/endpoint/host"];\n}\n',
    );
  });

  it("prints JSON with the range and both keys", async () => {
    const workspace = temporaryWorkspace(shop);
    const { stdout } = await runMain(["graph", "--format", "json"], { cwd: workspace.root });
    expect(JSON.parse(stdout)).toMatchObject({
      summary: { services: 2, edges: 1 },
      graph: { edges: [{ from: "catalog", to: "checkout", range: "^1.0.0", keys: [{ key: "/endpoint/host", as: "/catalog/host" }] }] },
    });
  });

  it("narrows to one service", async () => {
    const { model } = compile(new DiskHost(repository));
    expect(model?.services.length).toBeGreaterThan(2);
    const { stdout } = await runMain(["graph", "--service", "device-gateway", "--format", "json"], { cwd: repository });
    expect((JSON.parse(stdout) as { readonly graph: { readonly services: readonly string[] } }).graph.services).toEqual([
      "broker",
      "device-gateway",
    ]);
  });

  it("says who uses a key, and takes an object for every key in it", async () => {
    const one = await runMain(["graph", "--key", "broker#/listener/host"], { cwd: repository });
    expect(one.stdout).toContain("\n  device-gateway#/mqtt/host");
    expect(one.stdout).toContain("  device-gateway#/mqtt/tls/serverName");
    const object = await runMain(["graph", "--key", "broker#/listener"], { cwd: repository });
    expect(object.stdout).toContain("device-gateway#/mqtt/port");
    const none = await runMain(["graph", "--key", "device-gateway#/http/port"], { cwd: repository });
    expect(none.stdout).toBe("device-gateway#/http/port is used by no other key\n");
  });

  it("follows a key over other keys", async () => {
    const workspace = temporaryWorkspace(shop);
    workspace.edit("schemas/checkout/config.schema.json", '"host": {', '"again": { "type": "string" }, "host": { "x-exported": true,');
    workspace.edit("schemas/checkout/values/base.yaml", "catalog:\n", "catalog:\n  again: !ref checkout#/catalog/host\n");
    const { stdout } = await runMain(["graph", "--key", "catalog#/endpoint/host"], { cwd: workspace.root });
    expect(stdout).toMatch(
      /^catalog#\/endpoint\/host\n {2}checkout#\/catalog\/host +takes catalog#\/endpoint\/host\n {4}checkout#\/catalog\/again +takes checkout#\/catalog\/host\n$/,
    );
  });

  it("reports VX7007 for a service and a key that do not exist, and VX7002 for a key that is none", async () => {
    const workspace = temporaryWorkspace(shop);
    for (const [args, says] of [
      [["--service", "catalogue"], "error[VX7007]"],
      [["--key", "catalog#/endpoint/hots"], "did you mean `catalog#/endpoint/host`?"],
      [["--key", "catalog"], "error[VX7002]"],
      [["--key", "catalog#/endpoint/host", "--format", "dot"], "error[VX7002]"],
    ] as const) {
      const { code, stderr } = await runMain(["graph", ...args], { cwd: workspace.root });
      expect(code).toBe(1);
      expect(stderr).toContain(says);
    }
  });

  it("C4 lets no name of a key end a label", () => {
    const keys = [{ key: '/a"];evil["\\', as: "/b" }];
    const drawn = { services: ["a", "b"], edges: [{ from: "a", to: "b", range: null, keys }] };
    expect(renderGraph(drawn, "mermaid")).toContain('|"/a#34;#93;#59;evil#91;#34;#92;"|');
    expect(renderGraph(drawn, "dot")).toContain('[label="/a\\"];evil[\\"\\\\"]');
  });
});
