// A stream of manifests with our parts merged into the workloads of our services: what the Component does, on plain text.
import { type Model, parseManifestFile, type ResolvedConfig, type Service } from "@veltrix/compiler";
import type { Diagnostic } from "@veltrix/diagnostics";
import { report } from "@veltrix/diagnostics";
import { podPartsFor, renderPatch, serviceObjects, workloadKinds, type YamlMap } from "@veltrix/emit-kubernetes";
import { canonicalize, type JsonObject, type JsonValue } from "@veltrix/protocol";
import { isMap, parseAllDocuments, type YAMLMap } from "yaml";
import { findObstacles, findWorkload, type FoundWorkload, type Stream, type Wanted } from "./find.ts";
import { mergeValue } from "./merge.ts";
import { applyEdits, editsFor } from "./splice.ts";

/** What to patch. */
export interface PatchRequest {
  readonly model: Model;
  readonly environment: string;
  /** Only this service, which must then be found. Undefined: every service whose workload is in the stream. */
  readonly service: Service | undefined;
  /** Instead of the one that the contract names. */
  readonly workload?: { readonly kind: string; readonly name: string };
  /** What problems call the stream. */
  readonly file: string;
}

/** The patched stream, or everything that is wrong with it. */
export type Patched =
  | { readonly kind: "patched"; readonly text: string; readonly workloads: readonly PatchedWorkload[] }
  | { readonly kind: "refused"; readonly diagnostics: readonly Diagnostic[] };

export interface PatchedWorkload {
  readonly service: string;
  readonly kind: string;
  readonly name: string;
}

interface Target {
  readonly wanted: Wanted;
  readonly config: ResolvedConfig;
  readonly service: Service;
}

const encoder = new TextEncoder();

/** Merges our parts into the stream. Nothing is patched when anything is wrong. */
export function patchStream(text: string, request: PatchRequest): Patched {
  const targets = targetsOf(request);
  const diagnostics: Diagnostic[] = [];
  const absent: Diagnostic[] = [];
  const workloads: PatchedWorkload[] = [];
  let patched = text;
  for (const target of targets) {
    // Read anew each time: two services may share a workload.
    const read = parseManifestFile(request.file, encoder.encode(patched));
    if (read.diagnostics.length > 0) return { kind: "refused", diagnostics: read.diagnostics };
    const stream = { file: request.file, documents: read.documents };
    const search = findWorkload(stream, target.wanted);
    if (search.kind === "refused") {
      (search.isAbsent && request.service === undefined ? absent : diagnostics).push(...search.diagnostics);
      continue;
    }
    const patch = patchFor(target, request.model);
    const obstacles = findObstacles(stream, search.found, target.wanted, templateOf(patch));
    diagnostics.push(...obstacles);
    if (obstacles.length > 0) continue;
    patched = merge(patched, stream, search.found, patch);
    workloads.push({ service: target.service.id, ...target.wanted.workload });
  }
  if (diagnostics.length > 0) return { kind: "refused", diagnostics };
  if (workloads.length === 0) return { kind: "refused", diagnostics: [nothingFound(request, absent)] };
  return { kind: "patched", text: patched, workloads };
}

function targetsOf({ model, environment, service, workload }: PatchRequest): readonly Target[] {
  return model.services
    .filter((candidate) => service === undefined || candidate.id === service.id)
    .flatMap((candidate) => {
      const config = candidate.configs.find((each) => each.environment.name === environment);
      const named = workload ?? candidate.contract.workload;
      if (config === undefined || named === undefined) return [];
      return [{ service: candidate, config, wanted: { service: candidate.id, workload: named, environment: config.environment } }];
    });
}

function nothingFound({ file, environment, service }: PatchRequest, absent: readonly Diagnostic[]): Diagnostic {
  const [first] = absent;
  if (first !== undefined && absent.length === 1) return first;
  const detail =
    service === undefined ? "no workload that a contract names is among the manifests" : `the contract of ${service.id} names no workload`;
  const fix =
    service === undefined
      ? "name a service with --service, and its workload with --workload <Kind>/<name>"
      : "write x-veltrix.workload into the contract, or name it with --workload <Kind>/<name>";
  return report("VX7014", { detail, fix, suggestions: [] }, { at: { file }, environments: [environment] });
}

function patchFor({ service, config, wanted }: Target, { settings }: Model): YamlMap {
  const objects = serviceObjects(service, config, settings.outputs);
  if (objects === undefined) throw new Error(`${config.environment.name} has no namespace, and its manifests were asked for`);
  return renderPatch(wanted.workload, service.id, podPartsFor(config, objects));
}

/** The pod template inside a patch of any kind. */
function templateOf(patch: YamlMap): JsonObject {
  const value = plain(patch) as JsonObject;
  const spec = value["spec"] as JsonObject;
  const job = spec["jobTemplate"] as { readonly spec: JsonObject } | undefined;
  return ((job?.spec ?? spec) as { readonly template: JsonObject }).template;
}

/** As JSON, without what is undefined. */
function plain(patch: YamlMap): JsonValue {
  return JSON.parse(JSON.stringify(patch)) as JsonValue;
}

function merge(text: string, stream: Stream, { manifest, document }: FoundWorkload, patch: YamlMap): string {
  const node = nodeAt(text, document, manifest.pointer);
  const patched = applyEdits(text, editsFor(text, node, patch));
  // The text is a product of offsets: it counts only if it means what the merge of the values means.
  const read = parseManifestFile(stream.file, encoder.encode(patched));
  const expected = stream.documents.map((value, index) => (index === document ? replaced(value, manifest.pointer, patch) : value));
  if (read.diagnostics.length > 0 || canonicalize(read.documents) !== canonicalize(expected))
    throw new Error(`the patch of ${manifest.kind} ${manifest.name} came out wrong`);
  return patched;
}

function nodeAt(text: string, document: number, pointer: string): YAMLMap {
  const contents = [...parseAllDocuments(text, { version: "1.2", schema: "core", merge: false, logLevel: "silent" })][document]?.contents;
  const [, , index] = pointer.split("/");
  const node = index === undefined ? contents : isMap(contents) ? contents.getIn(["items", Number(index)], true) : undefined;
  if (!isMap(node)) throw new Error(`there is no object at ${pointer} of document ${document}`);
  return node;
}

/** `value` with the patch merged into the object at `pointer`: itself, or an item of a list. */
function replaced(value: JsonValue, pointer: string, patch: YamlMap): JsonValue {
  const [, , index] = pointer.split("/");
  if (index === undefined) return mergeValue(value, patch);
  // `manifestsOf` found the item, so this is a list of objects.
  const list = value as { readonly items: readonly JsonValue[] };
  return { ...list, items: list.items.map((item, at) => (at === Number(index) ? mergeValue(item, patch) : item)) };
}

/** `Deployment/gateway`; undefined for anything else. */
export function parseWorkload(text: string): { readonly kind: string; readonly name: string } | undefined {
  const [kind = "", name = "", ...rest] = text.split("/");
  return rest.length === 0 && name !== "" && Object.hasOwn(workloadKinds, kind) ? { kind, name } : undefined;
}
