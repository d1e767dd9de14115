// The team's own manifests against what is generated and given: every ConfigMap and Secret, every key that pods take.
import { type Model, SETTINGS_FILE } from "@veltrix/compiler";
import { type Diagnostic, report, suggest } from "@veltrix/diagnostics";
import { dataKey, dnsSubdomain, isLegal } from "../../objects/name-grammars.ts";
import { checkComponents } from "./check-components.ts";
import { checkGivenObject } from "./check-given.ts";
import { checkProjection, findComponents } from "./check-projection.ts";
import { type CheckContext, locationOf } from "./check-context.ts";
import { ManifestDiagnostics } from "./manifest-diagnostics.ts";
import { checkKustomizations, kustomizationsOf } from "./kustomizations.ts";
import { KnownObjects, type PlacedManifest, placeManifests } from "./known-objects.ts";
import { podTemplateOf, type LocatedTemplate } from "../../manifests/manifests.ts";
import { type ObjectReference, type PodUse, readPodUse } from "../../manifests/references.ts";

/** Every diagnostic of the manifests that `workloads` names, each once. */
export function checkWorkloads(model: Model): readonly Diagnostic[] {
  const manifests = placeManifests(model);
  // Without files nobody has to know which objects there are.
  if (model.workloads.files.length === 0) return checkGlobs(model);
  const known = new KnownObjects(model, manifests);
  const diagnostics = new ManifestDiagnostics(model.settings.environments);
  const kustomizations = kustomizationsOf(model);
  checkKustomizations(model, kustomizations, diagnostics);
  const context = { model, known, diagnostics, components: findComponents(kustomizations) };
  checkComponents(manifests, context);
  for (const placed of manifests) {
    checkGivenObject(placed, context);
    const template = podTemplateOf(placed.manifest);
    if (template !== undefined) checkPods(placed, template, context);
  }
  return [...checkGlobs(model), ...diagnostics.finish()];
}

function checkGlobs({ workloads, settings }: Model): readonly Diagnostic[] {
  return workloads.unmatched.map((index) =>
    report(
      "VX3018",
      { pattern: settings.workloads.files[index] ?? "" },
      { at: { file: SETTINGS_FILE, pointer: `/workloads/files/${index}`, on: "value" } },
    ),
  );
}

function checkPods(placed: PlacedManifest, template: LocatedTemplate, context: CheckContext): void {
  const use = readPodUse(template);
  for (const { pointer, what, expected } of use.malformed)
    context.diagnostics.add("VX3017", { what, expected }, { at: locationOf(placed, pointer, "key"), places: placed.places });
  for (const reference of use.references) checkReference(placed, reference, context);
  checkSubPaths(placed, use, context);
  checkProjection(placed, template, use, context);
}

function checkReference(placed: PlacedManifest, reference: ObjectReference, context: CheckContext): void {
  const { kind, name, key, namePointer, keyPointer } = reference;
  const { diagnostics } = context;
  const { places } = placed;
  // A volume's items name their object again; it was judged with the volume.
  const isRepeated = key !== undefined && keyPointer.includes("/items/");
  const at = locationOf(placed, namePointer);
  if (name.includes("{{") || key?.includes("{{") === true) {
    diagnostics.add("VX3016", {}, { at: locationOf(placed, name.includes("{{") ? namePointer : keyPointer), places });
    return;
  }
  if (!isLegal(name, dnsSubdomain)) {
    if (!isRepeated) diagnostics.add("VX4002", { what: `the name of a ${kind}`, name, rule: dnsSubdomain.rule }, { at, places });
    return;
  }
  if (key !== undefined && !isLegal(key, dataKey)) {
    diagnostics.add(
      "VX4002",
      { what: `a key of a ${kind}`, name: key, rule: dataKey.rule },
      { at: locationOf(placed, keyPointer), places },
    );
    return;
  }
  for (const place of places) {
    const found = context.known.find(place, kind, name);
    if (found !== undefined) checkKey(placed, reference, place, context);
    else if (!isRepeated) checkUnknown(placed, reference, place, context);
  }
}

function checkUnknown(
  placed: PlacedManifest,
  { kind, name, optional, namePointer }: ObjectReference,
  place: string,
  context: CheckContext,
): void {
  const { known, model, diagnostics } = context;
  const { external } = model.settings.workloads;
  if (external.includes(name)) return;
  const at = locationOf(placed, namePointer);
  const names = known.namesIn(place, kind);
  if (optional) {
    const ours = suggest(
      name,
      names.filter((candidate) => known.find(place, kind, candidate)?.service !== undefined),
    );
    if (ours.length > 0) diagnostics.add("VX3015", { kind, name, key: undefined, suggestions: ours }, { at, places: [place] });
    return;
  }
  const others = known.placesWith(kind, name);
  const elsewhere =
    others.length === 0 ? undefined : `it is there in ${others.join(", ")}: see the namespace, and the folder, of this manifest`;
  diagnostics.add("VX3012", { kind, name, elsewhere, suggestions: suggest(name, [...names, ...external]) }, { at, places: [place] });
}

function checkKey(
  placed: PlacedManifest,
  { kind, name, key, optional, keyPointer }: ObjectReference,
  place: string,
  context: CheckContext,
): void {
  const { known, model, diagnostics } = context;
  const object = known.find(place, kind, name);
  if (object === undefined || key === undefined || object.keys.has(key)) return;
  const suggestions = suggest(key, object.keys);
  // Of an object that others fill, only what looks like a slip is reported, and `external` says that it is none.
  if (!object.isComplete && (suggestions.length === 0 || model.settings.workloads.external.includes(name))) return;
  const at = locationOf(placed, keyPointer);
  if (!optional) diagnostics.add("VX3011", { kind, name, key, owner: object.owner, suggestions }, { at, places: [place] });
  else if (object.service !== undefined) diagnostics.add("VX3015", { kind, name, key, suggestions }, { at, places: [place] });
}

function checkSubPaths(placed: PlacedManifest, { subPathMounts }: PodUse, { known, diagnostics }: CheckContext): void {
  for (const { container, mountPath, pointer, configMaps } of subPathMounts)
    for (const name of configMaps)
      for (const place of placed.places)
        if (known.find(place, "ConfigMap", name)?.service !== undefined)
          diagnostics.add("VX3013", { name, container, mountPath }, { at: locationOf(placed, pointer, "key"), places: [place] });
}
