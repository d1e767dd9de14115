// Real charts: what their own CI lays over them is accepted, and a slip in a key is stopped with the right name first.
import { type Compilation, compile, MemoryHost } from "@veltrix/compiler";
import type { Diagnostic } from "@veltrix/diagnostics";
import type { JsonObject, JsonValue } from "@veltrix/protocol";
import { describe, expect, it } from "vitest";
import { type Chart, readCharts, withoutNulls } from "./charts.ts";
import { hasCorpora } from "./corpora.ts";
import { keyPaths, randomFrom, renameAt, slips } from "./typos.ts";

/** The first was looked at while the search for near misses was written, the second was not. */
const SEEDS = [20_261_123, 4_077];
/** Slips per chart and kind. */
const EACH = 12;

/** Schemas of charts that a contract may not be: then the keys of values.yaml alone are declared. */
const refusedSchemas: { readonly [chart: string]: readonly string[] } = {
  // it refers to schemas on the network
  "nginx-ingress": ["VX1104"],
};

const charts = hasCorpora ? readCharts() : [];

function compileWith(chart: Chart, schema: JsonObject, environments: ReadonlyMap<string, JsonValue>): Compilation {
  const files = new Map([
    ["schemas/veltrix.yaml", `environments: { ${[...environments.keys()].map((name) => `${name}: {}`).join(", ")} }\n`],
    ["schemas/chart/config.schema.json", JSON.stringify(chart.contract)],
    ["schemas/shared/subject.schema.json", JSON.stringify(schema)],
    ...[...environments].map(([name, value]): [string, string] => [`schemas/chart/values/${name}.yaml`, JSON.stringify(value)]),
  ]);
  return compile(new MemoryHost(Object.fromEntries(files)));
}

const errorsOf = ({ diagnostics }: Compilation): readonly Diagnostic[] => diagnostics.filter(({ severity }) => severity === "error");

const schemaFaults = new Map(
  charts.map((chart) => [
    chart.name,
    errorsOf(compileWith(chart, chart.schema, new Map([["none", {}]]))).filter(({ code }) => code.startsWith("VX1")),
  ]),
);
const usable = (chart: Chart): JsonObject => ((schemaFaults.get(chart.name) ?? []).length === 0 ? chart.schema : {});

describe.skipIf(!hasCorpora)("charts of ../shared/corpora/helm-values", () => {
  it("reads the schemas that it must", () => {
    const found = [...schemaFaults]
      .filter(([, faults]) => faults.length > 0)
      .map(([name, faults]) => [name, [...new Set(faults.map(({ code }) => code))].sort()]);
    expect(Object.fromEntries(found)).toEqual(refusedSchemas);
  });

  it("accepts the values of every chart, and its overlays merged over them, as a build does", async () => {
    const wrong: string[] = [];
    let count = 0;
    for (const chart of charts) {
      const environments = new Map<string, JsonValue>([["e-values", withoutNulls(chart.values)]]);
      chart.overlays.forEach(({ value }, index) => environments.set(`e-overlay-${index}`, value));
      count += chart.overlays.length;
      const compilation = compileWith(chart, usable(chart), environments);
      for (const { code, message } of errorsOf(compilation)) wrong.push(`${chart.name}: ${code} ${message}`);
    }
    console.log(`${charts.length} charts, ${count} overlays`);
    expect(count).toBeGreaterThan(20);
    // Its schema requires what its values.yaml leaves empty for each installation to say, so Helm refuses that file by
    // itself too. Its overlay says it.
    expect(wrong).toEqual(["external-dns: VX2001 chart has no value for /policy in e-values"]);
  });

  it.each(SEEDS)("stops slips in keys at every depth, with the right name first (seed %i)", { timeout: 240_000 }, (seed) => {
    const random = randomFrom(seed);
    const missed: string[] = [];
    let count = 0;
    for (const chart of charts) {
      const paths = keyPaths(chart.values);
      const environments = new Map<string, JsonValue>();
      const tried = new Map<string, { readonly path: readonly string[]; readonly name: string; readonly kind: string }>();
      for (const [kind, slip] of Object.entries(slips)) {
        for (let turn = 0; turn < EACH; turn++) {
          const path = paths[Math.floor(random() * paths.length)] ?? [];
          const key = path.at(-1) ?? "";
          const name = slip(key, random);
          const siblings = paths.filter(
            (other) => other.length === path.length && other.slice(0, -1).join("\n") === path.slice(0, -1).join("\n"),
          );
          // A slip that makes another declared key, or none at all, is none that anyone could see.
          if (name === key || name === "" || siblings.some((other) => other.at(-1) === name)) continue;
          const environment = `s${tried.size}`;
          tried.set(environment, { path, name, kind });
          environments.set(environment, renameAt(chart.values, path, name));
        }
      }
      const stopped = new Map<string, readonly Diagnostic[]>();
      for (const diagnostic of errorsOf(compileWith(chart, usable(chart), environments)))
        for (const environment of diagnostic.environments ?? [])
          stopped.set(environment, [...(stopped.get(environment) ?? []), diagnostic]);
      for (const [environment, { path, name, kind }] of tried) {
        count++;
        const right = (stopped.get(environment) ?? []).some(({ suggestions }) => suggestions[0] === path.at(-1));
        if (!right)
          missed.push(
            `${chart.name}: ${kind} ${path.join("/")} as ${name}: ${(stopped.get(environment) ?? []).map(({ code, suggestions }) => `${code} ${suggestions.join(",")}`).join("; ")}`,
          );
      }
    }
    const rate = 1 - missed.length / count;
    console.log(`seed ${seed}: ${count} slips, ${(rate * 100).toFixed(1)} % stopped with the right name first\n${missed.join("\n")}`);
    expect(rate).toBeGreaterThanOrEqual(0.97);
  });
});
