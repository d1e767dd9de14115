// What the build delivers as a variable is what a process reads from it: by the real compiler, emitters and runtime.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, compile, DiskHost, emitAll, MemoryHost } from "@veltrix/compiler";
import { kubernetesEmitter, variablesOf } from "@veltrix/kubernetes";
import { typescriptEmitter } from "@veltrix/emit-typescript";
import { ConfigError, type LoadedConfig, type LoadOptions } from "@veltrix/runtime";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";

const text = { type: "string", contentMediaType: "text/plain" };
const keys = {
  integer: { type: "integer" },
  number: { type: "number" },
  shared: { $ref: "#/$defs/ratio" },
  list: { type: "array", items: { type: "number" } },
  object: { type: "object", additionalProperties: { type: "number" } },
  flag: { type: "boolean" },
  text,
};

function contractOf(properties: { readonly [name: string]: object }): string {
  const withVariables = Object.entries(properties).map(([name, schema]) => [name, { ...schema, "x-env": name.toUpperCase() }]);
  return JSON.stringify({
    "x-veltrix": { version: "1.0.0" },
    type: "object",
    properties: Object.fromEntries(withVariables),
    additionalProperties: false,
    $defs: { ratio: { type: "number" } },
  });
}

function filesWith(values: object, contract = contractOf(keys)): { readonly [path: string]: string } {
  // With an exponent every number is one that may be written, however many digits it has.
  const written = JSON.stringify(values, (_key, value: unknown) => (typeof value === "number" ? `#${value.toExponential()}#` : value));
  return {
    "schemas/veltrix.yaml": "environments:\n  prod: { namespace: iot }\n",
    "schemas/gateway/config.schema.json": contract,
    "schemas/gateway/values/base.yaml": `${written.replace(/"#([^#]*)#"/g, "$1")}\n`,
  };
}

/** What the package was built with: of every key, since a variable of a key that its environment lacks is not taken. */
const built = { integer: 1, number: 1, shared: 1, list: [1], object: { a: 1 }, flag: true, text: "a text" };

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "veltrix-variables-"));
  const host = new DiskHost(folder);
  for (const [path, contents] of Object.entries(filesWith(built))) host.replaceFile(path, contents);
  const { diagnostics } = await build(host, { emitters: [typescriptEmitter] });
  expect(diagnostics).toEqual([]);
  mkdirSync(join(folder, "node_modules/@veltrix"), { recursive: true });
  symlinkSync(fileURLToPath(new URL("../../runtime", import.meta.url)), join(folder, "node_modules/@veltrix/runtime"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The variables of a build that takes the values; undefined of one that refuses them. */
async function deliver(values: object): Promise<{ readonly [name: string]: string } | undefined> {
  const { model } = compile(new MemoryHost(filesWith(values)));
  const service = model?.services[0];
  const config = service?.configs[0];
  if (model === undefined || service === undefined || config === undefined) return undefined;
  const { diagnostics } = await emitAll(kubernetesEmitter, model);
  if (diagnostics.some(({ severity }) => severity === "error")) return undefined;
  return Object.fromEntries(variablesOf(service, config).map((variable) => [variable.name, variable.text]));
}

/** What a process holds that is started with the variables. */
async function read(variables: { readonly [name: string]: string }): Promise<unknown> {
  // The generated accessor, whose declarations are not at hand here.
  const { loadConfig } = (await import(/* @vite-ignore */ pathToFileURL(join(folder, "generated/gateway/index.js")).href)) as {
    loadConfig: (options: LoadOptions) => Promise<LoadedConfig<unknown>>;
  };
  try {
    const loaded = await loadConfig({ variables: { VELTRIX_SOURCE: "env", VELTRIX_ENVIRONMENT: "prod", ...variables } });
    loaded.close();
    return JSON.parse(JSON.stringify(loaded.config));
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

const edges = [0, -0, 1e21, 1e-6, 1e-7, 5e-324, 1.7976931348623157e308, 2.5e-9, 123456789012345680000, 1e20, 0.1, 2 ** 53, 2 ** 53 - 1];
const numbers = fc.oneof(
  fc.constantFrom(...edges, ...edges.map((edge) => -edge)),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeInteger(),
  fc.tuple(fc.integer({ min: -999, max: 999 }), fc.integer({ min: -320, max: 300 })).map(([digits, power]) => Number(`${digits}e${power}`)),
);

it("R13: a process reads every number that a build delivers as that number", async () => {
  const numRuns = Number(process.env["VELTRIX_VARIABLE_RUNS"] ?? 300);
  const counts = { delivered: 0, refused: 0 };
  const check = async (values: object): Promise<void> => {
    const variables = await deliver(values);
    counts[variables === undefined ? "refused" : "delivered"] += 1;
    // -0 is written as 0 everywhere.
    if (variables !== undefined) expect(await read(variables)).toEqual(JSON.parse(JSON.stringify(values)));
  };
  const values = fc.record({ number: numbers, shared: numbers, list: fc.array(numbers), object: fc.record({ a: numbers }) });
  await fc.assert(fc.asyncProperty(values, check), { numRuns });
  await fc.assert(fc.asyncProperty(fc.record({ integer: numbers }), check), { numRuns });
  expect(counts.delivered).toBeGreaterThan(numRuns / 2);
  expect(counts.refused).toBeGreaterThan(0);
});

it("R13: every edge of the numbers, written as people write it", async () => {
  for (const written of ["1e21", "1E+21", "1.5e-9", "-1e-7", "0.000001", "1e0", "-0.0", "100000000000000000000.0"]) {
    const variables = await deliver({ number: JSON.parse(written) as number });
    expect(variables?.["NUMBER"]).toMatch(/^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/);
    expect(await read(variables ?? {})).toEqual({ number: Number(written) === 0 ? 0 : Number(written) });
  }
  expect((await deliver({ number: 1e21 }))?.["NUMBER"]).toBe("1000000000000000000000");
  expect((await deliver({ number: -1.5e-9 }))?.["NUMBER"]).toBe("-0.0000000015");
});

it("reads flags and texts as they are, too", async () => {
  const texts = ["true", "5", " x ", "[1]", "null", "1e21", "ä\n"];
  for (const value of texts) expect(await read((await deliver({ flag: false, text: value })) ?? {})).toEqual({ flag: false, text: value });
});

it("takes an override of a text that the contract lets mean itself, whatever it looks like", async () => {
  const variables = (await deliver({ text: "a text" })) ?? {};
  expect(await read({ ...variables, VELTRIX_OVERRIDE_TEXT: " <none> " })).toEqual({ text: " <none> " });
});

it("R13: reports VX4002 for an integer that no process reads from a variable", async () => {
  for (const value of ["1e21", "9007199254740992.0", "-1.5e300"]) {
    const { model } = compile(new MemoryHost({ ...filesWith({}), "schemas/gateway/values/base.yaml": `integer: ${value}\n` }));
    if (model === undefined) throw new Error(`${value} does not compile`);
    const { diagnostics } = await emitAll(kubernetesEmitter, model);
    expect(diagnostics).toMatchObject([{ code: "VX4002", key: "/integer", at: { file: "schemas/gateway/config.schema.json" } }]);
  }
});

it.each([
  { type: ["number", "null"] },
  { type: ["string", "integer"] },
  { type: "null" },
  { enum: [1, "a"] },
  { const: 1 },
  { anyOf: [{ type: "number" }, { type: "string" }] },
  { allOf: [{ type: "number" }] },
  {},
])("R13: reports VX1107 for x-env on %j, whose text could be read in several ways", (schema) => {
  const { diagnostics } = compile(new MemoryHost(filesWith({}, contractOf({ key: schema }))));
  expect(diagnostics).toMatchObject([
    { code: "VX1107", at: { pointer: "/properties/key/x-env" }, message: expect.stringContaining("one type") as string },
  ]);
});
