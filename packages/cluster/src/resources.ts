// The kinds that can be read, and where the API server keeps each.
import type {
  ConfigMap,
  ControllerRevision,
  CronJob,
  ExternalSecret,
  Pod,
  PodTemplateObject,
  Workload,
} from "@veltrix/protocol/kubernetes";

/** What each kind is. */
export interface Objects {
  readonly ConfigMap: ConfigMap;
  readonly ExternalSecret: ExternalSecret;
  readonly Pod: Pod;
  readonly ReplicaSet: Workload;
  readonly Deployment: Workload;
  readonly StatefulSet: Workload;
  readonly DaemonSet: Workload;
  readonly Job: Workload;
  readonly CronJob: CronJob;
  readonly ControllerRevision: ControllerRevision;
  readonly ReplicationController: Workload;
  readonly PodTemplate: PodTemplateObject;
}

export type Kind = keyof Objects;

/** Where the API server keeps each kind. */
export const resources: { readonly [K in Kind]: { readonly group: string; readonly plural: string } } = {
  ConfigMap: { group: "", plural: "configmaps" },
  ExternalSecret: { group: "external-secrets.io", plural: "externalsecrets" },
  Pod: { group: "", plural: "pods" },
  ReplicaSet: { group: "apps", plural: "replicasets" },
  Deployment: { group: "apps", plural: "deployments" },
  StatefulSet: { group: "apps", plural: "statefulsets" },
  DaemonSet: { group: "apps", plural: "daemonsets" },
  ControllerRevision: { group: "apps", plural: "controllerrevisions" },
  ReplicationController: { group: "", plural: "replicationcontrollers" },
  PodTemplate: { group: "", plural: "podtemplates" },
  Job: { group: "batch", plural: "jobs" },
  CronJob: { group: "batch", plural: "cronjobs" },
};

/** The path of all objects of a kind, in one namespace where that is named, or of one object. */
export function pathOf(kind: Kind, place: { readonly namespace?: string; readonly name?: string } = {}): string {
  const { group, plural } = resources[kind];
  const base = group === "" ? "/api/v1" : `/apis/${group}/v1`;
  const namespace = place.namespace === undefined ? "" : `/namespaces/${encodeURIComponent(place.namespace)}`;
  return `${base}${namespace}/${plural}${place.name === undefined ? "" : `/${encodeURIComponent(place.name)}`}`;
}
