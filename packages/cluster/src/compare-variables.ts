// The ConfigMap of environment variables against the one that was built. It holds no hashes of its own:
// its annotations say which build it is of, and whether the field's writer is also theirs.
import type { HashesFile } from "@veltrix/protocol";
import { hashBytes } from "@veltrix/protocol/fingerprint";
import {
  buildAnnotations,
  type ClusterFinding,
  type ConfigMap,
  type ExpectedConfigMap,
  type ExpectedService,
  FINGERPRINT_ANNOTATION,
} from "@veltrix/protocol/kubernetes";
import { isObjectSame } from "./compare-config.ts";
import { compareMetadata, findAddedData, foreignBuildOf } from "./compare-metadata.ts";
import { findingWriter, side } from "./write-finding.ts";
import { isOneWriter } from "./managed-fields.ts";

/** Compares the live `<service>-env`. `build`: the hashes of the build beside it, where there is one. */
export function compareVariables(
  expected: ExpectedService,
  variables: ExpectedConfigMap,
  live: ConfigMap,
  build: HashesFile | undefined,
): readonly ClusterFinding[] {
  if (isObjectSame(variables, live)) return [];
  const writeFinding = findingWriter(expected, { kind: "ConfigMap", namespace: expected.namespace, name: variables.metadata.name }, live);
  const { isOther, annotations } = foreignBuildOf(live, variables.metadata.annotations);
  const isWhole = (path: readonly string[]): boolean =>
    isOther && isOneWriter(live, path, ["metadata", "annotations", FINGERPRINT_ANNOTATION]);
  const findings: ClusterFinding[] = [];
  for (const [name, text] of Object.entries(variables.data)) {
    const actual = live.data?.[name];
    if (actual === text) continue;
    const path = ["data", name];
    findings.push(
      writeFinding({
        // A field that is not there has no writer; a build of another contract may lack it.
        hop: (actual === undefined ? isOther : isWhole(path)) ? "not-applied" : "edited-in-cluster",
        kind: actual === undefined ? "missing" : "changed",
        pointer: expected.variablePointers[name] ?? "",
        path,
        expected: side(hashBytes(text), text),
        actual: actual === undefined ? {} : side(hashBytes(actual), actual),
      }),
    );
  }
  for (const finding of findAddedData(variables, live, writeFinding, expected.secretVariables)) {
    const [, , name = ""] = (finding.field ?? "").split("/");
    findings.push(isWhole(["data", name]) ? { ...finding, hop: "not-applied" } : finding);
  }
  // Annotations that came together with the labels are those of another build.
  const metadata = compareMetadata(
    variables,
    live,
    writeFinding,
    annotations ?? (build === undefined ? undefined : buildAnnotations(build)),
  );
  // The same variables with another build's annotations deliver the same bytes: that is no difference.
  return [...findings, ...metadata];
}
