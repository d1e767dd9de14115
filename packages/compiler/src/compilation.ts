// What the stages up to the model come to.
import type { Diagnostic } from "@veltrix/diagnostics";
import type { Model } from "./model.ts";
import type { Document } from "./read/document.ts";

/** What compiling came to. */
export interface Compilation {
  /** Undefined when there is an error. */
  readonly model: Model | undefined;
  /** Every problem of every service and environment, each once. */
  readonly diagnostics: readonly Diagnostic[];
  /** Every file that was read, by path: reporters take their frames from it. */
  readonly documents: ReadonlyMap<string, Document>;
}
