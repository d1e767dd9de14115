// The words of Kubernetes that several packages share, apart from what a process needs: types, and names that must be one.
export type {
  ExpectedConfigMap,
  ExpectedExternalSecret,
  ExpectedMetadata,
  ExpectedPod,
  ExpectedService,
  ExpectedWorkload,
  ExternalSecretSpec,
  RemoteKey,
} from "./expected.ts";
export type { ClusterFinding, ObjectName, Writer } from "./finding.ts";
export {
  BUILD_ANNOTATIONS,
  buildAnnotations,
  CONTRACT_ANNOTATION,
  CONTRACT_VERSION_ANNOTATION,
  ENVIRONMENT_LABEL,
  FINGERPRINT_ANNOTATION,
  RESTART_ANNOTATION,
  SERVICE_LABEL,
  type Texts,
} from "./labels.ts";
export type {
  ConfigMap,
  ControllerRevision,
  CronJob,
  ExternalSecret,
  KubernetesObject,
  ManagedFields,
  ObjectMeta,
  OwnerReference,
  Pod,
  PodTemplate,
  PodTemplateObject,
  Workload,
} from "./objects.ts";
export { contentHash, isOldRelease } from "./immutable-name.ts";
export { isWorkloadKind, type WorkloadKind, workloadKinds, type WorkloadShape } from "./workload-kinds.ts";
