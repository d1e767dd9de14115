// `diff --env a b`: each service in two environments.
import type { Model, Service } from "@veltrix/compiler";
import { visible } from "@veltrix/diagnostics";
import { compareConfigs, type KeyDifference, showValue } from "./values.ts";

/** A service whose values differ. */
export interface ServiceDifference {
  readonly service: string;
  readonly keys: readonly KeyDifference[];
}

/** Services with at least one key that differs. */
export function diffEnvironments(model: Model, [a, b]: readonly [string, string], only: Service | undefined): readonly ServiceDifference[] {
  return model.services
    .filter((service) => only === undefined || service === only)
    .map((service) => ({ service: service.id, keys: compareConfigs(sideOf(service, a), sideOf(service, b)) }))
    .filter(({ keys }) => keys.length > 0);
}

function sideOf(
  service: Service,
  environment: string,
): { readonly service: Service; readonly config: Service["configs"][number] | undefined } {
  return { service, config: service.configs.find((config) => config.environment.name === environment) };
}

/** One block a service: pointer, reload class, the value in each environment. */
export function renderEnvironments(differences: readonly ServiceDifference[], [a, b]: readonly [string, string]): string {
  return differences
    .map(({ service, keys }) => {
      const rows = [
        ["key", "changes", a, b],
        ...keys.map((key) => [
          key.pointer,
          key.reload,
          showValue(key.before),
          `${showValue(key.after)}${key.sameMeaning ? "  (means the same)" : ""}`,
        ]),
      ];
      return `${service}\n${alignRows(rows)}`;
    })
    .join("\n");
}

/** Columns under each other, two blanks apart, indented by two. */
export function alignRows(rows: readonly (readonly string[])[]): string {
  const shown = rows.map((row) => row.map(visible));
  const widths = (shown[0] ?? []).map((_cell, column) => Math.max(...shown.map((row) => row[column]?.length ?? 0)));
  return shown
    .map(
      (row) =>
        `  ${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}
