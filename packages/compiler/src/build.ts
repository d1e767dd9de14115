// A whole build: compile, then emit and write. With an error anywhere nothing is written.
import { type Diagnostic, hasErrors } from "@veltrix/diagnostics";
import { type Compilation, compile } from "./compile.ts";
import { emit } from "./emit/emit.ts";
import type { Emitter } from "./emitter.ts";
import type { WriteHost } from "./host/host.ts";
import { planWrites } from "./write/plan.ts";
import { describePlan, write } from "./write/write.ts";

export interface BuildOptions {
  readonly emitters: readonly Emitter[];
  /** Compare names and bytes, and write nothing. */
  readonly check?: boolean;
}

/** What a build came to. */
export interface BuildResult extends Compilation {
  /** Paths relative to the workspace; with `check`, what a build would write and remove. */
  readonly written: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: number;
}

/** Builds the workspace that `host` shows. */
export async function build(host: WriteHost, options: BuildOptions): Promise<BuildResult> {
  const compilation = compile(host);
  const { model } = compilation;
  if (model === undefined) return finish(compilation, []);
  const emitted = await emit(model, options.emitters);
  if (hasErrors(emitted.diagnostics)) return finish(compilation, emitted.diagnostics);
  const { folder } = model.settings.outputs;
  const plan = planWrites(host, folder, emitted.value);
  const outcome = options.check === true ? describePlan(folder, plan) : write(host, folder, plan);
  return {
    ...finish(compilation, [...emitted.diagnostics, ...outcome]),
    written: plan.writes.map(({ path }) => `${folder}/${path}`),
    removed: plan.removals.map((path) => `${folder}/${path}`),
    unchanged: plan.unchanged,
  };
}

function finish(compilation: Compilation, diagnostics: readonly Diagnostic[]): BuildResult {
  return { ...compilation, diagnostics: [...compilation.diagnostics, ...diagnostics], written: [], removed: [], unchanged: 0 };
}
