// What every reporter is given, and the order in which problems are shown.
import type { Diagnostic, Location } from "../diagnostic.ts";
import { PositionFinder, type Span } from "../positions.ts";

/** All that a reporter needs. Reporters return text and write nothing. */
export interface ReportInput {
  readonly diagnostics: readonly Diagnostic[];
  /** The text of a file of the workspace; undefined when it cannot be read. */
  readonly readText: (file: string) => string | undefined;
  /** Picocolors or a stand-in; left out: no colours. */
  readonly paint?: Paint;
}

export interface Paint {
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
}

/** A diagnostic with its place worked out. */
export interface Placed {
  readonly diagnostic: Diagnostic;
  readonly span: Span | undefined;
  readonly related: readonly (Span | undefined)[];
}

/** Works out all places, parsing each file once, and sorts: by file, line, column, code. */
export function placeAll(input: ReportInput): readonly Placed[] {
  const finders = new Map<string, PositionFinder | undefined>();
  const spanOf = (at: Location): Span | undefined => {
    if (!finders.has(at.file)) {
      const text = input.readText(at.file);
      finders.set(at.file, text === undefined ? undefined : new PositionFinder(text));
    }
    return finders.get(at.file)?.find(at);
  };
  const placed = input.diagnostics.map((diagnostic) => ({
    diagnostic,
    span: spanOf(diagnostic.at),
    related: diagnostic.related.map(({ at }) => spanOf(at)),
  }));
  return placed.sort(
    (a, b) =>
      order(a.diagnostic.at.file, b.diagnostic.at.file) ||
      (a.span?.line ?? 0) - (b.span?.line ?? 0) ||
      (a.span?.column ?? 0) - (b.span?.column ?? 0) ||
      order(a.diagnostic.code, b.diagnostic.code) ||
      order(a.diagnostic.message, b.diagnostic.message),
  );
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `file:line:column`, or the file alone. */
export function placeText(at: Location, span: Span | undefined): string {
  return span === undefined ? at.file : `${at.file}:${span.line}:${span.column}`;
}

/** How many errors and warnings there are. */
export function countSeverities(diagnostics: readonly Diagnostic[]): { readonly errors: number; readonly warnings: number } {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  return { errors, warnings: diagnostics.length - errors };
}

/** `value` as indented JSON with a final newline, without a character that a terminal acts upon: JSON itself escapes only some. */
export function printJson(value: unknown): string {
  const escaped = JSON.stringify(value, undefined, 2).replace(/[\u007f-\u009f]/g, (unit) => `\\u00${unit.charCodeAt(0).toString(16)}`);
  return `${escaped}\n`;
}
