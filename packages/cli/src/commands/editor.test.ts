import { shop, temporaryWorkspace } from "@veltrix/testkit";
import { parse } from "jsonc-parser";
import { describe, expect, it } from "vitest";
import { runMain } from "../testing/run-main.ts";

const FILE = ".vscode/settings.json";

describe("veltrix editor", () => {
  it("writes the schema of each service's values files, and our tags", async () => {
    const workspace = temporaryWorkspace(shop);
    expect((await runMain(["editor"], { cwd: workspace.root })).code).toBe(0);
    expect(JSON.parse(workspace.read(FILE))).toEqual({
      "yaml.schemas": {
        "./generated/catalog/values-files.schema.json": ["schemas/catalog/values/*.yaml"],
        "./generated/checkout/values-files.schema.json": ["schemas/checkout/values/*.yaml"],
      },
      "yaml.customTags": ["!ref scalar", "!secret scalar", "!text scalar", "!unset scalar", "!replace mapping", "!replace sequence"],
    });
  });

  it("keeps what is there, comments too, and removes services that are gone", async () => {
    const before = `{
  // ours
  "editor.tabSize": 4, /* four */
  "yaml.schemas": { "https://example.org/s.json": "a.yaml", "./generated/gone/values-files.schema.json": ["schemas/gone/values/*.yaml"] },
  "yaml.customTags": ["!mine mapping"],
}
`;
    const workspace = temporaryWorkspace({ ...shop, [FILE]: before });
    await runMain(["editor"], { cwd: workspace.root });
    const after = workspace.read(FILE);
    expect(after).toContain("// ours");
    expect(after).toContain("/* four */");
    const settings = parse(after, [], { allowTrailingComma: true }) as { readonly [name: string]: object };
    expect(Object.keys(settings["yaml.schemas"] ?? {})).toEqual([
      "https://example.org/s.json",
      "./generated/catalog/values-files.schema.json",
      "./generated/checkout/values-files.schema.json",
    ]);
    expect(settings["yaml.customTags"]).toEqual([
      "!mine mapping",
      "!ref scalar",
      "!secret scalar",
      "!text scalar",
      "!unset scalar",
      "!replace mapping",
      "!replace sequence",
    ]);
    const again = await runMain(["editor"], { cwd: workspace.root });
    expect(again.stderr).toBe(`veltrix: ${FILE} is up to date\n`);
    expect(workspace.read(FILE)).toBe(after);
  });

  it("reports VX7011 and writes nothing when the settings cannot be understood", async () => {
    for (const text of ["{ oops", "[]", '{ "yaml.schemas": 1 }', '{ "yaml.customTags": {} }']) {
      const workspace = temporaryWorkspace({ ...shop, [FILE]: text });
      const { code, stderr } = await runMain(["editor"], { cwd: workspace.root });
      expect(code).toBe(1);
      expect(stderr).toContain("error[VX7011] unusable-file: .vscode/settings.json ");
      expect(workspace.read(FILE)).toBe(text);
    }
  });

  it("prints the modeline of each values file with --modeline, and writes nothing", async () => {
    const workspace = temporaryWorkspace(shop);
    const { stdout } = await runMain(["editor", "--modeline"], { cwd: workspace.root });
    expect(stdout).toContain(
      "schemas/checkout/values/prod.yaml\n# yaml-language-server: $schema=../../../generated/checkout/values-files.schema.json\n",
    );
    expect(workspace.files()).not.toContain(FILE);
  });
});

describe("--format", () => {
  it("prints problems as SARIF and as JUnit on stdout", async () => {
    const workspace = temporaryWorkspace(shop);
    workspace.edit("schemas/checkout/values/base.yaml", "port: 8080", "port: many");
    const sarif = await runMain(["build", "--format", "sarif"], { cwd: workspace.root });
    expect(sarif).toMatchObject({ code: 1, stderr: "" });
    expect(JSON.parse(sarif.stdout)).toMatchObject({
      version: "2.1.0",
      runs: [{ results: [{ ruleId: "VX2003", locations: [{ physicalLocation: { region: { startLine: 2 } } }] }] }],
    });
    const junit = await runMain(["build", "--format", "junit"], { cwd: workspace.root });
    expect(junit.stdout).toContain('<testsuites name="veltrix" tests="1" failures="1" errors="0">');
  });
});
