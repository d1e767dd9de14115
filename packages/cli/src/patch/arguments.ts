// What the command line of `veltrix patch` names: services, environments, workloads, and the stream of manifests.
import { resolve } from "node:path";
import { type FileRead, MAX_STREAM_BYTES, type Model, parseManifestFile } from "@veltrix/compiler";
import { type Diagnostic, report } from "@veltrix/diagnostics";
import type { PatchRequest } from "@veltrix/kubernetes/patch";
import { isWorkloadKind } from "@veltrix/protocol/kubernetes";
import { readNamedFile } from "../disk.ts";
import type { Io } from "../io.ts";
import { problemsOf, selectDelivered, type Selection, selectService } from "../select.ts";
import { usageProblem } from "../usage.ts";

/** The arguments that name something. */
export interface Named {
  readonly env: string;
  readonly service?: string;
  readonly workload?: string;
}

/** What is to be patched, or why that cannot be. */
export function findTarget(model: Model, { env, service: id, workload: text }: Named): Selection<Omit<PatchRequest, "model" | "file">> {
  const environment = selectDelivered(model, env);
  const service = selectService(model, id);
  const workload = text === undefined ? undefined : parseWorkload(text);
  const diagnostics = [...problemsOf(environment, service)];
  if (text !== undefined && workload === undefined)
    diagnostics.push(usageProblem(`\`${text}\` is not a workload: write Deployment/<name>, or another kind that has a pod template`));
  if (text !== undefined && id === undefined) diagnostics.push(usageProblem("--workload applies to one service: name it with --service"));
  if (diagnostics.length > 0 || environment.kind === "unknown" || service.kind === "unknown") return { kind: "unknown", diagnostics };
  return { kind: "found", found: { environment: env, service: service.found, ...(workload === undefined ? {} : { workload }) } };
}

type StreamText =
  | { readonly kind: "read"; readonly file: string; readonly text: string }
  | { readonly kind: "refused"; readonly diagnostic: Diagnostic };

/** The manifests of `file`, or of stdin. */
export async function readStream(file: string | undefined, io: Io): Promise<StreamText> {
  const name = file ?? "stdin";
  const refuse = (detail: string): StreamText => ({
    kind: "refused",
    diagnostic: report("VX7011", { file: name, detail }, { at: { file: name } }),
  });
  const read = file === undefined ? await readStdin(io) : readNamedFile(resolve(io.cwd, file), MAX_STREAM_BYTES);
  if (read.kind !== "bytes") return refuse(`cannot be read: ${read.kind === "missing" ? "it is not there" : read.reason}`);
  const { document, diagnostics } = parseManifestFile(name, read.bytes);
  const [first] = diagnostics;
  return first?.code === "VX1004" ? { kind: "refused", diagnostic: first } : { kind: "read", file: name, text: document.text };
}

async function readStdin(io: Io): Promise<FileRead> {
  const bytes = (await io.stdin?.()) ?? new Uint8Array();
  if (bytes.length <= MAX_STREAM_BYTES) return { kind: "bytes", bytes };
  return { kind: "refused", reason: `it has ${bytes.length} bytes; the limit is ${MAX_STREAM_BYTES}` };
}

/** `Deployment/gateway`; undefined for anything else. */
function parseWorkload(text: string): { readonly kind: string; readonly name: string } | undefined {
  const [kind = "", name = "", ...rest] = text.split("/");
  return rest.length === 0 && name !== "" && isWorkloadKind(kind) ? { kind, name } : undefined;
}
