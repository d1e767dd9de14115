// The team's own manifests that `workloads` of the settings names: read like every other file, through the host and
// with its limits. What they refer to is judged by the emitter that knows the objects.
import type { Diagnostic } from "@veltrix/diagnostics";
import { report } from "@veltrix/diagnostics";
import type { JsonValue } from "@veltrix/protocol";
import type { ReadHost } from "../host/host.ts";
import type { Settings, Workloads } from "../model.ts";
import { decodeText } from "./decode.ts";
import { type Document, Problems } from "./document.ts";
import { findFiles, type Matches } from "./glob.ts";
import { MAX_FILE_BYTES, MAX_MANIFESTS } from "./limits.ts";
import { parseManifests } from "./yaml.ts";

/** What reading manifests came to. */
export interface WorkloadSources {
  readonly value: Workloads;
  readonly documents: readonly Document[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads every file that the settings name. */
export function readWorkloads(host: ReadHost, { workloads, outputs }: Settings): WorkloadSources {
  const skipped = new Set([outputs.folder, "schemas"]);
  const matches = workloads.files.map((pattern) => findFiles(host, pattern, skipped));
  const paths = [...new Set(matches.flatMap(({ files }) => files))].sort((a, b) => (a < b ? -1 : 1));
  const unreadable = reportUnreadable(matches);
  const unmatched = matches.flatMap(({ files }, index) => (files.length === 0 ? [index] : []));
  if (paths.length > MAX_MANIFESTS) {
    const place = { at: { file: "schemas/veltrix.yaml", pointer: "/workloads", on: "key" as const } };
    const params = { what: `the number of manifests (${paths.length})`, limit: MAX_MANIFESTS };
    return { value: { unmatched, files: [] }, documents: [], diagnostics: [...unreadable, report("VX1006", params, place)] };
  }
  const read = paths.map((path) => readFile(host, path));
  return {
    value: { unmatched, files: read.map(({ document, documents }) => ({ file: document.file, documents })) },
    documents: read.map(({ document }) => document),
    diagnostics: [...unreadable, ...read.flatMap(({ diagnostics }) => diagnostics)],
  };
}

/** Each folder once. What no pattern names is only told: whoever keeps a link in the workspace need not keep manifests there. */
function reportUnreadable(matches: readonly Matches[]): readonly Diagnostic[] {
  const all = matches.flatMap(({ unreadable }) => unreadable);
  const named = new Set(all.filter(({ isNamed }) => isNamed).map(({ path }) => path));
  return [...new Map(all.map((folder) => [folder.path, folder])).values()].map(({ path, reason }) =>
    report("VX1015", { detail: reason }, { at: { file: path }, severity: named.has(path) ? "error" : "warning" }),
  );
}

function readFile(host: ReadHost, file: string): Manifests & { readonly document: Document } {
  const result = host.readFile(file, MAX_FILE_BYTES);
  if (result.kind === "bytes") return parseManifestFile(file, result.bytes);
  const detail = result.kind === "refused" ? result.reason : "it is gone";
  const document = { file, text: "", value: undefined };
  return { document, documents: [], diagnostics: [report("VX1007", { detail }, { at: { file } })] };
}

/** The documents of a stream, or what is wrong with it. */
export interface Manifests {
  /** In the order of the stream; null where one is empty. */
  readonly documents: readonly JsonValue[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a stream of manifests: any YAML that means one thing to every reader. `file` is what problems call it. */
export function parseManifestFile(file: string, bytes: Uint8Array): Manifests & { readonly document: Document } {
  const problems = new Problems(file);
  const text = decodeText(bytes, problems) ?? "";
  const values = problems.diagnostics.length > 0 ? undefined : parseManifests(text, problems);
  const isNoYaml = problems.diagnostics.some(({ code }) => FAULTS_OF_TEMPLATES.has(code));
  const template = isNoYaml ? text.search(TEMPLATE) : -1;
  const diagnostics =
    template === -1 ? problems.diagnostics : [report("VX3016", {}, { at: { file, offset: text.indexOf("{{", template) } })];
  // Without problems no tag is among the values, so they are JSON.
  const documents = diagnostics.length > 0 ? [] : ((values ?? []) as readonly JsonValue[]);
  return { document: { file, text, value: undefined }, documents, diagnostics };
}

/** What the braces of a template are to YAML: a broken mapping, a key twice, a mapping as a key. Other problems are the file's own. */
const FAULTS_OF_TEMPLATES: ReadonlySet<string> = new Set(["VX1001", "VX1003", "VX1005"]);
/** A template's braces outside of a comment. A file that is plain YAML all the same may hold them in a text. */
const TEMPLATE = /^[^#\n]*\{\{/m;
