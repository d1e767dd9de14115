// Threats that take more than one package to withstand.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Io, main } from "@veltrix/cli";
import { compile, MemoryHost, build } from "@veltrix/compiler";
import { expect, it, onTestFinished } from "vitest";

const settings = "environments:\n  prod: {}\n";

it.each<[string, object]>([
  ["a keyword that does not exist", { propertees: {} }],
  ["a type that does not exist", { type: "strng" }],
  ["an empty enum", { enum: [] }],
  ["a default outside its enum", { enum: ["a"], default: "b" }],
  ["a minimum above the maximum", { type: "integer", minimum: 2, maximum: 1 }],
  ["an undeclared required key", { type: "object", required: ["x"], properties: {}, additionalProperties: false }],
])("S8: refuses %s", (_name, key) => {
  const contract = { "x-veltrix": { version: "1.0.0" }, type: "object", properties: { key }, additionalProperties: false };
  const { model, diagnostics } = compile(
    new MemoryHost({ "schemas/veltrix.yaml": settings, "schemas/gateway/config.schema.json": JSON.stringify(contract) }),
  );
  expect(model).toBeUndefined();
  expect(diagnostics.map(({ at }) => at.file)).toContain("schemas/gateway/config.schema.json");
});

function workspaceWith(filesOf: { readonly [path: string]: string }): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "veltrix-threats-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(filesOf)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

async function run(args: readonly string[], cwd: string): Promise<{ readonly code: number; readonly output: string }> {
  let output = "";
  const write = (text: string): void => void (output += text);
  const io: Io = { stdout: write, stderr: write, cwd, env: { NO_COLOR: "1" }, isTerminal: false };
  return { code: await main(args, io), output };
}

it("C5: ends with a failure when an emitter throws, and does not swallow it", async () => {
  const host = new MemoryHost({ "schemas/veltrix.yaml": settings });
  const emitters = [{ name: "broken", emit: () => Promise.reject(new Error("emitter broke")) }];
  await expect(build(host, { emitters })).rejects.toThrow("emitter broke");
});

it("C5: ends with 1 and one summary line for a workspace that does not compile", async () => {
  const folder = workspaceWith({ "schemas/veltrix.yaml": "environments: 3\n" });
  const { code, output } = await run(["build"], folder);
  expect(code).toBe(1);
  expect(output.match(/^\d+ errors?$/gm)).toHaveLength(1);
});

it("C6: never executes a veltrix.config.js, in the workspace or above it", async () => {
  const trap = "globalThis.veltrixConfigRan = true;\n";
  const folder = workspaceWith({
    "veltrix.config.js": trap,
    "inner/veltrix.config.js": trap,
    "inner/veltrix.config.mjs": trap,
    "inner/schemas/veltrix.yaml": settings,
  });
  expect((await run(["build"], join(folder, "inner"))).code).toBe(0);
  expect(Object.hasOwn(globalThis, "veltrixConfigRan")).toBe(false);
});
