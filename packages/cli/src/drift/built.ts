// What the schemas give for the service and environment of a mount; nothing when there is no workspace around.
import type { ServiceConfig } from "@veltrix/analysis";
import type { HashesFile } from "@veltrix/protocol";
import type { Context, Outcome } from "../command.ts";
import { findWorkspace, refuseWorkspace } from "../workspace.ts";

export type Built =
  | { readonly kind: "built"; readonly selected: ServiceConfig | undefined; readonly outcome: Outcome }
  | { readonly kind: "refused"; readonly outcome: Outcome };

/** Compiles the workspace, if there is one. One that was named must be there. */
export async function builtConfig({ service, environment }: HashesFile, context: Context): Promise<Built> {
  const root = findWorkspace(context);
  if (root === undefined) {
    if (context.workspace !== undefined) return { kind: "refused", outcome: await refuseWorkspace(context) };
    return { kind: "built", selected: undefined, outcome: {} };
  }
  const { compileWorkspace } = await import("../compiled.ts");
  const { selectConfig } = await import("../select.ts");
  const compiled = await compileWorkspace(root);
  if (compiled.kind === "refused") return { kind: "refused", outcome: compiled.outcome };
  const { diagnostics, readText } = compiled.outcome;
  const selection = selectConfig(compiled.model, service, environment);
  if (selection.kind === "found") return { kind: "built", selected: selection.found, outcome: compiled.outcome };
  return { kind: "refused", outcome: { diagnostics: [...diagnostics, ...selection.diagnostics], readText } };
}
