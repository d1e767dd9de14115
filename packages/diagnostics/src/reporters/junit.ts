// For CI systems that show test reports: one suite a service, one case a problem; warnings pass and say so.
import { type Placed, placeAll, placeText, type ReportInput } from "./report.ts";
import { visible } from "../frame.ts";

/** Problems of no service stand in this suite; without any problem it holds the one case that passes. */
const WORKSPACE = "workspace";

/** The report's text. */
export function reportJunit(input: ReportInput): string {
  const suites = new Map<string, Placed[]>();
  for (const placed of placeAll(input)) {
    const name = placed.diagnostic.service ?? WORKSPACE;
    suites.set(name, [...(suites.get(name) ?? []), placed]);
  }
  const bodies = [...suites].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, cases]) => printSuite(name, cases));
  const all = bodies.length === 0 ? printEmpty() : bodies.join("");
  const failures = input.diagnostics.filter(({ severity }) => severity === "error").length;
  const tests = Math.max(1, input.diagnostics.length);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="veltrix" tests="${tests}" failures="${failures}" errors="0">\n${all}</testsuites>\n`;
}

function printEmpty(): string {
  return `  <testsuite name="${WORKSPACE}" tests="1" failures="0" errors="0" skipped="0">\n    <testcase name="no problems" classname="veltrix.${WORKSPACE}"/>\n  </testsuite>\n`;
}

function printSuite(name: string, cases: readonly Placed[]): string {
  const failures = cases.filter(({ diagnostic }) => diagnostic.severity === "error").length;
  const head = `  <testsuite name="${escape(name)}" tests="${cases.length}" failures="${failures}" errors="0" skipped="0">\n`;
  return `${head}${cases.map((placed) => printCase(name, placed)).join("")}  </testsuite>\n`;
}

function printCase(suite: string, { diagnostic, span, related }: Placed): string {
  const { code, slug, severity, message, at, hint } = diagnostic;
  const line = span === undefined ? "" : ` line="${span.line}"`;
  const attributes = `name="${escape(`${code} ${slug}: ${message}`)}" classname="${escape(`veltrix.${suite}`)}" file="${escape(at.file)}"${line}`;
  const details = [
    placeText(at, span),
    ...diagnostic.related.map((other, index) => `${other.message} ${placeText(other.at, related[index])}`),
    ...(hint === undefined ? [] : [`help: ${hint}`]),
  ];
  const text = details.map(escape).join("\n");
  const body =
    severity === "error"
      ? `<failure type="${code}" message="${escape(message)}">${text}</failure>`
      : `<system-out>warning: ${escape(message)}\n${text}</system-out>`;
  return `    <testcase ${attributes}>\n      ${body}\n    </testcase>\n`;
}

const entities: { readonly [character: string]: string } = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/** XML 1.0 has no place for control characters and halves of surrogate pairs, escaped or not. */
function escape(text: string): string {
  return visible(text.replace(/\p{Cs}/gu, "\ufffd"))
    .replace(/[\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
