// What the three renderings of a model come to, each by the program that a team runs.
import { compile, type DiskHost, emitAll, MemoryHost, type Model } from "@veltrix/compiler";
import { kubernetesEmitter } from "@veltrix/kubernetes";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { type ProcessResult, run } from "./folder.ts";
import { kubernetesTools } from "./kubernetes-tools.ts";

/** A parsed object, as far as tests look into it. */
export interface Rendered {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: unknown };
}

const tools = kubernetesTools();

/** Why there is no kubectl and no helm here; undefined where there are. */
export const skipped: string | undefined = "skipped" in tools ? tools.skipped : undefined;

/** For the names of suites: a skip says why. */
export const reason: string = skipped === undefined ? "" : ` (SKIPPED: ${skipped})`;

/** Runs the real program in `folder`. */
export function runTool(tool: "kubectl" | "helm", args: readonly string[], folder: string): ProcessResult {
  if ("skipped" in tools) throw new Error(tools.skipped);
  return run(tools[tool], args, folder);
}

/** The documents that a program printed; throws with what it said where it failed. */
export function outputOf(tool: "kubectl" | "helm", args: readonly string[], folder: string): readonly Rendered[] {
  const { status, stdout, stderr } = runTool(tool, args, folder);
  if (status !== 0 || stderr !== "") throw new Error(`${tool} ${args.join(" ")}: ${status}\n${stderr}`);
  return documentsOf(stdout);
}

/** The objects in a text. Go's YAML is 1.1. */
export function documentsOf(text: string): readonly Rendered[] {
  return parseAllDocuments(text, { version: "1.1", strict: true, uniqueKeys: true }).flatMap((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    const object = document.toJS() as Rendered | null;
    return object === null ? [] : [object];
  });
}

/** The objects of plain files, as `kubectl apply -f` reads them. */
export function plainObjects(root: string, files: Iterable<string>): readonly Rendered[] {
  return [...files].flatMap((file) => documentsOf(readFileSync(join(root, file), "utf8")));
}

/** In an order that does not depend on who printed them. */
export function ordered<Some extends Rendered>(objects: readonly Some[]): readonly Some[] {
  const id = ({ kind, metadata }: Some): string => `${kind} ${metadata.name}`;
  return [...objects].sort((a, b) => (id(a) < id(b) ? -1 : 1));
}

/** The model of a workspace; throws with every problem. */
export function modelOf(host: DiskHost | { readonly [path: string]: string }): Model {
  const { model, diagnostics } = compile("readFile" in host ? (host as DiskHost) : new MemoryHost(host as { [path: string]: string }));
  if (model === undefined) throw new Error(JSON.stringify(diagnostics, undefined, 2));
  return model;
}

/** The generated files of a model, below `generated/`. */
export async function generatedFiles(model: Model): Promise<ReadonlyMap<string, string>> {
  const { files, diagnostics } = await emitAll(kubernetesEmitter, model);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(JSON.stringify(errors, undefined, 2));
  return new Map(files.map(({ path, contents }) => [`generated/${path}`, contents]));
}

/** The files of a chart, moved into the `charts/` of the parent at `parent`. */
export function asSubchart(
  generated: ReadonlyMap<string, string>,
  service: string,
  parent: string,
): readonly (readonly [string, string])[] {
  const from = `generated/${service}/chart/`;
  return [...generated].flatMap(([path, text]) =>
    path.startsWith(from) ? [[`${parent}/charts/${service}-config/${path.slice(from.length)}`, text] as const] : [],
  );
}
