// veltrix drift against a cluster: what schemas/ give, what is there, and what somebody has acknowledged.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Acknowledgement, declaredIn, judgeFindings, nextSteps, readAcknowledged, remedyFor } from "@veltrix/analysis/drift";
import { type Cluster, ClusterError, findDrift, openCluster } from "@veltrix/cluster";
import { ACKNOWLEDGED_FILE, SETTINGS_FILE } from "@veltrix/compiler";
import { type Diagnostic, type Location, report } from "@veltrix/diagnostics";
import { expectedServices } from "@veltrix/kubernetes";
import type { DriftFinding, Remedy } from "@veltrix/protocol";
import type { ClusterFinding, ExpectedService } from "@veltrix/protocol/kubernetes";
import { EXIT_BUG, type Outcome } from "../command.ts";
import { compileWorkspace, type Findings } from "../compiled.ts";
import { connectionOf } from "../connection.ts";
import { renderClusterReport } from "../render/drift.ts";
import { unknownName } from "../select.ts";
import type { WorkspaceContext } from "../workspace.ts";
import { driftDiagnostics } from "./diagnostics.ts";

/** Which cluster, and what of it. */
export interface ClusterArgs {
  readonly env: string;
  readonly service?: string | undefined;
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/** What a comparison starts from. */
export interface Prepared {
  readonly services: readonly ExpectedService[];
  readonly acknowledged: readonly Acknowledgement[];
  readonly outcome: Findings;
  /** Where the schemas declare what a finding is about. */
  readonly placeOf: (finding: DriftFinding) => Location;
  readonly remedy: Remedy;
}

/** Compiles the workspace and reads the acknowledgements; the outcome where that cannot be. */
export async function prepare({ env, service }: ClusterArgs, { root }: WorkspaceContext): Promise<Prepared | Outcome> {
  const compiled = await compileWorkspace(root);
  if (compiled.kind === "refused") return compiled.outcome;
  const { model, outcome } = compiled;
  const ids = model.services.map(({ id }) => id);
  const environments = model.settings.environments;
  const problems: Diagnostic[] = [];
  const environment = environments.find(({ name }) => name === env);
  if (environment === undefined)
    problems.push(
      unknownName(
        "environment",
        env,
        environments.map(({ name }) => name),
      ),
    );
  else if (environment.namespace === undefined)
    problems.push(report("VX7009", { environment: env }, { at: { file: SETTINGS_FILE, pointer: `/environments/${env}`, on: "key" } }));
  if (service !== undefined && !ids.includes(service)) problems.push(unknownName("service", service, ids));
  const text = textOf(join(root, ACKNOWLEDGED_FILE));
  const known = { services: ids, environments: environments.map(({ name }) => name) };
  const acknowledged = text === undefined ? { list: [], diagnostics: [] } : readAcknowledged(text, known);
  const diagnostics = [...outcome.diagnostics, ...problems, ...acknowledged.diagnostics];
  const readText = (file: string): string | undefined => (file === ACKNOWLEDGED_FILE ? text : outcome.readText(file));
  if (problems.length + acknowledged.diagnostics.length > 0) return { diagnostics, readText };
  const placeOf = (finding: DriftFinding): Location => declaredIn(model, finding);
  const services = expectedServices(model, env, service);
  return {
    services,
    acknowledged: acknowledged.list,
    outcome: { diagnostics, readText },
    placeOf,
    remedy: remedyFor(model, env),
  };
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Opens the cluster that `args` and the environment name. @throws ClusterError. */
export function openNamed(args: ClusterArgs, { io }: WorkspaceContext): Promise<Cluster> {
  return openCluster(connectionOf(args, io));
}

/** VX7019 or VX7020, with exit code 2: nothing can be said about drift. */
export function refuseCluster(error: unknown, findings: Findings): Outcome {
  if (!(error instanceof ClusterError)) throw error;
  const place = { at: { file: "cluster" } };
  const diagnostic =
    error.kind === "no-config"
      ? report("VX7019", { detail: error.message }, place)
      : report("VX7020", { detail: error.message, isForbidden: error.status === 403, isUnknownUser: error.status === 401 }, place);
  return { ...findings, diagnostics: [...findings.diagnostics, diagnostic], exitCode: EXIT_BUG };
}

/** One look. */
export async function lookAtCluster(args: ClusterArgs, context: WorkspaceContext): Promise<Outcome> {
  const prepared = await prepare(args, context);
  if (!("services" in prepared)) return prepared;
  const { services, acknowledged, outcome, placeOf, remedy } = prepared;
  let cluster: Cluster;
  let findings: readonly ClusterFinding[];
  try {
    cluster = await openNamed(args, context);
    findings = await findDrift(cluster, services);
  } catch (error) {
    return refuseCluster(error, outcome);
  }
  const verdict = judgeFindings(findings, acknowledged, { now: Date.now(), environment: args.env, service: args.service });
  const { told, silenced, expired, unused } = verdict;
  const summary = {
    environment: args.env,
    cluster: cluster.name,
    services: services.length,
    findings: told.length,
    acknowledged: silenced,
    expired,
    unused,
  };
  const listed = told.map(({ finding, expired: ended }) => (ended === undefined ? finding : { ...finding, expired: ended }));
  return {
    ...outcome,
    diagnostics: [...outcome.diagnostics, ...driftDiagnostics(told, context.format, placeOf)],
    summary,
    data: { drift: { environment: args.env, cluster: cluster.name, findings: listed } },
    text: renderClusterReport({
      environment: args.env,
      cluster: cluster.name,
      services: services.length,
      verdict,
      steps: nextSteps(
        told.map(({ finding }) => finding),
        remedy,
      ),
    }),
    exitCode: told.length === 0 ? 0 : 1,
  };
}
