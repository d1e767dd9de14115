// A problem is data: a code, a place, a sentence, and what to write instead.
import type { Code } from "./catalogue/catalogue.ts";
import type { Severity } from "./catalogue/entry.ts";

/**
 * A place in a file of the workspace. Lines and columns are computed late, from the text:
 * `pointer` names a value (RFC 6901) and `on` its key or itself; `offset` counts UTF-16 units.
 * A location with neither means the file as a whole.
 */
export interface Location {
  /** Relative to the workspace, with `/`. */
  readonly file: string;
  readonly pointer?: string;
  readonly on?: "key" | "value";
  /** Which document of a YAML stream `pointer` is about, from 0. */
  readonly document?: number;
  readonly offset?: number;
}

/** Another place that has to do with the problem. */
export interface Related {
  readonly at: Location;
  readonly message: string;
  /** This place is as much at fault as the diagnostic's own: it is shown with a frame, and `message` under it. */
  readonly isAtFault?: boolean;
}

/** One problem. */
export interface Diagnostic {
  readonly code: Code;
  readonly slug: string;
  readonly severity: Severity;
  /** What happened: one sentence, no full stop. */
  readonly message: string;
  readonly at: Location;
  /** What stands under the caret. */
  readonly label?: string;
  /** The value at the place is a secret: no reporter shows its text. */
  readonly hidesValue?: true;
  readonly service?: string;
  /** Environments that it concerns; empty when it has to do with none. */
  readonly environments: readonly string[];
  /** Pointer of the key it concerns. */
  readonly key?: string;
  readonly related: readonly Related[];
  /** What to do. */
  readonly hint?: string;
  /** Lines to paste where the hint says. */
  readonly snippet?: readonly string[];
  /** Texts that could stand instead, best first. */
  readonly suggestions: readonly string[];
}

/** True when any of `diagnostics` is an error. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}
