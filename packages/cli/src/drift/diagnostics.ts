// CompileOutcome as diagnostics, for the formats that know nothing else: github, sarif and junit.
import type { JudgedFinding } from "@veltrix/analysis/drift";
import { type Diagnostic, type Location, report } from "@veltrix/diagnostics";
import type { DriftFinding } from "@veltrix/protocol";
import type { ClusterFinding } from "@veltrix/protocol/kubernetes";
import type { Format } from "../command.ts";
import { describeFinding } from "../render/drift.ts";

/** One VX5010 for each finding where `format` prints diagnostics alone; none where the findings are printed themselves. */
export function driftDiagnostics(
  findings: readonly JudgedFinding<DriftFinding & Partial<ClusterFinding>>[],
  format: Format | undefined,
  placeOf: (finding: DriftFinding) => Location,
): readonly Diagnostic[] {
  if (format === undefined || format === "pretty" || format === "json") return [];
  return findings.map((judged) => {
    const { finding } = judged;
    return report(
      "VX5010",
      { message: describeFinding(judged) },
      {
        at: placeOf(finding),
        service: finding.service,
        environments: [finding.environment],
        ...(finding.pointer === "" ? {} : { key: finding.pointer }),
      },
    );
  });
}
