// A Component is a patch, and Kustomize merges whatever it meets: into a container without an image where none is called like
// the service, and into two sources of one volume. The API server would refuse both, at the next deployment.
import { isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import { podNamesOf } from "../../pod/pod-parts.ts";
import { type CheckContext, locationOf } from "./check-context.ts";
import type { PlacedManifest } from "./known-objects.ts";
import { podTemplateOf } from "../../manifests/manifests.ts";

/** VX3024 for each workload that the Component which some kustomization uses cannot patch. */
export function checkComponents(manifests: readonly PlacedManifest[], { model, components, diagnostics }: CheckContext): void {
  for (const service of model.services) {
    const { workload } = service.contract;
    if (workload === undefined || !components.has(service.id)) continue;
    // A base and the patches of overlays: what one of them has is there.
    const found = manifests.flatMap((placed) => {
      const { kind, name } = placed.manifest;
      const template = kind === workload.kind && name === workload.name ? podTemplateOf(placed.manifest) : undefined;
      return template === undefined ? [] : [{ placed, pointer: template.pointer, spec: template.value["spec"] }];
    });
    const [first] = found;
    if (first === undefined) continue;
    const names = found.flatMap(({ spec }) =>
      objectsAt(spec, "containers").flatMap(([{ name }]) => (typeof name === "string" ? [name] : [])),
    );
    const said = { workload: `${workload.kind} ${workload.name}`, service: service.id };
    const note = (
      { placed }: typeof first,
      pointer: string,
      fault: { readonly name: string; readonly isVolume: boolean; readonly containers: readonly string[] },
    ): void => diagnostics.add("VX3024", { ...said, ...fault }, { at: locationOf(placed, pointer), places: placed.places });
    if (!names.includes(service.id)) {
      note(first, `${first.pointer}/spec/containers`, { name: service.id, isVolume: false, containers: names });
    }
    const own = podNamesOf(model, service);
    for (const each of found) {
      for (const [volume, index] of objectsAt(each.spec, "volumes")) {
        const { name } = volume;
        const source = name === own.configVolume ? "configMap" : name === own.secretsVolume ? "projected" : undefined;
        if (source === undefined || typeof name !== "string" || volume[source] !== undefined) continue;
        note(each, `${each.pointer}/spec/volumes/${index}/name`, { name, isVolume: true, containers: names });
      }
    }
  }
}

function objectsAt(spec: JsonValue | undefined, member: string): readonly (readonly [JsonObject, number])[] {
  const list = isJsonObject(spec) ? spec[member] : undefined;
  const items: readonly JsonValue[] = Array.isArray(list) ? list : [];
  return items.flatMap((item, index) => (isJsonObject(item) ? [[item, index] as const] : []));
}
