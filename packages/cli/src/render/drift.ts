// CompileOutcome as a person reads them: one block a key.
import type { ExpiredAcknowledgement, JudgedFinding, NextStep, Verdict } from "@veltrix/analysis/drift";
import type { DriftEvent } from "@veltrix/cluster";
import { visible } from "@veltrix/diagnostics";
import { type DriftFinding, type DriftReport, type DriftSide, hops } from "@veltrix/protocol";
import type { ClusterFinding } from "@veltrix/protocol/kubernetes";

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

const HOP_WIDTH = Math.max(...Object.keys(hops).map(({ length }) => length));

/** What was found in a cluster. */
export interface ClusterReport {
  readonly environment: string;
  readonly cluster: string;
  readonly services: number;
  readonly verdict: Verdict;
  readonly steps: readonly NextStep[];
}

/** The text of a look at a cluster, with a final newline. */
export function renderClusterReport(report: ClusterReport): string {
  const { environment, cluster, services, verdict, steps } = report;
  const { told, silenced: acknowledged, expired, unused } = verdict;
  const silenced = [
    ...(acknowledged === 0 ? [] : [`, ${acknowledged} acknowledged`]),
    ...(expired === 0 ? [] : [`, ${expired} ${expired === 1 ? "acknowledgement has" : "acknowledgements have"} expired`]),
    ...(unused === 0 ? [] : [`, ${unused} ${unused === 1 ? "acknowledgement matches" : "acknowledgements match"} nothing`]),
  ].join("");
  const scope = `${environment} on ${visible(cluster)}, ${services} ${services === 1 ? "service" : "services"}`;
  if (told.length === 0) return `${scope}: in sync${silenced}\n`;
  const differences = `${told.length} ${told.length === 1 ? "difference" : "differences"}`;
  const advice = steps.map(({ hop, text }) => `  ${hop.padEnd(HOP_WIDTH)}  ${text}\n`).join("");
  return `${told.map(renderClusterFinding).join("\n")}\n${scope}: ${differences}${silenced}\n${advice}`;
}

/** One finding of a cluster. */
function renderClusterFinding({ finding, expired }: JudgedFinding): string {
  const { object, field, by, note, actual } = finding;
  const place = field === undefined ? "" : ` ${field}`;
  const since = by?.time === undefined ? "" : ` at ${by.time}`;
  return renderFinding(finding, [
    `object    ${object.kind} ${object.namespace}/${object.name}${place}`,
    ...(by === undefined ? [] : [`by        ${by.manager}${since}`]),
    ...(note === undefined ? [] : [`note      ${note}`]),
    ...(actual.value === undefined || actual.hash === undefined ? [] : [`hash      ${actual.hash}`]),
    ...(expired === undefined ? [] : [`EXPIRED   it was acknowledged until ${expired.until}: ${expired.reason}`]),
  ]);
}

/** The same on one line. */
export function describeFinding({ finding, expired }: JudgedFinding<Told>): string {
  const { hop, expected, actual, object, field, by, note } = finding;
  const details = [
    `expected ${showSide(expected, absenceOf(finding).expected)}`,
    `actual ${showSide(actual, absenceOf(finding).actual)}`,
    ...(object === undefined ? [] : [`in ${object.kind} ${object.namespace}/${object.name}${field === undefined ? "" : ` ${field}`}`]),
    ...(by === undefined ? [] : [`by ${by.manager}${by.time === undefined ? "" : ` at ${by.time}`}`]),
    ...(note === undefined ? [] : [note]),
    ...(expired === undefined ? [] : [`the acknowledgement until ${expired.until} has expired: ${expired.reason}`]),
  ];
  return visible(`${hop}: ${headline(finding)}; ${details.join("; ")}`);
}

/** One event of a watch. */
export function renderEvent({ type, at, finding }: DriftEvent, expired?: ExpiredAcknowledgement): string {
  if (type === "closed") return `${at} over: ${visible(`drift[${finding.hop}] ${headline(finding)}`)}\n`;
  return `${at} ${renderClusterFinding({ finding, ...(expired === undefined ? {} : { expired }) })}`;
}

function renderFinding(finding: Told, more: readonly string[] = []): string {
  const absent = absenceOf(finding);
  const lines = [
    `drift[${finding.hop}] ${headline(finding)}`,
    ...[`expected  ${showSide(finding.expected, absent.expected)}`, `actual    ${showSide(finding.actual, absent.actual)}`, ...more].map(
      indent,
    ),
  ];
  return `${lines.map(visible).join("\n")}\n`;
}

function headline(finding: DriftFinding): string {
  const { service, environment, kind, pointer } = finding;
  return `${service} in ${environment}: ${pointer === "" ? whole(finding) : pointer} is ${kind}`;
}

/** What is at fault when it is no key. */
function whole(finding: DriftFinding & Partial<ClusterFinding>): string {
  if (finding.fingerprint !== undefined) return `the ${finding.fingerprint} hash in veltrix.json`;
  if (finding.field !== undefined) return finding.field;
  return finding.object === undefined ? "the whole" : `${finding.object.kind} ${finding.object.name}`;
}

function indent(line: string): string {
  return `  ${line}`;
}

/** A finding of a mount, or of a cluster. */
type Told = DriftFinding & Partial<ClusterFinding>;

/** What is said of a side that holds nothing. */
function absenceOf({ kind, object, field, pointer }: Told): { readonly expected: string; readonly actual: string } {
  // A side that is there and says nothing is one of which nothing may be shown.
  if (object === undefined || field !== undefined || pointer !== "")
    return { expected: kind === "added" ? "no such key" : "not shown", actual: kind === "missing" ? "no such key" : "not shown" };
  if (kind === "object-missing") return { expected: `a ${object.kind} of this name`, actual: "no such object" };
  // A secret in the clear has no hash, and is there all the same.
  return { expected: "no such object", actual: kind === "added" ? "not shown" : "none of ours" };
}

function showSide({ value, hash }: DriftSide, absent: string): string {
  if (value !== undefined) return JSON.stringify(value);
  return hash ?? absent;
}

/** One event of a watch as one document on one line; what a terminal would obey is escaped. */
export function renderEventLine(event: object): string {
  return `${JSON.stringify(event).replace(/[\u007f-\u009f]/g, (unit) => `\\u00${unit.charCodeAt(0).toString(16)}`)}\n`;
}
