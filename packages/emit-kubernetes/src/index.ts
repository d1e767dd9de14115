export { annotationBytes, MAX_ANNOTATION_BYTES, MAX_DATA_BYTES } from "./check-objects.ts";
export { kubernetesEmitter } from "./emitter.ts";
export { type ConfigMap, type KubernetesObject, objectsFor, type ServiceObjects, serviceObjects } from "./objects.ts";
export { CONFIG_DIR, type PodParts, podPartsFor, RESTART_ANNOTATION, SECRETS_DIR, workloadKinds } from "./pod.ts";
export { CONFIG_MAP_FILE, GENERATED_HEADER, manifestFolder, renderConfigMap, VARIABLES_FILE } from "./render-kustomize.ts";
export { type Variable, variablesOf } from "./variables.ts";
export { renderMap, type YamlMap, type YamlNode } from "./yaml.ts";
