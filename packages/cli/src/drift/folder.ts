// veltrix drift --dir: whether what is mounted is what was built.
import { join, resolve } from "node:path";
import { compareMount, declaredIn } from "@veltrix/analysis/drift";
import type { Location } from "@veltrix/diagnostics";
import { CONFIG_FILE, type DriftFinding } from "@veltrix/protocol";
import { compareDelivered } from "@veltrix/runtime";
import type { Context, Outcome } from "../command.ts";
import { renderFindings } from "../render/drift.ts";
import { builtConfig } from "./built.ts";
import { driftDiagnostics } from "./diagnostics.ts";
import { readMount } from "./read-mount.ts";

/** Which folder, and what it must be. */
export interface FolderArgs {
  readonly dir: string;
  readonly service?: string;
  readonly env?: string;
}

/** Compares the files of a mount with each other, and in a workspace with its schemas. */
export async function compareFolder({ dir, service, env }: FolderArgs, context: Context): Promise<Outcome> {
  const read = await readMount(resolve(context.io.cwd, dir), { service, environment: env });
  if (read.kind === "refused") return { diagnostics: read.diagnostics };
  const built = await builtConfig(read.mount.hashes, context);
  if (built.kind === "refused") return built.outcome;
  const { selected } = built;
  const { configText, hashes } = read.mount;
  const delivered = { configText, hashes, dir: read.mount.dir };
  const own = await compareDelivered(selected === undefined ? delivered : { ...delivered, previous: selected.config.value });
  const report = selected === undefined ? own : compareMount(read.mount, selected, own);
  const { findings } = report;
  const placeOf = (finding: DriftFinding): Location =>
    selected === undefined ? { file: join(dir, CONFIG_FILE) } : declaredIn({ services: [selected.service] }, finding);
  return {
    ...built.outcome,
    diagnostics: [
      ...(built.outcome.diagnostics ?? []),
      ...driftDiagnostics(
        findings.map((finding) => ({ finding })),
        context.format,
        placeOf,
      ),
    ],
    summary: {
      service: report.service,
      environment: report.environment,
      findings: findings.length,
      compared: built.selected === undefined ? "mount" : "mount and schemas",
    },
    data: { drift: report },
    text: renderFindings(report, { comparedWithSchemas: built.selected !== undefined }),
    exitCode: findings.length === 0 ? 0 : 1,
  };
}
