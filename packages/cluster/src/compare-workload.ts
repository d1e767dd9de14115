// Whether the pods run with what was built: our parts and the restart fingerprint on the template, and on what runs of it.
import type { HashesFile } from "@veltrix/protocol";
import {
  type ClusterFinding,
  type CronJob,
  type ExpectedService,
  type ExpectedWorkload,
  type Pod,
  type PodTemplate,
  type Workload,
  workloadKinds,
} from "@veltrix/protocol/kubernetes";
import { comparePod } from "./pod/compare-pod.ts";
import { PodFindings } from "./pod/pod-findings.ts";
import { type WriteFinding, findingWriter, side } from "./write-finding.ts";

/** A live workload with what it owns. */
export interface LiveWorkload {
  readonly object: Workload | CronJob;
  /** Of a Deployment. */
  readonly replicaSets: readonly Workload[];
  /** Pods of it or of its ReplicaSets. Of a CronJob none: a job that runs was right when it started. */
  readonly pods: readonly Pod[];
}

/** What differs between the workload and `expected`. `build`: the hashes of the build that is deployed. */
export function compareWorkload(
  expected: ExpectedService,
  { kind, name, annotation, pod }: ExpectedWorkload,
  live: LiveWorkload | undefined,
  build: HashesFile | undefined,
): readonly ClusterFinding[] {
  const writeFinding = findingWriter(expected, { kind, namespace: expected.namespace, name }, live?.object);
  if (live === undefined) return [writeFinding({ hop: "not-applied", kind: "object-missing" })];
  const { restart } = expected.hashes;
  const template =
    kind === "CronJob" ? (live.object as CronJob).spec?.jobTemplate?.spec?.template : (live.object as Workload).spec?.template;
  const path = workloadKinds[kind].template;
  const at = [...path, "metadata", "annotations", annotation];
  const actual = annotationOf(template, annotation);
  const findings = new PodFindings(live.object, at, { isOtherBuild: actual !== restart, writeFinding });
  comparePod(expected, pod, { spec: template?.spec, path: [...path, "spec"], isOurs: actual !== undefined }, (each) => findings.add(each));
  if (actual === undefined) {
    const note = findings.list.length === 0 ? { note: "not ours yet" } : {};
    return [writeFinding({ hop: "restart-pending", kind: "missing", path: at, expected: side(restart), ...note }), ...findings.list];
  }
  if (actual !== restart) {
    const hop = build !== undefined && build.restart === actual ? "not-applied" : "restart-pending";
    return [writeFinding({ hop, kind: "changed", path: at, expected: side(restart), actual: side(actual) }), ...findings.list];
  }
  return [...findings.list, ...findOldPods(live, { annotation, restart }, writeFinding)];
}

function annotationOf(template: PodTemplate | undefined, name: string): string | undefined {
  return template?.metadata?.annotations?.[name];
}

/** Pods that still run with an older template, or ReplicaSets that still want some. */
function findOldPods(
  { pods, replicaSets }: LiveWorkload,
  { annotation, restart }: { readonly annotation: string; readonly restart: string },
  writeFinding: WriteFinding,
): readonly ClusterFinding[] {
  const running = pods.filter(
    ({ metadata, status }) => metadata.deletionTimestamp === undefined && status?.phase !== "Succeeded" && status?.phase !== "Failed",
  );
  const old = running.filter(({ metadata }) => metadata.annotations?.[annotation] !== restart);
  const sets = replicaSets.filter(
    ({ spec, status }) =>
      annotationOf(spec?.template, annotation) !== restart && ((spec?.replicas ?? 1) > 0 || (status?.replicas ?? 0) > 0),
  );
  if (old.length === 0 && sets.length === 0) return [];
  const found = [
    ...old.map(({ metadata }) => metadata.annotations?.[annotation]),
    ...sets.map(({ spec }) => annotationOf(spec?.template, annotation)),
  ]
    .filter((text) => text !== undefined)
    .sort();
  const note =
    old.length > 0
      ? `${old.length} of ${running.length} pods run with an older one: ${names(old)}`
      : `pods of an older one are still wanted: ${names(sets)}`;
  return [writeFinding({ hop: "restart-pending", kind: "changed", expected: side(restart), actual: side(found[0]), note })];
}

/** The first few names, sorted. */
function names(objects: readonly { readonly metadata: { readonly name: string } }[]): string {
  const sorted = objects.map(({ metadata }) => metadata.name).sort();
  return sorted.length <= 3 ? sorted.join(", ") : `${sorted.slice(0, 3).join(", ")} and ${sorted.length - 3} more`;
}
