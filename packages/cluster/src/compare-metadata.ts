// Labels, annotations and flags of ours on a ConfigMap. What others add is theirs.
import { hashBytes } from "@veltrix/protocol/fingerprint";
import {
  BUILD_ANNOTATIONS,
  type ClusterFinding,
  type ConfigMap,
  type ExpectedConfigMap,
  type KubernetesObject,
  SERVICE_LABEL,
  type Texts,
} from "@veltrix/protocol/kubernetes";
import { type WriteFinding, side } from "./write-finding.ts";
import { isOneWriter } from "./managed-fields.ts";

/** Said of a value where only a reference belongs. Its hash is not told. */
export const SECRET_IN_CLEAR = "a secret in the clear";

/** helm writes itself here, so nothing of ours depends on it. */
const FOREIGN_LABEL = "app.kubernetes.io/managed-by";

/** What every object of ours has, whatever else it holds. */
type Described = Pick<ExpectedConfigMap, "metadata" | "immutable">;

/** True when everything of ours is there as it was built. */
export function isMetadataSame({ metadata, immutable }: Described, live: ConfigMap): boolean {
  return (
    (live.immutable ?? false) === (immutable ?? false) &&
    holds(live.metadata.labels, metadata.labels) &&
    holds(live.metadata.annotations, metadata.annotations)
  );
}

function holds(live: Texts | undefined, expected: Texts): boolean {
  for (const name in expected) if (live?.[name] !== expected[name] && name !== FOREIGN_LABEL) return false;
  return true;
}

/** The annotations that the build behind the live data would have; undefined where no build is behind it. */
export type BuildAnnotations = Texts | undefined;

/** What the annotations of an object without hashes say of the build that it is of. */
export interface ForeignBuild {
  /** One of them is another build's. */
  readonly isOther: boolean;
  /** They came with the labels, as one write: all of that build. */
  readonly annotations: BuildAnnotations;
}

/** Whether `live` is of another build than the one with `expected`. */
export function foreignBuildOf(live: KubernetesObject, expected: Texts): ForeignBuild {
  const { annotations = {} } = live.metadata;
  const isOther = BUILD_ANNOTATIONS.some((name) => annotations[name] !== undefined && annotations[name] !== expected[name]);
  const label = ["metadata", "labels", SERVICE_LABEL];
  const isOne = BUILD_ANNOTATIONS.every((name) => isOneWriter(live, ["metadata", "annotations", name], label));
  return { isOther, annotations: isOther && isOne ? annotations : undefined };
}

/**
 * What differs in labels, annotations and `immutable`. An annotation that fits the data beside it belongs to
 * the same other build, and is told with that.
 */
export function compareMetadata(
  expected: Described,
  live: Pick<ConfigMap, "metadata" | "immutable">,
  writeFinding: WriteFinding,
  build: BuildAnnotations,
): ClusterFinding[] {
  const findings: ClusterFinding[] = [];
  for (const group of ["labels", "annotations"] as const) {
    for (const [name, text] of Object.entries(expected.metadata[group])) {
      const actual = live.metadata[group]?.[name];
      if (actual === text || name === FOREIGN_LABEL || (actual !== undefined && actual === build?.[name])) continue;
      findings.push(
        writeFinding({
          hop: "edited-in-cluster",
          kind: actual === undefined ? "missing" : "changed",
          path: ["metadata", group, name],
          expected: side(hashBytes(text), text),
          actual: actual === undefined ? {} : side(hashBytes(actual), actual),
        }),
      );
    }
  }
  if ((live.immutable ?? false) !== (expected.immutable ?? false)) {
    const [was, is] = [expected.immutable ?? false, live.immutable ?? false];
    const sides = { expected: side(hashBytes(`${was}`), was), actual: side(hashBytes(`${is}`), is) };
    findings.push(writeFinding({ hop: "edited-in-cluster", kind: "changed", path: ["immutable"], ...sides }));
  }
  return findings;
}

/**
 * Keys of `data` and `binaryData` that no build has. Their values are nobody's business: only hashes are told, and of what
 * is called like a secret's variable not even that, since the hash of a short one gives it away.
 */
export function findAddedData(
  expected: ExpectedConfigMap,
  live: ConfigMap,
  writeFinding: WriteFinding,
  secretVariables: Texts,
): ClusterFinding[] {
  const added = (group: "data" | "binaryData"): ClusterFinding[] =>
    Object.entries(live[group] ?? {})
      .filter(([name]) => group === "binaryData" || !Object.hasOwn(expected.data, name))
      .map(([name, text]) => {
        const pointer = Object.hasOwn(secretVariables, name) ? secretVariables[name] : undefined;
        const what = pointer === undefined ? { actual: side(hashBytes(text)) } : { pointer, note: SECRET_IN_CLEAR };
        return writeFinding({ hop: "edited-in-cluster", kind: "added", path: [group, name], ...what });
      });
  return [...added("data"), ...added("binaryData")];
}
