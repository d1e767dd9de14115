// The emitter: model -> objects -> checks -> files below <service>/k8s/<environment>/.
import { defineEmitter, type EmitResult, type Emitter, type GeneratedFile, type Model } from "@veltrix/compiler";
import type { Diagnostic } from "@veltrix/diagnostics";
import { checkClashes, checkObject, checkPod, type Placed } from "./check-objects.ts";
import { checkVariables } from "./check-variables.ts";
import { serviceObjects } from "./objects.ts";
import { manifestFolder, renderKustomize, renderObjects } from "./render-kustomize.ts";

/** Writes Kubernetes manifests for every service in every environment that has a namespace. */
export const kubernetesEmitter: Emitter = defineEmitter({ name: "kubernetes", emit: emitManifests });

function emitManifests(model: Model): EmitResult {
  const { targets, folder } = model.settings.outputs;
  const files: GeneratedFile[] = [];
  const placed: Placed[] = [];
  for (const service of model.services) {
    for (const config of service.configs) {
      const objects = serviceObjects(service, config);
      if (objects === undefined) continue;
      const rendered = renderObjects(manifestFolder(service, config), objects);
      const list = objects.variables === undefined ? [objects.config] : [objects.config, objects.variables];
      list.forEach((object, index) => placed.push({ service, config, object, path: `${folder}/${rendered[index]?.path}` }));
      if (targets.includes("kubectl") || targets.includes("kustomize")) files.push(...rendered);
      if (targets.includes("kustomize")) files.push(...renderKustomize(service, config, objects));
    }
  }
  return { files, diagnostics: checkAll(model, placed) };
}

function checkAll(model: Model, placed: readonly Placed[]): readonly Diagnostic[] {
  return [
    ...model.services.flatMap((service) => [...checkVariables(service), ...checkPod(service)]),
    ...placed.flatMap(checkObject),
    ...checkClashes(placed),
  ];
}
