// What a comparison with a cluster starts from: what the schemas give, and what somebody has acknowledged.
import { type Acknowledgement, declaredIn, readAcknowledged, remedyFor } from "@veltrix/analysis/drift";
import { type Cluster, type ClusterError, openCluster } from "@veltrix/cluster";
import { ACKNOWLEDGED_FILE, DiskHost, MAX_FILE_BYTES, type Model } from "@veltrix/compiler";
import { type Diagnostic, type Location, report } from "@veltrix/diagnostics";
import { expectedServices } from "@veltrix/kubernetes";
import type { DriftFinding, Remedy } from "@veltrix/protocol";
import type { ExpectedService } from "@veltrix/protocol/kubernetes";
import { EXIT_BUG, type Outcome } from "../command.ts";
import { compileWorkspace, type CompileOutcome } from "../compiled.ts";
import { connectionOf } from "../connection.ts";
import { problemsOf, selectDelivered, selectService } from "../select.ts";
import type { WorkspaceContext } from "../workspace.ts";
import type { ClusterArgs } from "./cluster-parameters.ts";

/** What a comparison starts from, or why there is none. */
export type Prepared =
  | {
      readonly kind: "prepared";
      readonly services: readonly ExpectedService[];
      readonly acknowledged: readonly Acknowledgement[];
      readonly outcome: CompileOutcome;
      /** Where the schemas declare what a finding is about. */
      readonly placeOf: (finding: DriftFinding) => Location;
      readonly remedy: Remedy;
    }
  | { readonly kind: "refused"; readonly outcome: Outcome };

/** Compiles the workspace and reads the acknowledgements. */
export async function prepare({ env, service }: ClusterArgs, { root }: WorkspaceContext): Promise<Prepared> {
  const compiled = await compileWorkspace(root);
  if (compiled.kind === "refused") return compiled;
  const { model, outcome } = compiled;
  const acknowledged = readAcknowledgements(root, model);
  const problems = [...problemsOf(selectDelivered(model, env), selectService(model, service)), ...acknowledged.diagnostics];
  const diagnostics = [...outcome.diagnostics, ...problems];
  if (problems.length > 0) return { kind: "refused", outcome: { ...outcome, diagnostics } };
  return {
    kind: "prepared",
    services: expectedServices(model, env, service),
    acknowledged: acknowledged.list,
    outcome: { ...outcome, diagnostics },
    placeOf: (finding) => declaredIn(model, finding),
    remedy: remedyFor(model, env),
  };
}

/** `schemas/acknowledged.yaml`, where there is one: read as every file of the workspace is. */
function readAcknowledgements(root: string, { services, settings }: Model): ReturnType<typeof readAcknowledged> {
  const read = new DiskHost(root).readFile(ACKNOWLEDGED_FILE, MAX_FILE_BYTES);
  const refuse = (diagnostic: Diagnostic): ReturnType<typeof readAcknowledged> => ({ list: [], diagnostics: [diagnostic] });
  switch (read.kind) {
    case "missing":
      return { list: [], diagnostics: [] };
    case "refused":
      return refuse(report("VX1007", { detail: read.reason }, { at: { file: ACKNOWLEDGED_FILE } }));
    case "bytes": {
      const known = { services: services.map(({ id }) => id), environments: settings.environments.map(({ name }) => name) };
      return readAcknowledged(new TextDecoder().decode(read.bytes), known);
    }
  }
}

/** Opens the cluster that `args` and the environment name. @throws ClusterError. */
export function openNamed(args: ClusterArgs, { io }: WorkspaceContext): Promise<Cluster> {
  return openCluster(connectionOf(args, io));
}

/** VX7019 or VX7020, with exit code 2: nothing can be said about drift. */
export function refuseCluster({ kind, status, message }: ClusterError, findings: CompileOutcome): Outcome {
  const place = { at: { file: "cluster" } };
  const diagnostic =
    kind === "no-config"
      ? report("VX7019", { detail: message }, place)
      : report("VX7020", { detail: message, isForbidden: status === 403, isUnknownUser: status === 401 }, place);
  return { ...findings, diagnostics: [...findings.diagnostics, diagnostic], exitCode: EXIT_BUG };
}
