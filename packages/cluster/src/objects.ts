// The parts of Kubernetes objects that are read here, as the API server writes them: nothing is converted.

export type Texts = { readonly [name: string]: string };

/** Who owns which fields of an object (https://kubernetes.io/docs/reference/using-api/server-side-apply/). */
export interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  /** RFC 3339. */
  readonly time?: string;
  readonly fieldsV1?: { readonly [field: string]: unknown };
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly labels?: Texts;
  readonly annotations?: Texts;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly managedFields?: readonly ManagedFields[];
}

export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: ObjectMeta;
}

export interface ConfigMap extends KubernetesObject {
  readonly immutable?: boolean;
  readonly data?: Texts;
  readonly binaryData?: Texts;
}

/** `external-secrets.io/v1`. Its spec is whatever somebody wrote: a cluster may take any. */
export interface ExternalSecret extends KubernetesObject {
  readonly spec?: unknown;
}

/** Volumes and variables by which a pod holds a ConfigMap. */
export interface PodSpec {
  readonly volumes?: readonly {
    readonly name: string;
    readonly configMap?: { readonly name?: string };
    readonly projected?: { readonly sources?: readonly { readonly configMap?: { readonly name?: string } }[] };
  }[];
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
}

export interface Container {
  readonly name: string;
  readonly env?: readonly { readonly name: string; readonly valueFrom?: { readonly configMapKeyRef?: { readonly name?: string } } }[];
  readonly envFrom?: readonly { readonly configMapRef?: { readonly name?: string } }[];
}

export interface PodTemplate {
  readonly metadata?: { readonly annotations?: Texts; readonly labels?: Texts };
  readonly spec?: PodSpec;
}

export interface Pod extends KubernetesObject {
  readonly spec?: PodSpec;
  readonly status?: { readonly phase?: string };
}

/** A Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController or Job. */
export interface Workload extends KubernetesObject {
  readonly spec?: { readonly replicas?: number; readonly template?: PodTemplate };
  readonly status?: { readonly replicas?: number };
}

export interface CronJob extends KubernetesObject {
  readonly spec?: { readonly jobTemplate?: { readonly spec?: { readonly template?: PodTemplate } } };
}

export interface ControllerRevision extends KubernetesObject {
  /** Of a StatefulSet or DaemonSet: `{ spec: { template } }`. */
  readonly data?: { readonly spec?: { readonly template?: PodTemplate } };
  readonly revision?: number;
}

/** A template that stands for itself: whoever makes pods of it takes what it names. */
export interface PodTemplateObject extends KubernetesObject {
  readonly template?: PodTemplate;
}

/** The kinds that can be read, and what each is. */
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
