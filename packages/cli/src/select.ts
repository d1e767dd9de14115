// What a command line names, in the model; VX7007 with the nearest names where there is no such thing.
import { configIn, type ServiceConfig } from "@veltrix/analysis";
import { type Environment, type Model, type Service, SETTINGS_FILE } from "@veltrix/compiler";
import { type Diagnostic, report, suggest, suggestEnvironment } from "@veltrix/diagnostics";

/** What was found, or why it was not. */
export type Selection<Found> =
  | { readonly kind: "found"; readonly found: Found }
  | { readonly kind: "unknown"; readonly diagnostics: readonly Diagnostic[] };

/** An environment that is delivered to a cluster. */
export interface DeliveredEnvironment extends Environment {
  readonly namespace: string;
}

/** Why something was not found; nothing where it was. */
export function problemsOf(...selections: readonly Selection<unknown>[]): readonly Diagnostic[] {
  return selections.flatMap((selection) => (selection.kind === "unknown" ? selection.diagnostics : []));
}

/** The service `id`; undefined where none is named. */
export function selectService<Id extends string | undefined>(
  { services }: Pick<Model, "services">,
  id: Id,
): Selection<Id extends string ? Service : Service | undefined> {
  const service = services.find((candidate) => candidate.id === id);
  if (id !== undefined && service === undefined)
    return unknown(
      "service",
      id,
      services.map((known) => known.id),
    );
  // Only where no id is given is there no service.
  return { kind: "found", found: service as Id extends string ? Service : Service | undefined };
}

/** An environment of the settings. */
export function selectEnvironment({ settings }: Pick<Model, "settings">, name: string): Selection<Environment> {
  const environment = settings.environments.find((candidate) => candidate.name === name);
  return environment === undefined
    ? unknown(
        "environment",
        name,
        settings.environments.map((known) => known.name),
      )
    : { kind: "found", found: environment };
}

/** An environment with a namespace; VX7009 where it has none. */
export function selectDelivered(model: Pick<Model, "settings">, name: string): Selection<DeliveredEnvironment> {
  const selection = selectEnvironment(model, name);
  if (selection.kind === "unknown") return selection;
  const { namespace } = selection.found;
  if (namespace !== undefined) return { kind: "found", found: { ...selection.found, namespace } };
  const at = { file: SETTINGS_FILE, pointer: `/environments/${name}`, on: "key" as const };
  return { kind: "unknown", diagnostics: [report("VX7009", { environment: name }, { at })] };
}

/** The service `id` in `environment`. Both names are judged, so both problems are told at once. */
export function selectConfig(model: Model, id: string, environment: string): Selection<ServiceConfig> {
  const service = selectService(model, id);
  const problems = problemsOf(service, selectEnvironment(model, environment));
  if (service.kind === "unknown" || problems.length > 0) return { kind: "unknown", diagnostics: problems };
  const config = configIn(service.found, environment);
  return config === undefined ? { kind: "unknown", diagnostics: [] } : { kind: "found", found: { service: service.found, config } };
}

/** VX7007. */
export function unknownName(what: string, name: string, known: readonly string[]): Diagnostic {
  const suggestions = what === "environment" ? suggestEnvironment(name, known) : suggest(name, known);
  return report("VX7007", { what, name, suggestions, known }, { at: { file: "command line" } });
}

function unknown(
  what: string,
  name: string,
  known: readonly string[],
): { readonly kind: "unknown"; readonly diagnostics: readonly Diagnostic[] } {
  return { kind: "unknown", diagnostics: [unknownName(what, name, [...new Set(known)])] };
}
