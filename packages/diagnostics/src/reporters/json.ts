// For machines: one JSON document on stdout, paths relative to the workspace.
import type { Location } from "../diagnostic.ts";
import type { Span } from "../positions.ts";
import { countSeverities, placeAll, printJson, type ReportInput } from "./report.ts";

/** Members of a JSON object that is printed. */
type Members = { readonly [name: string]: unknown };

/** `{ diagnostics: [...], summary: { errors, warnings, ...summary }, ...data }`, indented, with a final newline. */
export function reportJson(input: ReportInput, summary: Members = {}, data: Members = {}): string {
  const diagnostics = placeAll(input).map(({ diagnostic, span, related }) => ({
    code: diagnostic.code,
    slug: diagnostic.slug,
    severity: diagnostic.severity,
    message: diagnostic.message,
    service: diagnostic.service ?? null,
    // One problem may concern several environments; `environment` is the one where there is just one.
    environment: diagnostic.environments.length === 1 ? diagnostic.environments[0] : null,
    environments: diagnostic.environments,
    key: diagnostic.key ?? null,
    at: placeJson(diagnostic.at, span),
    related: diagnostic.related.map(({ at, message }, index) => ({ message, at: placeJson(at, related[index]) })),
    hint: diagnostic.hint ?? null,
    suggestions: diagnostic.suggestions,
  }));
  return printJson({ diagnostics, summary: { ...countSeverities(input.diagnostics), ...summary }, ...data });
}

function placeJson(at: Location, span: Span | undefined): object {
  return { file: at.file, line: span?.line ?? null, column: span?.column ?? null, pointer: at.pointer ?? null };
}
