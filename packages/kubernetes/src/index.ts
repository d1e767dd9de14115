export { admissionFor, renderAdmission } from "./admission/admission.ts";
export { annotationBytes, MAX_ANNOTATION_BYTES, MAX_DATA_BYTES } from "./emitter/check-objects.ts";
export { type Detector, detectorObjects } from "./detector/detector-objects.ts";
export { kubernetesEmitter } from "./emitter/emitter.ts";
export { expectedServices } from "./expected/expected-services.ts";
export {
  type AdmissionOutput,
  type ExternalSecretsOutput,
  type KubernetesOptions,
  kubernetesOptions,
  outputsOf,
  type Target,
} from "./options.ts";
export { type Manifest, manifestsOf, podTemplateOf } from "./manifests/manifests.ts";
export { namesIn, type ObjectReference, readPodUse } from "./manifests/references.ts";
export { listObjects, objectsFor, type ServiceObject, type ServiceObjects, serviceObjects } from "./objects/service-objects.ts";
export { ownSecretName } from "./objects/external-secrets.ts";
export { refuseSize, type SecretVariable, secretVariablesOf, type Variable, variablesOf } from "./objects/variables.ts";
export { CONFIG_DIR, type PodNames, podNamesOf, type PodParts, podPartsFor, SECRETS_DIR } from "./pod/pod-parts.ts";
export { chartFolder, chartName } from "./render/helm.ts";
export { CLUSTER_FOLDER, manifestFolder, renderPatch } from "./render/kustomize.ts";
export { CONFIG_MAP_FILE, EXTERNAL_SECRETS_FILE, GENERATED_HEADER, renderConfigMap, VARIABLES_FILE } from "./render/objects.ts";
export { renderMap, type YamlMap, type YamlNode } from "./render/yaml.ts";
