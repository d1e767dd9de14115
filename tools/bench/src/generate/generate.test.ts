import { build, compile, MemoryHost, originOf } from "@veltrix/compiler";
import { kubernetesEmitter } from "@veltrix/kubernetes";
import { typescriptEmitter } from "@veltrix/emit-typescript";
import { expect, it } from "vitest";
import { generateFiles } from "./generate.ts";
import { KEYS_PER_SERVICE } from "./service.ts";

it("generates the same bytes for the same size, and the same service whatever the size", () => {
  const five = [...generateFiles(5)];
  expect([...generateFiles(5)]).toEqual(five);
  const eight = generateFiles(8);
  for (const [path, text] of five) expect(eight.get(path)).toBe(text);
});

it("generates a workspace that compiles without a diagnostic, with 40 keys a service in three environments", () => {
  const { model, diagnostics } = compile(hostOf(5));
  expect(diagnostics).toEqual([]);
  expect(model?.services).toHaveLength(5);
  for (const { contract, configs } of model?.services ?? []) {
    expect(contract.keys.filter((key) => key.isLeaf)).toHaveLength(KEYS_PER_SERVICE);
    expect(configs.map(({ environment }) => environment.name)).toEqual(["dev", "staging", "prod"]);
  }
});

it("uses what contracts use: secrets, hot keys, exports, variables, units, references", () => {
  const { model } = compile(hostOf(5));
  const services = model?.services ?? [];
  for (const { contract, configs } of services) {
    const count = (has: (key: (typeof contract.keys)[number]) => boolean): number => contract.keys.filter(has).length;
    expect(count((key) => key.secret)).toBe(3);
    expect(count((key) => key.exported)).toBe(3);
    expect(count((key) => key.hot === "root")).toBe(3);
    expect(count((key) => key.unit !== undefined)).toBeGreaterThan(4);
    expect(count((key) => key.variable !== undefined)).toBeGreaterThan(4);
    const references = contract.keys.filter((key) => originOf(configs[0], key.pointer)?.kind === "reference");
    if (contract.dependsOn && Object.keys(contract.dependsOn).length > 0) expect([2, 3]).toContain(references.length);
  }
  expect(services.filter(({ contract }) => Object.keys(contract.dependsOn).length === 1)).toHaveLength(4);
});

it("builds with every emitter and without a diagnostic", async () => {
  const result = await build(hostOf(5), { emitters: [typescriptEmitter, kubernetesEmitter] });
  expect(result.diagnostics).toEqual([]);
  expect(result.written.length).toBeGreaterThan(50);
});

function hostOf(size: number): MemoryHost {
  return new MemoryHost(Object.fromEntries(generateFiles(size)));
}
