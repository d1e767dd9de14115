// The emitter: model -> objects -> checks -> files. One model, three renderings: plain files, Kustomize, Helm.
import { defineEmitter, type Emitter, type Model, type PutFile, type ResolvedConfig, type Service } from "@veltrix/compiler";
import type { Diagnostic } from "@veltrix/diagnostics";
import { renderAdmission } from "../admission/admission.ts";
import { checkObject, checkPod, ClashFinder, type Placed } from "./check-objects.ts";
import { checkVariables } from "./check-variables.ts";
import { listObjects, serviceObjects } from "../objects/service-objects.ts";
import { podNamesOf, podPartsFor } from "../pod/pod-parts.ts";
import { type ChartEnvironment, renderChart } from "../render/helm.ts";
import { manifestFolder, renderEnvironments, renderKustomize, renderPlain } from "../render/kustomize.ts";
import { fileOf, renderObjects } from "../render/objects.ts";
import { type KubernetesOptions, kubernetesOptions, outputsOf } from "../options.ts";
import { checkWorkloads } from "./manifests/check.ts";

/** Writes Kubernetes manifests for every service in every environment that has a namespace. */
export const kubernetesEmitter: Emitter = defineEmitter({ ...kubernetesOptions, check: checkModel, emit: emitManifests });

function checkModel(model: Model): readonly Diagnostic[] {
  const clashes = new ClashFinder();
  const services = model.services.flatMap((service) => [
    ...checkVariables(service),
    ...checkPod(service),
    ...service.configs.flatMap((config) =>
      placedObjects(model, service, config).flatMap((placed) => [...checkObject(placed), ...clashes.add(placed)]),
    ),
  ]);
  return [...services, ...checkWorkloads(model)];
}

function placedObjects(model: Model, service: Service, config: ResolvedConfig): readonly Placed[] {
  const outputs = outputsOf(model);
  const objects = serviceObjects(service, config, outputs);
  if (objects === undefined) return [];
  const folder = `${model.settings.outputs.folder}/${manifestFolder(service, config)}`;
  return listObjects(objects).map((object) => ({
    service,
    config,
    object,
    ...(hasPlainFiles(outputs) ? { path: `${folder}/${fileOf(objects, object)}` } : {}),
  }));
}

/** What kubectl applies is what Kustomize lists. */
function hasPlainFiles({ targets }: KubernetesOptions): boolean {
  return targets.includes("kubectl") || targets.includes("kustomize");
}

function emitManifests(model: Model, put: PutFile): void {
  const outputs = outputsOf(model);
  const { targets } = outputs;
  for (const service of model.services) {
    const environments = renderTexts(model, service);
    for (const { config, texts, parts } of environments) {
      if (hasPlainFiles(outputs)) renderPlain(manifestFolder(service, config), texts).forEach(put);
      if (targets.includes("kustomize")) renderKustomize(service, config, { texts, parts }).forEach(put);
    }
    if (targets.includes("helm")) renderChart(service, environments).forEach(put);
  }
  if (targets.includes("kustomize")) renderEnvironments(model).forEach(put);
  renderAdmission(model).forEach(put);
}

/** The objects of a service and their texts, which all renderings share, per environment that has a namespace. */
function renderTexts(model: Model, service: Service): readonly ChartEnvironment[] {
  const names = podNamesOf(model, service);
  const outputs = outputsOf(model);
  return service.configs.flatMap((config) => {
    const objects = serviceObjects(service, config, outputs);
    return objects === undefined ? [] : [{ config, objects, texts: renderObjects(objects), parts: podPartsFor(config, objects, names) }];
  });
}
