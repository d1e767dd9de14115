// A whole build: compile, then emit and write. With an error anywhere nothing is written.
import { type Diagnostic, hasErrors } from "@veltrix/diagnostics";
import type { Compilation } from "./compilation.ts";
import { compile } from "./compile.ts";
import { emit } from "./emit/emit.ts";
import type { Emitter } from "./emitter.ts";
import { optionsOf } from "./check/emitter-options.ts";
import type { WriteHost } from "./host/host.ts";
import { raisedBy, raiseWarnings } from "./raise-warnings.ts";
import { type WriteOutcome, Output } from "./write/output.ts";

export interface BuildOptions {
  /** In the order in which they run; no two have one name. */
  readonly emitters: readonly Emitter[];
  /** Compare names and bytes, and write nothing. */
  readonly check?: boolean;
  /** Every warning is an error: then nothing is written. */
  readonly denyWarnings?: boolean;
}

/** What a build came to. */
export interface BuildResult extends Compilation, WriteOutcome {}

/** Builds the workspace that `host` shows. */
export async function build(host: WriteHost, options: BuildOptions): Promise<BuildResult> {
  const compilation = compile(host, { denyWarnings: options.denyWarnings === true, emitters: options.emitters });
  const { model } = compilation;
  if (model === undefined) return finish(compilation, []);
  const raised = raisedBy(model.settings, options.denyWarnings === true);
  const problems = raiseWarnings(
    options.emitters.flatMap((emitter) => emitter.check?.(model, optionsOf(emitter, model)) ?? []),
    raised,
  );
  if (hasErrors(problems)) return finish(compilation, problems);
  const output = new Output(host, model.settings.outputs.folder, { isCheck: options.check === true });
  const index = await emit(model, options.emitters, (file) => output.put(file));
  const outcome = output.finish(index);
  return finish(compilation, problems, { ...outcome, diagnostics: raiseWarnings(outcome.diagnostics, raised) });
}

const NOTHING: WriteOutcome = { written: [], removed: [], unchanged: 0, diagnostics: [] };

function finish(compilation: Compilation, problems: readonly Diagnostic[], outcome: WriteOutcome = NOTHING): BuildResult {
  return { ...compilation, ...outcome, diagnostics: [...compilation.diagnostics, ...problems, ...outcome.diagnostics] };
}
