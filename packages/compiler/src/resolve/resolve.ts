// Stage 3, resolve: per environment, layers to one value, then references, then contract defaults by policy.
import { type Diagnostic, report, suggest } from "@veltrix/diagnostics";
import { lastToken } from "@veltrix/protocol";
import { Drafts } from "../drafts.ts";
import type { Linked, LinkedService } from "../link/link.ts";
import type { Settings } from "../model.ts";
import { fillDefaults, hasDefault, noteRefused } from "./defaults.ts";
import { layersOf, mergeLayers } from "./layers.ts";
import type { MergeNote } from "./merge.ts";
import { ReferenceFollower } from "./references.ts";
import { applyNames } from "./renames.ts";
import type { LayeredValues, Resolved, ResolvedValues } from "./values.ts";

/** Resolves every service in every environment. */
export function resolve(linked: Linked): { readonly value: Resolved; readonly diagnostics: readonly Diagnostic[] } {
  const drafts = new Drafts(linked.settings.environments);
  const layered = new Map(linked.services.map((service) => [service.id, layerService(service, linked.settings, drafts)]));
  const follower = new ReferenceFollower({
    linked,
    drafts,
    valuesOf: (service, environment) => layered.get(service)?.find((values) => values.environment.name === environment),
    noteMerge: (service, environment, note) => noteMerge(service, environment, note, drafts),
  });
  const services = linked.services.map((service) => {
    const environments = (layered.get(service.id) ?? []).map((values) => completeValues(service, values, { follower, drafts }));
    return { id: service.id, contract: service.contract, environments, uses: follower.usesOf(service.id) };
  });
  return { value: { settings: linked.settings, services }, diagnostics: drafts.finish() };
}

function layerService(service: LinkedService, settings: Settings, drafts: Drafts): readonly LayeredValues[] {
  return settings.environments.flatMap((environment) => {
    const layers = layersOf(service.layers, environment.name);
    if (layers === undefined) return [];
    const merged = mergeLayers(layers, (note) => noteMerge(service, environment.name, note, drafts));
    return [{ environment, layers, ...applyNames(service, { environment, layers, value: merged }, drafts) }];
  });
}

function completeValues(
  service: LinkedService,
  values: LayeredValues,
  { follower, drafts }: { readonly follower: ReferenceFollower; readonly drafts: Drafts },
): ResolvedValues {
  const followed = follower.followAll(service, values);
  const { value, defaults, refused } = fillDefaults(followed, "", { ...values, contract: service.contract });
  noteRefused(service, values.environment.name, refused, drafts);
  return { ...values, value, defaults };
}

/** An `!unset` that takes nothing away, or an object that changes nothing. Taking away a default alone is something. */
function noteMerge(service: LinkedService, environment: string, { kind, pointer, file, held }: MergeNote, drafts: Drafts): void {
  if (kind === "nothing" && hasDefault(service.contract, pointer)) return;
  const place = { at: { file, pointer, on: "key" as const }, service: service.id, key: pointer };
  const name = lastToken(pointer);
  drafts.note(["merge", kind, file, pointer], environment, (where, environments) =>
    kind === "empty"
      ? report("VX2032", { service: service.id, pointer, where, name }, { ...place, environments })
      : report("VX2031", { service: service.id, pointer, where, kind, suggestions: suggest(name, held) }, { ...place, environments }),
  );
}
