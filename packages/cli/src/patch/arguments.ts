// What the command line of `veltrix patch` names: services, environments, workloads, and the stream of manifests.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { MAX_STREAM_BYTES, type Model, parseManifestFile, SETTINGS_FILE } from "@veltrix/compiler";
import { type Diagnostic, report } from "@veltrix/diagnostics";
import type { PatchRequest } from "@veltrix/kubernetes/patch";
import { isWorkloadKind } from "@veltrix/protocol/kubernetes";
import type { Io } from "../io.ts";
import { type Selection, unknownName } from "../select.ts";
import { usageProblem } from "../usage.ts";

/** The arguments that name something. */
export interface Named {
  readonly env: string;
  readonly service?: string;
  readonly workload?: string;
}

/** What is to be patched, or why that cannot be. */
export function findTarget(model: Model, { env, service: id, workload: text }: Named): Selection<Omit<PatchRequest, "model" | "file">> {
  const { environments } = model.settings;
  const environment = environments.find(({ name }) => name === env);
  const service = model.services.find((candidate) => candidate.id === id);
  const workload = text === undefined ? undefined : parseWorkload(text);
  const diagnostics: Diagnostic[] = [];
  if (environment === undefined)
    diagnostics.push(
      unknownName(
        "environment",
        env,
        environments.map(({ name }) => name),
      ),
    );
  else if (environment.namespace === undefined) {
    const at = { file: SETTINGS_FILE, pointer: `/environments/${env}`, on: "key" as const };
    diagnostics.push(report("VX7009", { environment: env }, { at }));
  }
  if (id !== undefined && service === undefined)
    diagnostics.push(
      unknownName(
        "service",
        id,
        model.services.map((known) => known.id),
      ),
    );
  if (text !== undefined && workload === undefined)
    diagnostics.push(usageProblem(`\`${text}\` is not a workload: write Deployment/<name>, or another kind that has a pod template`));
  if (text !== undefined && id === undefined)
    diagnostics.push(usageProblem("--workload is the workload of one service: name it with --service"));
  if (diagnostics.length > 0) return { kind: "unknown", diagnostics };
  return { kind: "found", found: { environment: env, service, ...(workload === undefined ? {} : { workload }) } };
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
  let bytes: Uint8Array;
  try {
    bytes = file === undefined ? ((await io.stdin?.()) ?? new Uint8Array()) : readFileSync(resolve(io.cwd, file));
  } catch (error) {
    if (error instanceof Error && "code" in error) return refuse(`cannot be read: ${String(error.code)}`);
    throw error;
  }
  if (bytes.length > MAX_STREAM_BYTES) return refuse(`has ${bytes.length} bytes, and ${MAX_STREAM_BYTES} is the limit`);
  const { document, diagnostics } = parseManifestFile(name, bytes);
  const [first] = diagnostics;
  return first?.code === "VX1004" ? { kind: "refused", diagnostic: first } : { kind: "read", file: name, text: document.text };
}

/** `Deployment/gateway`; undefined for anything else. */
function parseWorkload(text: string): { readonly kind: string; readonly name: string } | undefined {
  const [kind = "", name = "", ...rest] = text.split("/");
  return rest.length === 0 && name !== "" && isWorkloadKind(kind) ? { kind, name } : undefined;
}
