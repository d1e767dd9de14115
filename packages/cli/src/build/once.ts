// One build and what it came to, as an outcome.
import { build, type BuildResult, type Emitter, type Settings, type WriteHost } from "@veltrix/compiler";
import { hasErrors } from "@veltrix/diagnostics";
import type { Outcome } from "../command.ts";
import { textReader } from "../compiled.ts";
import { counted } from "../counted.ts";
import type { Io } from "../io.ts";
import { Progress, withProgress } from "../progress.ts";

export interface BuildOnceOptions {
  readonly io: Io;
  readonly emitters: readonly Emitter[];
  /** Write nothing: every difference is an error. */
  readonly check: boolean;
}

/** Builds once. */
export async function buildOnce(
  host: WriteHost,
  { io, emitters, check }: BuildOnceOptions,
): Promise<{ readonly result: BuildResult; readonly outcome: Outcome }> {
  const progress = new Progress(io);
  const result = await build(host, { emitters: withProgress(emitters, progress), check }).finally(() => progress.end());
  return { result, outcome: toOutcome(host, result, check) };
}

function toOutcome(host: WriteHost, result: BuildResult, check: boolean): Outcome {
  const { diagnostics, written, removed, unchanged, model } = result;
  const summary = {
    services: model?.services.length ?? null,
    environments: model?.settings.environments.length ?? null,
    written,
    removed,
    unchanged,
  };
  const outcome = { diagnostics, readText: textReader(host, result), summary };
  if (model === undefined || hasErrors(diagnostics)) return outcome;
  return { ...outcome, note: describeSuccess(result, { check, services: model.services.length, settings: model.settings }) };
}

interface Success {
  readonly check: boolean;
  readonly services: number;
  readonly settings: Settings;
}

function describeSuccess({ written, removed, unchanged }: BuildResult, { check, services, settings }: Success): string {
  const what = `${counted(services, "service")}, ${counted(settings.environments.length, "environment")}`;
  if (check) return `${what}: ${settings.outputs.folder}/ is up to date (${counted(unchanged, "file")})`;
  return `${what}: ${counted(written.length, "file")} written, ${removed.length} removed, ${unchanged} unchanged`;
}
