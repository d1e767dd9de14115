// What a command line names, in the model; VX7007 with the nearest names where there is no such thing.
import type { ServiceConfig } from "@veltrix/analysis";
import type { Model } from "@veltrix/compiler";
import { type Diagnostic, report, suggest, suggestEnvironment } from "@veltrix/diagnostics";

/** What was found, or why it was not. */
export type Selection<Found> =
  | { readonly kind: "found"; readonly found: Found }
  | { readonly kind: "unknown"; readonly diagnostics: readonly Diagnostic[] };

/** The service `id` in `environment`. Both names are judged, so both problems are told at once. */
export function selectConfig(model: Model, id: string, environment: string): Selection<ServiceConfig> {
  const service = model.services.find((candidate) => candidate.id === id);
  const environments = model.settings.environments.map(({ name }) => name);
  const diagnostics = [
    ...(service === undefined
      ? [
          unknownName(
            "service",
            id,
            model.services.map((known) => known.id),
          ),
        ]
      : []),
    ...(environments.includes(environment) ? [] : [unknownName("environment", environment, environments)]),
  ];
  const config = service?.configs.find((candidate) => candidate.environment.name === environment);
  if (service === undefined || config === undefined) return { kind: "unknown", diagnostics };
  return { kind: "found", found: { service, config } };
}

/** VX7007. */
export function unknownName(what: string, name: string, known: readonly string[]): Diagnostic {
  const suggestions = what === "environment" ? suggestEnvironment(name, known) : suggest(name, known);
  return report("VX7007", { what, name, suggestions, known }, { at: { file: "command line" } });
}
