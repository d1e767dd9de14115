// The parts of Kubernetes objects that are read, as the API server writes them: nothing is converted.
import type { Texts } from "./labels.ts";

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
  /** RFC 3339, as every time here. */
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

/** What pods are made of. What their spec takes is read as JSON. */
export interface PodTemplate {
  readonly metadata?: { readonly annotations?: Texts; readonly labels?: Texts };
  readonly spec?: unknown;
}

export interface Pod extends KubernetesObject {
  readonly spec?: unknown;
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
