// Objects and pod parts to files: what `kubectl apply -f` and Kustomize read.
import { GENERATED_MARK, type GeneratedFile, type ResolvedConfig, type Service } from "@veltrix/compiler";
import type { ConfigMap, ServiceObjects } from "./objects.ts";
import { podPartsFor, type PodParts, workloadKinds } from "./pod.ts";
import { renderMap, renderQuoted, renderScalar, renderText, type YamlMap } from "./yaml.ts";

/** First line of every file that we write. */
export const GENERATED_HEADER: string = `# ${GENERATED_MARK}. Do not edit: change schemas/ and run "veltrix build".\n`;

/** File of each object, below `<service>/k8s/<environment>/`. */
export const CONFIG_MAP_FILE = "configmap.yaml";
export const VARIABLES_FILE = "configmap-env.yaml";

/** Folder of a service's objects in an environment, below the generated folder. */
export function manifestFolder(service: Service, config: ResolvedConfig): string {
  return `${service.id}/k8s/${config.environment.name}`;
}

/** The objects themselves: one file each. */
export function renderObjects(folder: string, objects: ServiceObjects): readonly GeneratedFile[] {
  const files = [{ path: `${folder}/${CONFIG_MAP_FILE}`, contents: renderConfigMap(objects.config, "literal") }];
  if (objects.variables !== undefined) {
    files.push({ path: `${folder}/${VARIABLES_FILE}`, contents: renderConfigMap(objects.variables, "quoted") });
  }
  return files;
}

/** The text of a ConfigMap; its values as literal block scalars, or double-quoted on one line each. */
export function renderConfigMap(object: ConfigMap, style: "literal" | "quoted"): string {
  const { apiVersion, kind, metadata, immutable, data } = object;
  const head = renderMap({ apiVersion, kind, metadata: { ...metadata }, immutable });
  const entries = Object.entries(data).map(([key, text]) => {
    const value = style === "literal" ? renderText(text, 2) : `${renderQuoted(text)}\n`;
    return `  ${renderScalar(key)}: ${value}`;
  });
  return `${GENERATED_HEADER}${head}data:\n${entries.join("")}`;
}

/** `kustomization.yaml` over the objects, and the Component for the team's workload where it is named. */
export function renderKustomize(service: Service, config: ResolvedConfig, objects: ServiceObjects): readonly GeneratedFile[] {
  const folder = manifestFolder(service, config);
  const resources = objects.variables === undefined ? [CONFIG_MAP_FILE] : [CONFIG_MAP_FILE, VARIABLES_FILE];
  const files = [
    yamlFile(`${folder}/kustomization.yaml`, { apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization", resources }),
  ];
  const { workload } = service.contract;
  if (workload === undefined) return files;
  const patch = renderPatch(workload, service.id, podPartsFor(config, objects));
  return [
    ...files,
    yamlFile(`${folder}/component/kustomization.yaml`, {
      apiVersion: "kustomize.config.k8s.io/v1alpha1",
      kind: "Component",
      // No target: a patch that finds nothing to patch is then an error of Kustomize.
      patches: [{ path: "patch.yaml" }],
    }),
    yamlFile(`${folder}/component/patch.yaml`, patch),
  ];
}

function yamlFile(path: string, contents: YamlMap): GeneratedFile {
  return { path, contents: GENERATED_HEADER + renderMap(contents) };
}

/** A strategic merge patch of `workload`, whose container is called like the service. */
function renderPatch(workload: { readonly kind: string; readonly name: string }, container: string, parts: PodParts): YamlMap {
  const template = {
    metadata: { annotations: parts.annotations },
    spec: {
      containers: [{ name: container, env: parts.env, volumeMounts: parts.volumeMounts }],
      volumes: parts.volumes,
    },
  };
  return {
    apiVersion: workloadKinds[workload.kind]?.apiVersion,
    kind: workload.kind,
    metadata: { name: workload.name },
    spec: workload.kind === "CronJob" ? { jobTemplate: { spec: { template } } } : { template },
  };
}
