// veltrix drift mount: whether what is mounted is what was built.
import type { Command, Context, Outcome } from "../command.ts";

interface MountArgs {
  readonly dir: string;
  readonly service?: string;
  readonly env?: string;
}

export const driftMount: Command<MountArgs> = {
  command: "drift mount <dir>",
  describe: "Check that a mounted folder is consistent, and holds what was built from the schemas",
  parameters: {
    dir: { describe: "The mounted folder that holds config.json and veltrix.json", type: "string", positional: true },
    service: { describe: "The service that the folder must belong to", type: "string" },
    env: { describe: "The environment that the folder must belong to", type: "string", alias: "environment" },
  },
  examples: [["$0 drift mount /etc/veltrix/config", "does this mount hold what was built?"]],
  handler: compareFolder,
};

/** Compares the files of a mount with each other, and in a workspace with its schemas. */
async function compareFolder({ dir, service, env }: MountArgs, context: Context): Promise<Outcome> {
  const [{ compareMount, declaredIn }, { compareDelivered }, { CONFIG_FILE, hidesValue }, mounts, { renderFindings }, { join, resolve }] =
    await Promise.all([
      import("@veltrix/analysis/drift"),
      import("@veltrix/runtime"),
      import("@veltrix/protocol"),
      import("../drift/read-mount.ts"),
      import("../render/drift.ts"),
      import("node:path"),
    ]);
  const { driftDiagnostics } = await import("../drift/diagnostics.ts");
  const read = await mounts.readMount(resolve(context.io.cwd, dir), { service, environment: env });
  if (read.kind === "refused") return { diagnostics: read.diagnostics };
  const { configText, hashes } = read.mount;
  const built = await (await import("../drift/built.ts")).builtConfig(hashes, context);
  if (built.kind === "refused") return built.outcome;
  const { selected } = built;
  const delivered = { configText, hashes, dir: read.mount.dir };
  const own = await compareDelivered(selected === undefined ? delivered : { ...delivered, previous: selected.config.value });
  const report = selected === undefined ? own : compareMount(read.mount, selected, own);
  const told = report.findings.map((finding) => ({ finding }));
  const diagnostics = driftDiagnostics(told, context.format, (finding) =>
    selected === undefined ? { file: join(dir, CONFIG_FILE) } : declaredIn({ services: [selected.service] }, finding),
  );
  return {
    ...built.outcome,
    diagnostics: [...(built.outcome.diagnostics ?? []), ...diagnostics],
    summary: {
      service: report.service,
      environment: report.environment,
      findings: told.length,
      compared: selected === undefined ? "mount" : "mount and schemas",
    },
    // A root that a hidden value went into is a hash of it.
    data: { drift: report.findings.some(hidesValue) ? { ...report, actualRoot: undefined } : report },
    text: renderFindings(report, { comparedWithSchemas: selected !== undefined }),
    exitCode: told.length === 0 ? 0 : 1,
  };
}
