// The emitter: model -> objects -> checks -> files below <service>/k8s/<environment>/.
import { defineEmitter, type Emitter, type Model, type PutFile, type ResolvedConfig, type Service } from "@veltrix/compiler";
import type { Diagnostic } from "@veltrix/diagnostics";
import { checkObject, checkPod, ClashFinder, type Placed } from "./check-objects.ts";
import { checkVariables } from "./check-variables.ts";
import { objectsFor, serviceObjects } from "./objects.ts";
import { CONFIG_MAP_FILE, manifestFolder, renderKustomize, renderObjects, VARIABLES_FILE } from "./render-kustomize.ts";

/** Writes Kubernetes manifests for every service in every environment that has a namespace. */
export const kubernetesEmitter: Emitter = defineEmitter({ name: "kubernetes", check: checkModel, emit: emitManifests });

function checkModel(model: Model): readonly Diagnostic[] {
  const clashes = new ClashFinder();
  return model.services.flatMap((service) => [
    ...checkVariables(service),
    ...checkPod(service),
    ...service.configs.flatMap((config) =>
      placedObjects(model, service, config).flatMap((placed) => [...checkObject(placed), ...clashes.add(placed)]),
    ),
  ]);
}

/** In the order of `objectsFor`. */
const objectFiles = [CONFIG_MAP_FILE, VARIABLES_FILE];

function placedObjects({ settings }: Model, service: Service, config: ResolvedConfig): readonly Placed[] {
  const folder = `${settings.outputs.folder}/${manifestFolder(service, config)}`;
  return objectsFor(service, config).map((object, index) => ({ service, config, object, path: `${folder}/${objectFiles[index]}` }));
}

function emitManifests(model: Model, put: PutFile): void {
  const { targets } = model.settings.outputs;
  for (const service of model.services) {
    for (const config of service.configs) {
      const objects = serviceObjects(service, config);
      if (objects === undefined) continue;
      if (targets.includes("kubectl") || targets.includes("kustomize"))
        renderObjects(manifestFolder(service, config), objects).forEach(put);
      if (targets.includes("kustomize")) renderKustomize(service, config, objects).forEach(put);
    }
  }
}
