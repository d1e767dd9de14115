// Objects and pod parts to files: what `kubectl apply -f` and Kustomize read.
import type { GeneratedFile, Model, ResolvedConfig, Service } from "@veltrix/compiler";
import { isWorkloadKind, workloadKinds } from "@veltrix/protocol/kubernetes";
import { type PodParts } from "../pod/pod-parts.ts";
import { type ObjectText, yamlFile } from "./objects.ts";
import type { YamlMap } from "./yaml.ts";

/** Folder of what belongs to no single service, below the generated folder. No service can be called so. */
export const CLUSTER_FOLDER = "cluster";

/** Folder of a service's objects in an environment, below the generated folder. */
export function manifestFolder(service: Service, config: ResolvedConfig): string {
  return `${service.id}/k8s/${config.environment.name}`;
}

/** The objects themselves, as `kubectl apply -f` reads them. */
export function renderPlain(folder: string, texts: readonly ObjectText[]): readonly GeneratedFile[] {
  return texts.map(({ file, contents }) => ({ path: `${folder}/${file}`, contents }));
}

/** `kustomization.yaml` over the objects, and the Component for the team's workload where it is named. */
export function renderKustomize(
  service: Service,
  config: ResolvedConfig,
  rendered: { readonly texts: readonly ObjectText[]; readonly parts: PodParts },
): readonly GeneratedFile[] {
  const folder = manifestFolder(service, config);
  const files = [
    kustomization(
      folder,
      rendered.texts.map(({ file }) => file),
    ),
  ];
  const { workload } = service.contract;
  if (workload === undefined) return files;
  const patch = renderPatch(workload, service.id, rendered.parts);
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

/** One kustomization per environment over the objects of all its services. */
export function renderEnvironments({ services, settings }: Model): readonly GeneratedFile[] {
  return settings.environments
    .filter(({ namespace }) => namespace !== undefined && services.length > 0)
    .map(({ name }) =>
      kustomization(
        `${CLUSTER_FOLDER}/${name}`,
        services.map(({ id }) => `../../${id}/k8s/${name}`),
      ),
    );
}

function kustomization(folder: string, resources: readonly string[]): GeneratedFile {
  return yamlFile(`${folder}/kustomization.yaml`, { apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization", resources });
}

/** A strategic merge patch of `workload`, whose container is called like the service. */
export function renderPatch(workload: { readonly kind: string; readonly name: string }, container: string, parts: PodParts): YamlMap {
  const template = {
    metadata: { annotations: parts.annotations },
    spec: {
      containers: [{ name: container, env: parts.env, volumeMounts: parts.volumeMounts }],
      volumes: parts.volumes,
    },
  };
  const shape = isWorkloadKind(workload.kind) ? workloadKinds[workload.kind] : undefined;
  return {
    apiVersion: shape?.apiVersion,
    kind: workload.kind,
    metadata: { name: workload.name },
    ...below(shape?.template ?? [], template),
  };
}

/** `value` as the member that `steps` lead to. */
function below(steps: readonly string[], value: YamlMap): YamlMap {
  return steps.reduceRight<YamlMap>((inner, step) => ({ [step]: inner }), value);
}
