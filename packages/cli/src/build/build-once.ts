// One build and what it came to, as an outcome.
import { build, type BuildResult, type Emitter, type WriteHost } from "@veltrix/compiler";
import { hasErrors } from "@veltrix/diagnostics";
import type { Outcome } from "../command.ts";
import { textReader } from "../compiled.ts";
import type { Io } from "../io.ts";
import { Progress, withProgress } from "../progress.ts";
import { describeBuild, describeCheck } from "../render/build.ts";

export interface BuildOnceOptions {
  readonly io: Io;
  readonly emitters: readonly Emitter[];
  /** Write nothing: every difference is an error. */
  readonly check: boolean;
  /** Every warning is an error. */
  readonly denyWarnings?: boolean;
}

/** Builds once. */
export async function buildOnce(
  host: WriteHost,
  { io, emitters, check, denyWarnings = false }: BuildOnceOptions,
): Promise<{ readonly result: BuildResult; readonly outcome: Outcome }> {
  const progress = new Progress(io);
  const result = await build(host, { emitters: withProgress(emitters, progress), check, denyWarnings }).finally(() => progress.end());
  return { result, outcome: toOutcome(host, result, check) };
}

function toOutcome(host: WriteHost, result: BuildResult, check: boolean): Outcome {
  const { diagnostics, written, removed, unchanged, model } = result;
  const services = model?.services.length ?? null;
  const environments = model?.settings.environments.length ?? null;
  const outcome = { diagnostics, readText: textReader(host, result), summary: { services, environments, written, removed, unchanged } };
  if (model === undefined || services === null || environments === null || hasErrors(diagnostics)) return outcome;
  const built = { services, environments, written: written.length, removed: removed.length, unchanged };
  return { ...outcome, note: check ? describeCheck(built, model.settings.outputs.folder) : describeBuild(built) };
}
