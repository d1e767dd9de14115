// Any text at all, byte for byte through every reader of what we write. VELTRIX_STRINGS=200000 runs the long variant.
import { GENERATED_HEADER, renderConfigMap } from "@veltrix/kubernetes";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import type { ExpectedConfigMap } from "@veltrix/protocol/kubernetes";
import { temporaryFolder } from "./folder.ts";
import { hostileTexts, hostileWorkspace, unportableTexts } from "./hostile-workspace.ts";
import { generatedFiles, modelOf, reason, runTool, skipped } from "./renderings.ts";

if (skipped !== undefined) console.warn(`SKIPPED: texts through helm and kustomize: ${skipped}`);

const count = Number(process.env["VELTRIX_STRINGS"] ?? 5_000);
const seed = Number(process.env["VELTRIX_SEED"] ?? 20_251);
const BATCH = 2_500;
const STYLES = ["literal", "quoted"] as const;

const parts = ["", " ", "  ", "\t", "a", " a", "\ta", "a ", "---", "...", "# a", "- a", "é", "\r", "\u0085", "\u2028", "\ufeff"];
const line = fc.constantFrom(...parts);
const lines = fc.array(line, { maxLength: 8 }).map((some) => some.join("\n"));
const words = fc.constantFrom(...hostileTexts, ...unportableTexts);
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: "binary-ascii", maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(..."{}[]\"'\\:#-|>&*!%@`~ \n\t$()<&>,=?"), maxLength: 40 }),
  lines,
  fc.tuple(words, words).map(([a, b]) => a + b),
  fc.tuple(lines, words, lines).map((some) => some.join("")),
);

/** What a variable may hold: the build refuses what Kustomize breaks. */
const isPortable = (value: string): boolean => !/[\u007f-\u009f\u2028\u2029\ufffe\uffff]/.test(value);

type Data = { readonly [key: string]: string };
const objectOf = (name: string, data: Data): ExpectedConfigMap => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "iot", labels: { a: "b" }, annotations: { c: "d" } },
  data,
});

/** The data of every object in a file, as Go reads YAML; as JSON, which no YAML parser of ours sees. */
function readByGo(folder: string, file: string): readonly Data[] {
  const args = ["patch", "--local", "-f", file, "--type=merge", "-p", "{}", "-o", "json"];
  const { status, stdout, stderr } = runTool("kubectl", args, folder);
  if (status !== 0) throw new Error(stderr);
  return stdout
    .split(/^(?=\{$)/m)
    .filter((part) => part !== "")
    .map((part) => (JSON.parse(part) as ExpectedConfigMap).data);
}

const chart = new Map(
  [...(await generatedFiles(modelOf(hostileWorkspace())))].filter(([path]) => path.startsWith("generated/hostile/chart/")),
);
const texts = fc.sample(text, { numRuns: count, seed });
const batches = Array.from({ length: Math.ceil(count / BATCH) }, (_, index) =>
  Object.fromEntries(texts.slice(index * BATCH, (index + 1) * BATCH).map((value, position) => [`k${position}`, value])),
);

it(`M1, M7: ${count} texts (seed ${seed}) are the same to YAML 1.1 and to YAML 1.2, as literals and quoted`, () => {
  let checked = 0;
  for (const data of batches) {
    for (const style of STYLES) {
      const file = renderConfigMap(objectOf("a", data), style);
      for (const version of ["1.1", "1.2"] as const) {
        const documents = parseAllDocuments(file, { version, strict: true, uniqueKeys: true });
        expect(documents).toHaveLength(1);
        expect(documents[0]?.toJS()).toHaveProperty("data", data);
        checked += Object.keys(data).length;
      }
    }
  }
  expect(checked).toBe(count * 4);
}, 3_600_000);

describe.skipIf(skipped !== undefined)(`by the real programs${reason}`, () => {
  it(`M1, M7: ${count} texts (seed ${seed}) come out of helm as they went into the chart`, () => {
    let checked = 0;
    for (const data of batches) {
      const [literal = "", quoted = ""] = STYLES.map((style) => renderConfigMap(objectOf(style, data), style));
      // A literal in the middle and at the very end: Helm trims what is blank at the end of a document.
      const files = new Map(chart).set("generated/hostile/chart/files/prod/objects.yaml", [literal, quoted, literal].join("---\n"));
      using root = temporaryFolder(files);
      const args = ["template", "r", "generated/hostile/chart", "--set", "environment=prod", "--output-dir", "out"];
      const { status, stderr } = runTool("helm", args, root.path);
      expect([status, stderr]).toEqual([0, ""]);
      expect(readByGo(root.path, "out/hostile-config/templates/objects.yaml")).toEqual([data, data, data]);
      checked += Object.keys(data).length;
    }
    console.log(`through helm: ${checked} texts x 2 styles, seed ${seed}`);
    expect(checked).toBe(count);
  }, 3_600_000);

  it(`M1, M7: of ${count} texts (seed ${seed}), Kustomize keeps all that a variable may hold`, () => {
    let checked = 0;
    for (const data of batches) {
      const portable = Object.fromEntries(Object.entries(data).filter(([, value]) => isPortable(value)));
      using root = temporaryFolder([
        ["kustomization.yaml", `${GENERATED_HEADER}resources: [a.yaml]\n`],
        ["a.yaml", renderConfigMap(objectOf("a", portable), "quoted")],
      ]);
      const { status, stdout, stderr } = runTool("kubectl", ["kustomize", "."], root.path);
      expect([status, stderr]).toEqual([0, ""]);
      using rendered = temporaryFolder([["out.yaml", stdout]]);
      expect(readByGo(rendered.path, "out.yaml")).toEqual([portable]);
      checked += Object.keys(portable).length;
    }
    console.log(`through Kustomize: ${checked} of ${count} texts, seed ${seed}`);
    expect(checked).toBeGreaterThan(count / 3);
  }, 3_600_000);
});
