// Findings as a person reads them: one block a key.
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
  return `${findings.map(renderFinding).join("\n")}\n${service} in ${environment}: ${keys}\n`;
}

function renderFinding({ service, environment, hop, kind, pointer, expected, actual }: DriftFinding): string {
  const what = pointer === "" ? "the whole" : pointer;
  const lines = [
    `drift[${hop}] ${service} in ${environment}: ${what} is ${kind}`,
    `  expected  ${showSide(expected)}`,
    `  actual    ${showSide(actual)}`,
  ];
  return `${lines.map(visible).join("\n")}\n`;
}

function showSide({ value, hash }: DriftSide): string {
  if (value !== undefined) return JSON.stringify(value);
  return hash ?? "no such key";
}
