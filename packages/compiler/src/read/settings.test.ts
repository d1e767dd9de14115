import { describe, expect, it } from "vitest";
import type { Settings } from "../model.ts";
import { Problems } from "./document.ts";
import { readSettings } from "./settings.ts";
import { parseYaml } from "./yaml.ts";

function read(text: string): { readonly settings: Settings | undefined; readonly problems: readonly string[] } {
  const problems = new Problems("schemas/veltrix.yaml");
  const settings = readSettings({ file: problems.file, text, value: parseYaml(text, problems) }, problems);
  return { settings, problems: problems.diagnostics.map(({ at, message, hint }) => `${at.pointer}: ${message}; ${hint}`) };
}

describe("readSettings", () => {
  it("reads everything that can be written", () => {
    const { settings, problems } = read(`environments:
  local: {}
  dev: { namespace: iot-dev, policy: { onDrift: refuse } }
  prod: { namespace: iot, production: true, policy: { overrides: allow } }
policy: { defaults: declared, onDrift: alert, overrides: refuse }
outputs: { package: "@iot/config", folder: config/generated, targets: [helm] }
workloads: { files: ["deploy/**/*.yaml"], external: [cluster-ca] }
`);
    expect(problems).toEqual([]);
    expect(settings).toEqual({
      environments: [
        { name: "local", production: false, policy: { defaults: "declared", onDrift: "alert", overrides: "refuse" } },
        { name: "dev", namespace: "iot-dev", production: false, policy: { defaults: "declared", onDrift: "refuse", overrides: "refuse" } },
        { name: "prod", namespace: "iot", production: true, policy: { defaults: "refuse", onDrift: "alert", overrides: "allow" } },
      ],
      outputs: { package: "@iot/config", folder: "config/generated", options: { targets: ["helm"] } },
      workloads: { files: ["deploy/**/*.yaml"], external: ["cluster-ca"] },
    });
  });

  it("takes a list of globs for `workloads`", () => {
    const { settings } = read('environments: { dev: {} }\nworkloads: ["deploy/*.yaml"]\n');
    expect(settings?.workloads).toEqual({ files: ["deploy/*.yaml"], external: [] });
  });

  it.each([
    ...["/etc/*.yaml", "../*.yaml", "a/../../b.yaml", "a//b.yaml", "./a.yaml", "deploy/**x/a.yaml", "deploy/*"].map(
      (glob) => `["${glob}"]`,
    ),
    "['a\\b.yaml']",
    "[]",
    "{}",
    "deploy",
    "[1]",
    "{ files: [a.yaml], external: [A_b] }",
    "{ files: [a.yaml], externals: [a] }",
  ])("reports VX1009 for `workloads: %s`", (workloads) => {
    const { settings, problems } = read(`environments: { dev: {} }\nworkloads: ${workloads}\n`);
    expect(settings).toBeUndefined();
    expect(problems).toHaveLength(1);
  });

  it("keeps the order of the environments, and takes what is usual where nothing is written", () => {
    const { settings } = read("environments:\n  prod: {}\n  dev:\n  a1: {}\n");
    expect(settings?.environments.map(({ name }) => name)).toEqual(["prod", "dev", "a1"]);
    expect(settings?.outputs).toEqual({
      package: "@veltrix/generated",
      folder: "generated",
      options: {},
    });
    expect(settings?.environments[0]?.policy).toEqual({ defaults: "declared", onDrift: "alert", overrides: "allow" });
  });

  it("S9: never lets a production environment take a default, nor overrides that only the workspace allows", () => {
    const { settings } = read("environments:\n  prod: { production: true }\npolicy: { defaults: declared, overrides: allow }\n");
    expect(settings?.environments[0]?.policy).toEqual({ defaults: "refuse", onDrift: "alert", overrides: "refuse" });
    expect(read("environments:\n  prod: { production: true, policy: { defaults: declared } }\n").problems).toEqual([
      "/environments/prod/policy/defaults: a production environment never takes a contract's default; remove this line, and write the values",
    ]);
  });

  it.each([
    ["", "/environments: environments names no environment"],
    ["environments: {}\n", "/environments: environments names no environment"],
    ["environments: [dev]\n", "/environments: environments is a list, and each environment is a key"],
    ["[]\n", ": the file is not an object"],
    ["environments:\n  dev: {}\npolcy: {}\n", "/polcy: `polcy` is not known here; did you mean `policy`?"],
    ["environments:\n  dev: { namspace: x }\n", "/environments/dev/namspace: `namspace` is not known here; did you mean `namespace`?"],
    ["environments:\n  Dev: {}\n", "/environments/Dev: `Dev` cannot be the name of an environment"],
    ["environments:\n  base: {}\n", "/environments/base: `base` cannot be the name of an environment"],
    ["environments:\n  -a: {}\n", "/environments/-a: `-a` cannot be the name of an environment"],
    ["environments:\n  'a/b': {}\n", "/environments/a~1b: `a/b` cannot be the name of an environment"],
    ["environments:\n  '..': {}\n", "/environments/..: `..` cannot be the name of an environment"],
    ["environments:\n  dev: x\n", "/environments/dev: environments/dev is not an object"],
    ["environments:\n  dev: { namespace: Iot }\n", "/environments/dev/namespace: a namespace is a DNS-1123 label"],
    [`environments:\n  dev: { namespace: ${"a".repeat(64)} }\n`, "/environments/dev/namespace: a namespace is a DNS-1123 label"],
    ["environments:\n  dev: { namespace: 5 }\n", "/environments/dev/namespace: a namespace is a DNS-1123 label"],
    ["environments:\n  dev: { production: yes }\n", "/environments/dev/production: production is true or false"],
    ["environments:\n  dev: {}\npolicy: { onDrift: warn }\n", "/policy/onDrift: onDrift cannot be `warn`; write one of alert, refuse"],
    [
      "environments:\n  dev: {}\npolicy: { overrides: true }\n",
      "/policy/overrides: overrides cannot be `true`; write one of allow, refuse",
    ],
    ["environments:\n  dev: {}\noutputs: { package: ../x }\n", "/outputs/package: package is not a name that npm takes"],
  ])("reports VX1009 for %j", (text, problem) => {
    const { settings, problems } = read(text);
    expect(settings).toBeUndefined();
    expect(problems).toEqual([expect.stringContaining(problem)]);
  });

  it("keeps options of emitters for them to judge, and takes what is nearly a setting of its own for one", () => {
    const outputs = (text: string): ReturnType<typeof read> => read(`environments:\n  dev: {}\noutputs: { ${text} }\n`);
    expect(outputs("pages: { title: a }, folder: out, list: [1], flag: true").settings?.outputs).toMatchObject({
      folder: "out",
      options: { pages: { title: "a" }, list: [1], flag: true },
    });
    expect(outputs("foldr: { mode: warn }").problems).toEqual([expect.stringContaining("/outputs/foldr: `foldr` is not known here")]);
    expect(outputs("pages: { title: [!ref a#/b] }").problems).toEqual([
      expect.stringContaining("/outputs/pages: pages holds a tag, and settings are written out"),
    ]);
  });

  it.each([
    "..",
    "../x",
    "/abs",
    "a/../b",
    "./a",
    "a//b",
    "schemas",
    "schemas/x",
    "a\\b",
    ".hidden",
    "",
    "a/",
    "C:/x",
    "~",
    "a b",
    "a\u0000",
  ])("C3: reports VX1009 for the folder %j", (folder) => {
    const { settings, problems } = read(`environments:\n  dev: {}\noutputs: { folder: ${JSON.stringify(folder)} }\n`);
    expect(settings).toBeUndefined();
    expect(problems).toEqual([expect.stringMatching(/^\/outputs\/folder: folder is not a folder below the workspace/)]);
  });
});

describe("settings that are one slip away", () => {
  it.each([
    ["enviroments: { dev: {} }", "/enviroments: `enviroments` is not known here; did you mean `environments`?"],
    [
      "environments: [dev, prod]",
      "/environments: environments is a list, and each environment is a key; write `environments: { dev: {}, prod: {} }`",
    ],
    ["environments: { dev: {} }\npolicy: { onDrift: alarm }", "/policy/onDrift: onDrift cannot be `alarm`; write one of alert, refuse"],
    [
      "environments: { dev: {} }\npolicy: { defaults: never }",
      "/policy/defaults: defaults cannot be `never`; write one of declared, refuse, ignore",
    ],
    [
      "environments: { dev: {} }\ndiagnostics: { VX2032: warning }\n",
      "/diagnostics/VX2032: VX2032 cannot be `warning`; write one of error",
    ],
    ["environments: { dev: {} }\ndiagnostics: { VX2032: off }\n", "/diagnostics/VX2032: VX2032 cannot be `off`; write one of error"],
  ])("reports one VX1009 for %j", (text, problem) => {
    expect(read(text).problems).toEqual([problem]);
  });

  it("takes no code that is an error already, or none at all", () => {
    for (const code of ["VX2001", "VX9999", "near-name"])
      expect(read(`environments: { dev: {} }\ndiagnostics: { ${code}: error }\n`).problems).toHaveLength(1);
    expect(read("environments: { dev: {} }\ndiagnostics: { VX2032: error, VX2030: error }\n").problems).toEqual([]);
  });
});
