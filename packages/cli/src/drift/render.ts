// Findings as a person reads them: one block a key.
import type { Acknowledgement, ClusterFinding, DriftEvent } from "@veltrix/cluster";
import { visible } from "@veltrix/diagnostics";
import type { DriftFinding, DriftReport, DriftSide } from "@veltrix/protocol";

/** The text of a report, with a final newline. */
export function renderFindings(
  { service, environment, findings }: DriftReport,
  { comparedWithSchemas }: { readonly comparedWithSchemas: boolean },
): string {
  const scope = comparedWithSchemas ? "with itself and with schemas/" : "with itself; no workspace to compare it with";
  if (findings.length === 0) return `${service} in ${environment}: in sync (${scope})\n`;
  const keys = `${findings.length} ${findings.length === 1 ? "key differs" : "keys differ"}`;
  return `${findings.map((finding) => renderFinding(finding)).join("\n")}\n${service} in ${environment}: ${keys}\n`;
}

/** A finding of the cluster, with the acknowledgement that is over, where there was one. */
export interface Judged {
  readonly finding: ClusterFinding;
  readonly expired?: Acknowledgement;
}

/** What was found in a cluster. */
export interface ClusterReport {
  readonly environment: string;
  readonly cluster: string;
  readonly services: number;
  readonly findings: readonly Judged[];
  readonly acknowledged: number;
}

/** The text of a look at a cluster, with a final newline. */
export function renderClusterReport({ environment, cluster, services, findings, acknowledged }: ClusterReport): string {
  const silenced = acknowledged === 0 ? "" : `, ${acknowledged} acknowledged`;
  const scope = `${environment} on ${visible(cluster)}, ${services} ${services === 1 ? "service" : "services"}`;
  if (findings.length === 0) return `${scope}: in sync${silenced}\n`;
  const differences = `${findings.length} ${findings.length === 1 ? "difference" : "differences"}`;
  return `${findings.map(renderClusterFinding).join("\n")}\n${scope}: ${differences}${silenced}\n`;
}

/** One finding of a cluster. */
export function renderClusterFinding({ finding, expired }: Judged): string {
  const { object, field, by, note, actual } = finding;
  const place = field === undefined ? "" : ` ${field}`;
  const since = by?.time === undefined ? "" : ` at ${by.time}`;
  return renderFinding(finding, [
    `object    ${object.kind} ${object.namespace}/${object.name}${place}`,
    ...(by === undefined ? [] : [`by        ${by.manager}${since}`]),
    ...(note === undefined ? [] : [`note      ${note}`]),
    ...(actual.value === undefined || actual.hash === undefined ? [] : [`hash      ${actual.hash}`]),
    ...(expired === undefined
      ? []
      : [`was acknowledged until ${new Date(expired.until - 1).toISOString().slice(0, 10)}: ${expired.reason}`]),
  ]);
}

/** One event of a watch. */
export function renderEvent({ type, at, finding }: DriftEvent): string {
  return type === "opened" ? `${at} ${renderClusterFinding({ finding })}` : `${at} over: ${visible(headline(finding))}\n`;
}

function renderFinding(finding: DriftFinding, more: readonly string[] = []): string {
  const lines = [
    headline(finding),
    ...[`expected  ${showSide(finding.expected)}`, `actual    ${showSide(finding.actual)}`, ...more].map(indent),
  ];
  return `${lines.map(visible).join("\n")}\n`;
}

function headline(finding: DriftFinding): string {
  const { service, environment, hop, kind, pointer } = finding;
  return `drift[${hop}] ${service} in ${environment}: ${pointer === "" ? whole(finding) : pointer} is ${kind}`;
}

/** What is at fault when it is no key. */
function whole(finding: DriftFinding & Partial<ClusterFinding>): string {
  if (finding.field !== undefined) return finding.field;
  return finding.object === undefined ? "the whole" : `${finding.object.kind} ${finding.object.name}`;
}

function indent(line: string): string {
  return `  ${line}`;
}

function showSide({ value, hash }: DriftSide): string {
  if (value !== undefined) return JSON.stringify(value);
  return hash ?? "no such key";
}
