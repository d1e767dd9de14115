// "Exactly the workloads that will restart": every change of a value of this repository's platform, against the
// Component patches that both builds really write.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile, emitAll, MemoryHost, type Model } from "@veltrix/compiler";
import { kubernetesEmitter } from "@veltrix/kubernetes";
import { describe, expect, it } from "vitest";
import { isScalar, parse, parseDocument, visit } from "yaml";
import { diffRevisions } from "../diff/index.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const files: { readonly [path: string]: string } = Object.fromEntries(
  readdirSync(join(root, "schemas"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path.slice(root.length).replaceAll("\\", "/"), readFileSync(path, "utf8")]),
);

function modelOf(changed: { readonly [path: string]: string } = {}): Model | undefined {
  return compile(new MemoryHost({ ...files, ...changed })).model;
}

/** The restart annotation, and the whole patch, of each workload in each environment. */
async function patchesOf(model: Model): Promise<ReadonlyMap<string, { readonly annotation: string; readonly text: string }>> {
  const { files: written } = await emitAll(kubernetesEmitter, model);
  const patches = written.filter(({ path }) => path.endsWith("/component/patch.yaml"));
  return new Map(
    patches.map(({ path, contents }) => {
      const [service, , environment] = path.split("/");
      const { spec } = parse(contents) as {
        readonly spec: { readonly template: { readonly metadata: { readonly annotations: { readonly [name: string]: string } } } };
      };
      const annotation = spec.template.metadata.annotations["veltrix.dev/restart-fingerprint"] ?? "";
      return [`${environment} ${service}`, { annotation, text: contents }];
    }),
  );
}

/** Every scalar of a values file set to something else, and every key removed: one change a text. */
function changesOf(text: string): readonly string[] {
  const paths: (readonly unknown[])[] = [];
  visit(parseDocument(text), {
    Pair: (_key, pair, ancestors) => {
      const keys = ancestors.flatMap((node) => ("key" in node && isScalar(node.key) ? [node.key.value] : []));
      if (isScalar(pair.key)) paths.push([...keys, pair.key.value]);
    },
  });
  return paths.flatMap((path) => {
    const texts: string[] = [];
    const change = (edit: (document: ReturnType<typeof parseDocument>) => void): void => {
      const document = parseDocument(text);
      edit(document);
      texts.push(document.toString());
    };
    change((document) => void document.deleteIn(path));
    const node = parseDocument(text).getIn(path, true);
    if (isScalar(node) && node.tag === undefined) {
      const { value } = node;
      const others =
        typeof value === "number"
          ? [value + 1, value - 1]
          : typeof value === "boolean"
            ? [!value]
            : [`${String(value)}x`, "60s", "debug", "error"];
      for (const other of others) change((document) => document.setIn(path, other));
    }
    return texts;
  });
}

describe("the workloads that will restart", () => {
  it("are exactly those whose annotation the build changes, for every change of a value of the platform", async () => {
    const before = modelOf();
    if (before === undefined) throw new Error("the schemas of this repository do not compile");
    const old = await patchesOf(before);
    const counts = { changes: 0, restarting: 0, others: 0 };
    // Every change with VELTRIX_LONG=1, else every third.
    const step = process.env["VELTRIX_LONG"] === "1" ? 1 : 3;
    for (const [path, text] of Object.entries(files).filter(([name]) => name.includes("/values/"))) {
      for (const changed of changesOf(text).filter((_text, index) => index % step === 0)) {
        const after = modelOf({ [path]: changed });
        if (after === undefined) continue;
        counts.changes++;
        const now = await patchesOf(after);
        const names = [...old.keys()].filter((name) => old.get(name)?.annotation !== now.get(name)?.annotation).sort();
        const patched = [...old.keys()].filter((name) => old.get(name)?.text !== now.get(name)?.text).sort();
        const { restarts } = diffRevisions(before, after, undefined);
        const listed = restarts.map(({ environment, service }) => `${environment} ${service}`).sort();
        expect({ path, changed, listed, patched }).toEqual({ path, changed, listed: names, patched: names });
        expect(restarts.filter(({ reasons }) => reasons.length === 0)).toEqual([]);
        if (listed.length === 0) counts.others++;
        else counts.restarting++;
      }
    }
    expect(counts.restarting).toBeGreaterThan(20);
    expect(counts.others).toBeGreaterThan(3);
  }, 900_000);

  it("name the old workload too where the contract names another one, and where it names none", () => {
    const before = modelOf();
    const [path, text = ""] = Object.entries(files).find(([, contents]) => contents.includes('"workload"')) ?? [];
    const contract = JSON.parse(text) as { "x-veltrix": { workload?: { readonly kind: string; readonly name: string } } };
    const old = contract["x-veltrix"].workload;
    const restartsWith = (workload: typeof old): readonly unknown[] => {
      contract["x-veltrix"] = { ...contract["x-veltrix"], ...(workload === undefined ? {} : { workload }) };
      if (workload === undefined) delete contract["x-veltrix"].workload;
      const after = modelOf({ [path ?? ""]: JSON.stringify(contract) });
      if (before === undefined || after === undefined) throw new Error("the schemas do not compile");
      const { restarts } = diffRevisions(before, after, undefined);
      return restarts
        .filter(({ environment }) => environment === "prod")
        .map(({ workload: named, reasons }) => [
          named?.name ?? null,
          reasons.map((reason) => (reason.kind === "pod" ? reason.detail : reason.pointer)),
        ]);
    };
    const lost = [old?.name, ["the contract names it no longer: it loses its configuration"]];
    expect(restartsWith({ kind: old?.kind ?? "", name: "renamed" })).toEqual([lost, ["renamed", ["the contract names another workload"]]]);
    expect(restartsWith(undefined)).toEqual([lost, [null, ["the contract names another workload"]]]);
  });
});
