// Whether the pods run with what was built: the restart fingerprint on the template, and on what runs of it.
import type { HashesFile } from "@veltrix/protocol";
import { type Draft, draftFor, side } from "./draft.ts";
import { type ExpectedService, RESTART_ANNOTATION, type WorkloadKind } from "./expected.ts";
import type { ClusterFinding } from "./finding.ts";
import type { CronJob, Pod, PodTemplate, Workload } from "./objects.ts";

/** A live workload with what it owns. */
export interface LiveWorkload {
  readonly object: Workload | CronJob;
  /** Of a Deployment. */
  readonly replicaSets: readonly Workload[];
  /** Pods of it or of its ReplicaSets. Of a CronJob none: a job that runs was right when it started. */
  readonly pods: readonly Pod[];
}

const TEMPLATE_PATH = ["spec", "template", "metadata", "annotations", RESTART_ANNOTATION];

/** What differs between the workload and `expected`. `build`: the hashes of the build that is deployed. */
export function compareWorkload(
  expected: ExpectedService,
  workload: { readonly kind: WorkloadKind; readonly name: string },
  live: LiveWorkload | undefined,
  build: HashesFile | undefined,
): readonly ClusterFinding[] {
  const draft = draftFor(expected, { ...workload, namespace: expected.namespace }, live?.object);
  if (live === undefined) return [draft({ hop: "not-applied", kind: "object-missing" })];
  const { restart } = expected.hashes;
  const isCronJob = workload.kind === "CronJob";
  const template = isCronJob ? (live.object as CronJob).spec?.jobTemplate?.spec?.template : (live.object as Workload).spec?.template;
  const path = isCronJob ? ["spec", "jobTemplate", ...TEMPLATE_PATH] : TEMPLATE_PATH;
  const actual = annotationOf(template);
  if (actual === undefined)
    return [draft({ hop: "restart-pending", kind: "missing", path, expected: side(restart), note: "not ours yet" })];
  if (actual !== restart) {
    const isOlder = build !== undefined && build.restart === actual;
    return [
      draft({ hop: isOlder ? "not-applied" : "restart-pending", kind: "changed", path, expected: side(restart), actual: side(actual) }),
    ];
  }
  return findOldPods(live, restart, draft);
}

function annotationOf(template: PodTemplate | undefined): string | undefined {
  return template?.metadata?.annotations?.[RESTART_ANNOTATION];
}

/** Pods that still run with an older template, or ReplicaSets that still want some. */
function findOldPods({ pods, replicaSets }: LiveWorkload, restart: string, draft: Draft): readonly ClusterFinding[] {
  const running = pods.filter(
    ({ metadata, status }) => metadata.deletionTimestamp === undefined && status?.phase !== "Succeeded" && status?.phase !== "Failed",
  );
  const old = running.filter(({ metadata }) => metadata.annotations?.[RESTART_ANNOTATION] !== restart);
  const sets = replicaSets.filter(
    ({ spec, status }) => annotationOf(spec?.template) !== restart && ((spec?.replicas ?? 1) > 0 || (status?.replicas ?? 0) > 0),
  );
  if (old.length === 0 && sets.length === 0) return [];
  const found = [
    ...old.map(({ metadata }) => metadata.annotations?.[RESTART_ANNOTATION]),
    ...sets.map(({ spec }) => annotationOf(spec?.template)),
  ]
    .filter((text) => text !== undefined)
    .sort();
  const note =
    old.length > 0
      ? `${old.length} of ${running.length} pods run with an older one: ${names(old)}`
      : `pods of an older one are still wanted: ${names(sets)}`;
  return [draft({ hop: "restart-pending", kind: "changed", expected: side(restart), actual: side(found[0]), note })];
}

/** The first few names, sorted. */
function names(objects: readonly { readonly metadata: { readonly name: string } }[]): string {
  const sorted = objects.map(({ metadata }) => metadata.name).sort();
  return sorted.length <= 3 ? sorted.join(", ") : `${sorted.slice(0, 3).join(", ")} and ${sorted.length - 3} more`;
}
