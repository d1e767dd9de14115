// A stream of manifests with our parts merged into the workloads of our services: what the Component does, on plain text.
import { type Model, parseManifestFile, type ResolvedConfig, type Service } from "@veltrix/compiler";
import type { Diagnostic } from "@veltrix/diagnostics";
import { report } from "@veltrix/diagnostics";
import { canonicalize, type JsonObject, type JsonValue } from "@veltrix/protocol";
import { isMap, type Node, parseAllDocuments, type YAMLMap } from "yaml";
import { serviceObjects } from "../objects/service-objects.ts";
import { outputsOf } from "../options.ts";
import { podNamesOf, podPartsFor } from "../pod/pod-parts.ts";
import { renderPatch } from "../render/kustomize.ts";
import type { YamlMap } from "../render/yaml.ts";
import { findObstacles, findWorkload, type Stream, type Wanted } from "./find.ts";
import { mergeValue } from "./merge.ts";
import { applyEdits, type Edit, editsFor, type Repeated } from "./splice.ts";

/** What to patch. */
export interface PatchRequest {
  readonly model: Model;
  readonly environment: string;
  /** Only this service, which must then be found. Undefined: every service whose workload is in the stream. */
  readonly service: Service | undefined;
  /** Instead of the one that the contract names. */
  readonly workload?: { readonly kind: string; readonly name: string };
  /** What diagnostics call the stream. */
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
  const absent: Diagnostic[] = [];
  const workloads: PatchedWorkload[] = [];
  let patched = text;
  // One round patches every workload; a second one is needed where two services share one.
  for (let waiting = targetsOf(request); waiting.length > 0;) {
    const round = new Round(patched, request);
    for (const target of waiting) round.take(target);
    if (round.diagnostics.length > 0) return { kind: "refused", diagnostics: round.diagnostics };
    const finished = round.finish();
    if (finished === undefined) return { kind: "refused", diagnostics: round.diagnostics };
    patched = finished;
    absent.push(...round.absent);
    workloads.push(...round.workloads);
    waiting = round.deferred;
  }
  if (workloads.length === 0) return { kind: "refused", diagnostics: [nothingFound(request, absent)] };
  return { kind: "patched", text: patched, workloads };
}

/** One reading of the stream, and the edits of all workloads that are patched in it. */
class Round {
  readonly diagnostics: Diagnostic[] = [];
  /** Workloads that are not in the stream, where none has to be. */
  readonly absent: Diagnostic[] = [];
  readonly workloads: PatchedWorkload[] = [];
  /** Targets whose workload another one has patched in this round. */
  readonly deferred: Target[] = [];
  readonly #text: string;
  readonly #request: PatchRequest;
  readonly #stream: Stream;
  readonly #nodes: readonly (Node | null)[];
  readonly #edits: Edit[] = [];
  readonly #touched: Set<string> = new Set();
  /** What the edits met that stands for several places. */
  readonly #repeated: Repeated[] = [];
  /** What the patched text has to mean, document by document. */
  readonly #expected: JsonValue[];

  constructor(text: string, request: PatchRequest) {
    this.#text = text;
    this.#request = request;
    const { documents, diagnostics } = parseManifestFile(request.file, encoder.encode(text));
    this.diagnostics.push(...diagnostics, ...findLoneReturn(request.file, text));
    this.#stream = { file: request.file, documents };
    this.#expected = [...documents];
    this.#nodes = this.diagnostics.length > 0 ? [] : [...parseAllDocuments(text, parsing)].map(({ contents }) => contents);
  }

  take(target: Target): void {
    if (this.#nodes.length === 0 && this.diagnostics.length > 0) return;
    const search = findWorkload(this.#stream, target.wanted);
    if (search.kind === "refused") {
      (search.isAbsent && this.#request.service === undefined ? this.absent : this.diagnostics).push(...search.diagnostics);
      return;
    }
    const { document, manifest } = search.found;
    const place = `${document} ${manifest.pointer}`;
    if (this.#touched.has(place)) {
      this.deferred.push(target);
      return;
    }
    const patch = patchFor(target, this.#request.model);
    const obstacles = findObstacles(this.#stream, search.found, target.wanted, templateOf(patch));
    this.diagnostics.push(...obstacles);
    if (obstacles.length > 0) return;
    this.#touched.add(place);
    const map = mapAt(this.#nodes[document] ?? null, manifest.pointer);
    if (map === undefined) {
      this.diagnostics.push(this.#refuse({ feature: "an alias in the place of an object", offset: 0 }));
      return;
    }
    const { edits, repeated } = editsFor(this.#text, map, patch);
    this.#edits.push(...edits);
    this.#repeated.push(...repeated);
    this.#expected[document] = replaced(this.#expected[document] ?? null, manifest.pointer, patch);
    this.workloads.push({ service: target.service.id, ...target.wanted.workload });
  }

  /**
   * The text is a product of offsets: it counts only if it means what the merge of the values means. Undefined where it does
   * not because a text stands for several places, and `diagnostics` says so.
   */
  finish(): string | undefined {
    const patched = applyEdits(this.#text, this.#edits);
    const { documents, diagnostics } = parseManifestFile(this.#request.file, encoder.encode(patched));
    if (diagnostics.length === 0 && canonicalize(documents) === canonicalize(this.#expected)) return patched;
    const [repeated] = this.#repeated;
    if (repeated === undefined)
      throw new Error(`the patch of ${this.workloads.map(({ kind, name }) => `${kind} ${name}`).join(", ")} came out wrong`);
    this.diagnostics.push(this.#refuse(repeated));
    return undefined;
  }

  #refuse({ feature, offset }: Repeated): Diagnostic {
    return report("VX1005", { feature, isManifest: true }, { at: { file: this.#request.file, offset } });
  }
}

/** A line break of its own to YAML and to nobody else: what is spliced in would not stand where it seems to. */
function findLoneReturn(file: string, text: string): readonly Diagnostic[] {
  const offset = text.search(/\r(?!\n)/);
  if (offset === -1) return [];
  return [report("VX1005", { feature: "a carriage return without a line feed", isManifest: true }, { at: { file, offset } })];
}

const parsing = { version: "1.2", schema: "core", merge: false, logLevel: "silent" } as const;

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

function patchFor({ service, config, wanted }: Target, model: Model): YamlMap {
  const objects = serviceObjects(service, config, outputsOf(model));
  if (objects === undefined) throw new Error(`${config.environment.name} has no namespace, and its manifests were asked for`);
  return renderPatch(wanted.workload, service.id, podPartsFor(config, objects, podNamesOf(model, service)));
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

/** The object at `pointer`: the document itself, or an item of a list. Undefined where an alias stands for it. */
function mapAt(contents: Node | null, pointer: string): YAMLMap | undefined {
  const [, , index] = pointer.split("/");
  const node = index === undefined ? contents : isMap(contents) ? contents.getIn(["items", Number(index)], true) : undefined;
  return isMap(node) ? node : undefined;
}

/** `value` with the patch merged into the object at `pointer`: itself, or an item of a list. */
function replaced(value: JsonValue, pointer: string, patch: YamlMap): JsonValue {
  const [, , index] = pointer.split("/");
  if (index === undefined) return mergeValue(value, patch);
  // `manifestsOf` found the item, so this is a list of objects.
  const list = value as { readonly items: readonly JsonValue[] };
  return { ...list, items: list.items.map((item, at) => (at === Number(index) ? mergeValue(item, patch) : item)) };
}
