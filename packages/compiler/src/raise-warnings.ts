// Warnings that a workspace, or whoever runs a build, makes errors. Nothing is ever made weaker.
import type { Diagnostic } from "@veltrix/diagnostics";
import type { Settings } from "./model.ts";

/** Which warnings are errors: all of them, or those of the given codes. */
export type RaisedWarnings = "all" | ReadonlySet<string>;

/** What the settings raise, unless all is raised. */
export function raisedBy(settings: Settings | undefined, denyWarnings: boolean): RaisedWarnings {
  return denyWarnings ? "all" : new Set(settings?.raisedWarnings);
}

/** `diagnostics` with the raised ones as errors. */
export function raiseWarnings(diagnostics: readonly Diagnostic[], raised: RaisedWarnings): readonly Diagnostic[] {
  if (raised !== "all" && raised.size === 0) return diagnostics;
  return diagnostics.map((diagnostic) =>
    diagnostic.severity === "warning" && (raised === "all" || raised.has(diagnostic.code))
      ? { ...diagnostic, severity: "error" as const }
      : diagnostic,
  );
}
