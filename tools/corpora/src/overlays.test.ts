// Real overlays as a layer of their own, over their chart's values: none is stopped for a key, and a slip in one is
// named although the layer below holds the right key. Once with the chart's keys declared, once with nothing declared.
import { compile, MemoryHost } from "@veltrix/compiler";
import type { Diagnostic } from "@veltrix/diagnostics";
import type { JsonObject, JsonValue } from "@veltrix/protocol";
import { describe, expect, it } from "vitest";
import { type Chart, readCharts, withoutNulls } from "./charts.ts";
import { hasCorpora } from "./corpora.ts";
import { keyPaths, randomFrom, slips } from "./typos.ts";

/** The first was looked at while the judgement of layers was written, the second was not. */
const SEEDS = [Number(process.env["VELTRIX_OVERLAY_SEED"] ?? 31_337), 20_270_401];
/** Slips per chart and kind. */
const EACH = Number(process.env["VELTRIX_OVERLAY_SLIPS"] ?? 8);

const charts = hasCorpora ? readCharts() : [];

const contracts: { readonly [kind: string]: (chart: Chart) => JsonValue } = {
  "with their keys declared": ({ contract }) => contract,
  "with their own schema": ({ schema }) => ownSchema(schema),
  "with nothing declared": () => ({ "x-veltrix": { version: "1.0.0" }, type: "object" }),
};

/** The schema of a chart as the contract, where it refers to nothing on the network. */
function ownSchema(schema: JsonObject): JsonValue {
  const isUsable = !JSON.stringify(schema).includes('"$ref":"http');
  return { ...(isUsable ? schema : {}), "x-veltrix": { version: "1.0.0" }, type: "object" };
}

/** Unknown keys by environment: the chart's values are base, and each layer lies over them in an environment of its own. */
function unknownKeys(
  chart: Chart,
  contract: JsonValue,
  layers: ReadonlyMap<string, JsonValue>,
): ReadonlyMap<string, readonly Diagnostic[]> {
  const files = new Map([
    ["schemas/veltrix.yaml", `environments: { ${[...layers.keys()].map((name) => `${name}: {}`).join(", ")} }\n`],
    ["schemas/shared/subject.schema.json", "{}"],
    ["schemas/chart/config.schema.json", JSON.stringify(contract)],
    ["schemas/chart/values/base.yaml", JSON.stringify(withoutNulls(chart.values))],
    ...[...layers].map(([name, value]): [string, string] => [`schemas/chart/values/${name}.yaml`, JSON.stringify(value)]),
  ]);
  const found = new Map<string, Diagnostic[]>();
  for (const diagnostic of compile(new MemoryHost(Object.fromEntries(files))).diagnostics) {
    if (diagnostic.code === "VX1009") throw new Error(diagnostic.message);
    if (diagnostic.code !== "VX2002") continue;
    for (const environment of diagnostic.environments ?? []) found.set(environment, [...(found.get(environment) ?? []), diagnostic]);
  }
  return found;
}

/** A layer that holds one value. */
function layerOf(path: readonly string[], value: JsonValue): JsonObject {
  const [first = "", ...rest] = path;
  return { [first]: rest.length === 0 ? value : layerOf(rest, value) };
}

function parentOf(path: readonly string[]): string {
  return JSON.stringify(path.slice(0, -1));
}

describe.skipIf(!hasCorpora).each(Object.entries(contracts))("S16: overlays of ../shared/corpora/helm-values, %s", (_name, contractOf) => {
  it("are not stopped for a key", () => {
    const wrong: string[] = [];
    let count = 0;
    for (const chart of charts) {
      const layers = new Map(chart.overlays.map(({ layer }, index) => [`o${index}`, layer]));
      count += layers.size;
      if (layers.size === 0) continue;
      for (const [environment, found] of unknownKeys(chart, contractOf(chart), layers))
        wrong.push(
          `${chart.name} ${environment}: ${found.map(({ message, suggestions }) => `${message} (${suggestions.join()})`).join("; ")}`,
        );
    }
    console.log(`${count} overlays`);
    expect(count).toBeGreaterThan(20);
    expect(wrong).toEqual([]);
  });

  it.each(SEEDS)("are stopped for a slip, with the right name first (seed %i)", { timeout: 240_000 }, (seed) => {
    const random = randomFrom(seed);
    const missed: string[] = [];
    let count = 0;
    for (const chart of charts) {
      const paths = keyPaths(withoutNulls(chart.values));
      const layers = new Map<string, JsonValue>();
      const tried = new Map<string, { readonly path: readonly string[]; readonly name: string; readonly kind: string }>();
      for (const [kind, slip] of Object.entries(slips)) {
        for (let turn = 0; turn < EACH; turn++) {
          const path = paths[Math.floor(random() * paths.length)] ?? [];
          const key = path.at(-1) ?? "";
          const name = slip(key, random);
          const isOther = paths.some((other) => parentOf(other) === parentOf(path) && other.at(-1) === name);
          // A slip that makes another key of the chart, or none at all, is none that anyone could see.
          if (name === key || name === "" || isOther) continue;
          tried.set(`s${tried.size}`, { path, name, kind });
          layers.set(`s${layers.size}`, layerOf([...path.slice(0, -1), name], "changed"));
        }
      }
      const stopped = unknownKeys(chart, contractOf(chart), layers);
      for (const [environment, { path, name, kind }] of tried) {
        count++;
        const found = stopped.get(environment) ?? [];
        if (!found.some(({ suggestions }) => suggestions[0] === path.at(-1)))
          missed.push(
            `${chart.name}: ${kind} ${path.join("/")} as ${name}: ${found.map(({ suggestions }) => suggestions.join()).join("; ")}`,
          );
      }
    }
    const rate = 1 - missed.length / count;
    console.log(`seed ${seed}: ${count} slips, ${(rate * 100).toFixed(1)} % stopped with the right name first\n${missed.join("\n")}`);
    expect(count).toBeGreaterThan(300);
    expect(rate).toBeGreaterThanOrEqual(0.97);
  });
});
