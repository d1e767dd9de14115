// A workload that takes our ConfigMap by itself gets its files, and no restart when a restart key changes.
import { RESTART_ANNOTATION } from "@veltrix/protocol/kubernetes";
import { isJsonObject } from "@veltrix/protocol";
import { podNamesOf } from "../../pod/pod-parts.ts";
import { type CheckContext, locationOf } from "./check-context.ts";
import type { PlacedManifest } from "./known-objects.ts";
import { type Kustomization, textsOf } from "./kustomizations.ts";
import { type LocatedTemplate } from "../../manifests/manifests.ts";
import type { PodUse } from "../../manifests/references.ts";

/** Services whose Component some kustomization uses: what it patches is projected when it is applied. */
export function findComponents(kustomizations: readonly Kustomization[]): ReadonlySet<string> {
  const paths = kustomizations.flatMap(({ value }) => textsOf(value["components"]));
  return new Set(paths.flatMap((path) => /(?:^|\/)([^/]+)\/k8s\/[^/]+\/component\/?$/.exec(path)?.[1] ?? []));
}

/** VX3014 for each service whose ConfigMap the pods take without its annotation, or with an old one. */
export function checkProjection(placed: PlacedManifest, template: LocatedTemplate, use: PodUse, context: CheckContext): void {
  for (const place of placed.places) {
    for (const { kind, name, namePointer } of use.references) {
      const service = context.known.find(place, kind, name)?.service;
      if (service === undefined || context.components.has(service)) continue;
      const restart = restartName(context, service);
      const written = annotationOf(template, restart);
      const current = placed.places.map((other) => restartOf(context, service, other));
      if (written !== undefined && current.includes(written)) continue;
      const workload = `${placed.manifest.kind} ${placed.manifest.name ?? "without a name"}`;
      const annotation = written === undefined ? ("missing" as const) : ("outdated" as const);
      const at = locationOf(placed, namePointer);
      context.diagnostics.add("VX3014", { workload, name, service, annotation, restart }, { at, places: [place] });
      // One object of a service says it all.
      break;
    }
  }
}

function restartName({ model }: CheckContext, id: string): string {
  const service = model.services.find((candidate) => candidate.id === id);
  return service === undefined ? RESTART_ANNOTATION : podNamesOf(model, service).restart;
}

function annotationOf({ value }: LocatedTemplate, name: string): string | undefined {
  const annotations = isJsonObject(value["metadata"]) ? value["metadata"]["annotations"] : undefined;
  const written = isJsonObject(annotations) ? annotations[name] : undefined;
  return typeof written === "string" ? written : undefined;
}

function restartOf({ model }: CheckContext, id: string, environment: string): string | undefined {
  const service = model.services.find((candidate) => candidate.id === id);
  return service?.configs.find((config) => config.environment.name === environment)?.fingerprints.restart;
}
