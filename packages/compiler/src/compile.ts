// The compiler: schemas/ -> read -> link -> resolve -> check -> model. `build.ts` goes on with emit and write.
import { type Diagnostic, hasErrors } from "@veltrix/diagnostics";
import { check } from "./check/check.ts";
import type { ReadHost } from "./host/host.ts";
import { link } from "./link/link.ts";
import type { Model } from "./model.ts";
import type { Document } from "./read/document.ts";
import { read } from "./read/read.ts";
import { resolve } from "./resolve/resolve.ts";

/** What compiling came to. */
export interface Compilation {
  /** Undefined when there is an error. */
  readonly model: Model | undefined;
  /** Every problem of every service and environment, each once. */
  readonly diagnostics: readonly Diagnostic[];
  /** Every file that was read, by path: reporters take their frames from it. */
  readonly documents: ReadonlyMap<string, Document>;
}

/** Compiles the workspace that `host` shows. Never throws for anything that stands in a file. */
export function compile(host: ReadHost): Compilation {
  const sources = read(host);
  const { documents, settings } = sources.value;
  if (settings === undefined) return { model: undefined, diagnostics: sources.diagnostics, documents };
  const linked = link(sources.value, settings);
  const resolved = resolve(linked.value);
  const checked = check(resolved.value);
  const diagnostics = [sources, linked, resolved, checked].flatMap((stage) => stage.diagnostics);
  return { model: hasErrors(diagnostics) ? undefined : { ...checked.value, workloads: sources.value.workloads }, diagnostics, documents };
}
