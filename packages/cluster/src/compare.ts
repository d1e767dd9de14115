// One service in one environment: what was built against what is in the cluster. Everything else here is fetching.
import { canonicalize } from "@veltrix/protocol";
import { hashBytes } from "@veltrix/protocol/fingerprint";
import {
  buildAnnotations,
  type ClusterFinding,
  type ConfigMap,
  type ExpectedConfigMap,
  type ExpectedExternalSecret,
  type ExpectedService,
  type ExternalSecret,
  SERVICE_LABEL,
} from "@veltrix/protocol/kubernetes";
import { compareConfig } from "./compare-config.ts";
import { compareExternalSecret, hashOfSpec } from "./compare-external-secret.ts";
import { type BuildAnnotations, SECRET_IN_CLEAR } from "./compare-metadata.ts";
import { compareVariables } from "./compare-variables.ts";
import { compareWorkload, type LiveWorkload } from "./compare-workload.ts";
import { findingWriter, side } from "./write-finding.ts";

/** What the cluster holds of one service. */
export interface LiveService {
  readonly config: ConfigMap | undefined;
  readonly variables: ConfigMap | undefined;
  /** ConfigMaps with the service's labels and another name or namespace. */
  readonly strays: readonly ConfigMap[];
  /** By name. */
  readonly externalSecrets?: ReadonlyMap<string, ExternalSecret>;
  readonly strayExternalSecrets?: readonly ExternalSecret[];
  /** False where the cluster knows no ExternalSecrets at all. */
  readonly knowsExternalSecrets?: boolean;
  /** Undefined when it is not there, or when the contract names none. */
  readonly workload: LiveWorkload | undefined;
  /** True when a ConfigMap, or an object of `kind`, was there under that name and somebody deleted it while we watched. */
  readonly wasDeleted: (name: string, kind?: "ExternalSecret") => boolean;
}

/** Every difference; in sync when there is none. */
export function compareService(expected: ExpectedService, live: LiveService): readonly ClusterFinding[] {
  const { config, variables } = expected;
  const own = live.config === undefined ? undefined : compareConfig(expected, live.config);
  return [
    ...(own === undefined ? [missing(expected, config, live)] : own.findings),
    ...(variables === undefined
      ? []
      : live.variables === undefined
        ? [missing(expected, variables, live)]
        : compareVariables(expected, variables, live.variables, own?.build)),
    ...describeDeletions(expected, live),
    ...live.strays.map((stray) => describeStray(expected, stray)),
    ...compareExternalSecrets(expected, live, own?.build === undefined ? undefined : buildAnnotations(own.build)),
    ...(expected.workload === undefined ? [] : compareWorkload(expected, expected.workload, live.workload, own?.build)),
  ];
}

/** Objects that are there only until their finalizers are done. What mounts them may be without them at any moment. */
function describeDeletions(expected: ExpectedService, { config, variables, externalSecrets }: LiveService): readonly ClusterFinding[] {
  const objects = [
    ...[config, variables].map((object) => ({ kind: "ConfigMap", object })),
    ...[...(externalSecrets?.values() ?? [])].map((object) => ({ kind: "ExternalSecret", object })),
  ];
  return objects.flatMap(({ kind, object }): readonly ClusterFinding[] => {
    if (object?.metadata.deletionTimestamp === undefined) return [];
    const { name, deletionTimestamp, finalizers = [] } = object.metadata;
    const writeFinding = findingWriter(expected, { kind, namespace: expected.namespace, name }, object);
    const actual = side(hashBytes(deletionTimestamp), deletionTimestamp);
    const note = `it is being deleted, and waits for ${finalizers.join(", ") || "nothing"}`;
    return [writeFinding({ hop: "edited-in-cluster", kind: "added", path: ["metadata", "deletionTimestamp"], actual, note })];
  });
}

function missing(expected: ExpectedService, { metadata, data }: ExpectedConfigMap, live: LiveService): ClusterFinding {
  const writeFinding = findingWriter(expected, { kind: "ConfigMap", namespace: metadata.namespace, name: metadata.name }, undefined);
  const hop = live.wasDeleted(metadata.name) ? "edited-in-cluster" : "not-applied";
  const note = whereInstead(metadata, live.strays);
  return writeFinding({
    hop,
    kind: "object-missing",
    expected: side(hashBytes(canonicalize(data))),
    ...(note === undefined ? {} : { note }),
  });
}

/** Where an object that is missing may have gone: a kustomization on top of ours can move and rename it. */
function whereInstead(
  { name, namespace }: Pick<ExpectedConfigMap["metadata"], "name" | "namespace">,
  strays: readonly ConfigMap[],
): string | undefined {
  const moved = strays.find(({ metadata }) => metadata.name === name);
  if (moved !== undefined) return `one of this name is in the namespace ${moved.metadata.namespace}`;
  const renamed = strays.find(({ metadata }) => metadata.namespace === namespace && metadata.name.includes(name));
  return renamed === undefined ? undefined : `it may be ${renamed.metadata.name}, by a namePrefix or nameSuffix of Kustomize`;
}

function compareExternalSecrets(expected: ExpectedService, live: LiveService, build: BuildAnnotations): readonly ClusterFinding[] {
  const findings = (expected.externalSecrets ?? []).flatMap((wanted) => {
    const object = live.externalSecrets?.get(wanted.metadata.name);
    return object === undefined ? [missingExternalSecret(expected, wanted, live)] : compareExternalSecret(expected, wanted, object, build);
  });
  const strays = (live.strayExternalSecrets ?? []).map((stray) => {
    const { name, namespace = "" } = stray.metadata;
    const writeFinding = findingWriter(expected, { kind: "ExternalSecret", namespace, name }, stray);
    const owned = ["metadata", "labels", SERVICE_LABEL];
    return writeFinding({
      hop: "edited-in-cluster",
      kind: "added",
      owned,
      actual: side(hashOfSpec(stray.spec)),
      note: placeOf(expected, namespace),
    });
  });
  return [...findings, ...strays];
}

function missingExternalSecret(expected: ExpectedService, { metadata, spec }: ExpectedExternalSecret, live: LiveService): ClusterFinding {
  const writeFinding = findingWriter(expected, { kind: "ExternalSecret", namespace: metadata.namespace, name: metadata.name }, undefined);
  return writeFinding({
    hop: live.wasDeleted(metadata.name, "ExternalSecret") ? "edited-in-cluster" : "not-applied",
    kind: "object-missing",
    expected: side(hashOfSpec(spec)),
    ...(live.knowsExternalSecrets === false
      ? { note: "the cluster knows no ExternalSecrets of external-secrets.io/v1: is the External Secrets Operator installed?" }
      : {}),
  });
}

/** Why an object of ours should not be where it is. */
function placeOf({ environment, namespace }: ExpectedService, actual: string): string {
  return actual === namespace ? "no build has an object of this name" : `${environment} is namespace ${namespace}`;
}

function describeStray(expected: ExpectedService, stray: ConfigMap): ClusterFinding {
  const { name, namespace = "" } = stray.metadata;
  const writeFinding = findingWriter(expected, { kind: "ConfigMap", namespace, name }, stray);
  const data = { ...stray.data };
  const hasSecret = Object.keys(data).some((key) => Object.hasOwn(expected.secretVariables, key));
  return {
    ...writeFinding({
      hop: "edited-in-cluster",
      kind: "added",
      // Whoever gave it our label made it one of ours.
      owned: ["metadata", "labels", SERVICE_LABEL],
      ...(hasSecret ? {} : { actual: side(hashBytes(canonicalize(data))) }),
      note: hasSecret ? SECRET_IN_CLEAR : placeOf(expected, namespace),
    }),
  };
}
