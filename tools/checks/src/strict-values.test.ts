// Wrong texts of the kind that programs guess at: each is refused when a values file holds it, and when a variable does.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, compile, DiskHost, MemoryHost } from "@veltrix/compiler";
import { typescriptEmitter } from "@veltrix/emit-typescript";
import { ConfigError, type LoadedConfig, type LoadOptions } from "@veltrix/runtime";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "./repository.ts";

const keys = {
  count: { type: "integer", minimum: 0 },
  port: { type: "integer", minimum: 1, maximum: 65_535 },
  flag: { type: "boolean" },
  url: { type: "string", "x-type": "url" },
  wait: { type: "string", "x-type": "duration" },
  size: { type: "string", "x-type": "bytes" },
} as const;

const right: { readonly [key in keyof typeof keys]: string } = {
  count: "3",
  port: "8080",
  flag: "true",
  url: '"https://host.example/"',
  wait: "30s",
  size: "64MiB",
};

const wrong: readonly (readonly [keyof typeof keys, string])[] = [
  ["count", "30s"],
  ["count", "10MB"],
  ["count", "12abc"],
  ["count", "0x1F"],
  ["count", "1e3"],
  ["count", "1_000"],
  ["count", "1,000"],
  ["count", "+5"],
  ["count", " 5"],
  ["count", "5\n"],
  ["count", ""],
  ["count", "NaN"],
  ["count", "Infinity"],
  ["count", "9007199254740993"],
  ["port", "0"],
  ["port", "65536"],
  ["port", "-1"],
  ["port", "80.5"],
  ["flag", "yes"],
  ["flag", "on"],
  ["flag", "1"],
  ["flag", "TRUE"],
  ["url", "http:/host"],
  ["url", "host.example"],
  ["url", "https://"],
  ["wait", "30"],
  ["wait", "30 s"],
  ["size", "64 megs"],
];

const contract = {
  "x-veltrix": { version: "1.0.0" },
  type: "object",
  required: Object.keys(keys),
  properties: Object.fromEntries(Object.entries(keys).map(([name, schema]) => [name, { ...schema, "x-env": name.toUpperCase() }])),
  additionalProperties: false,
};

/** A workspace with `changes` over the right values; texts are JSON, which YAML reads as it is. */
function filesWith(changes: { readonly [key: string]: string }): { readonly [path: string]: string } {
  const lines = Object.entries({ ...right, ...changes }).map(([key, text]) => `${key}: ${text}\n`);
  return {
    "schemas/veltrix.yaml": "environments:\n  prod: {}\n",
    "schemas/gateway/config.schema.json": JSON.stringify(contract),
    "schemas/gateway/values/base.yaml": lines.join(""),
  };
}

let workspace: string;
beforeAll(async () => {
  workspace = mkdtempSync(join(tmpdir(), "veltrix-strict-"));
  const host = new DiskHost(workspace);
  for (const [path, text] of Object.entries(filesWith({}))) host.replaceFile(path, text);
  const { diagnostics } = await build(host, { emitters: [typescriptEmitter] });
  expect(diagnostics).toEqual([]);
  mkdirSync(join(workspace, "node_modules/@veltrix"), { recursive: true });
  symlinkSync(join(root, "packages/runtime"), join(workspace, "node_modules/@veltrix/runtime"));
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

/** True when a process with these variables does not start. */
async function isRefusedAtStart(changes: { readonly [name: string]: string }): Promise<boolean> {
  const plain = Object.fromEntries(Object.entries(right).map(([key, text]) => [key.toUpperCase(), text.replaceAll('"', "")]));
  const variables = { VELTRIX_SOURCE: "env", VELTRIX_ENVIRONMENT: "prod", ...plain, ...changes };
  const accessor = pathToFileURL(join(workspace, "generated/gateway/index.js")).href;
  // The generated accessor, whose declarations are not at hand here.
  const { loadConfig } = (await import(/* @vite-ignore */ accessor)) as {
    loadConfig: (options: LoadOptions) => Promise<LoadedConfig<unknown>>;
  };
  try {
    (await loadConfig({ variables })).close();
    return false;
  } catch (error) {
    if (error instanceof ConfigError) return true;
    throw error;
  }
}

it(`S12: refuses ${wrong.length} of ${wrong.length} wrong texts in a values file`, () => {
  expect(wrong.length).toBe(28);
  expect(compile(new MemoryHost(filesWith({}))).model).toBeDefined();
  const taken = wrong.filter(([key, text]) => compile(new MemoryHost(filesWith({ [key]: JSON.stringify(text) }))).model !== undefined);
  expect(taken).toEqual([]);
  console.log(`values files refuse ${wrong.length - taken.length} of ${wrong.length}`);
});

it(`R13: refuses ${wrong.length} of ${wrong.length} wrong texts in a variable`, async () => {
  expect(await isRefusedAtStart({})).toBe(false);
  const taken: (readonly [string, string])[] = [];
  for (const [key, text] of wrong) if (!(await isRefusedAtStart({ [key.toUpperCase()]: text }))) taken.push([key, text]);
  expect(taken).toEqual([]);
  console.log(`variables refuse ${wrong.length - taken.length} of ${wrong.length}`);
});
