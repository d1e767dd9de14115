// The kinds that a contract may name as its workload: those that have a pod template which we put parts into.

export type WorkloadKind = "Deployment" | "StatefulSet" | "DaemonSet" | "CronJob";

/** How objects of a kind are written. */
export interface WorkloadShape {
  readonly apiVersion: string;
  /** Steps from the top of the object to its pod template. */
  readonly template: readonly string[];
}

export const workloadKinds: { readonly [kind in WorkloadKind]: WorkloadShape } = {
  Deployment: { apiVersion: "apps/v1", template: ["spec", "template"] },
  StatefulSet: { apiVersion: "apps/v1", template: ["spec", "template"] },
  DaemonSet: { apiVersion: "apps/v1", template: ["spec", "template"] },
  CronJob: { apiVersion: "batch/v1", template: ["spec", "jobTemplate", "spec", "template"] },
};

/** True for a kind that a contract may name. */
export function isWorkloadKind(kind: string): kind is WorkloadKind {
  return Object.hasOwn(workloadKinds, kind);
}
