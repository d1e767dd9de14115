// veltrix drift: whether what is mounted is what was built, key by key.
import type { Command, Context, Outcome } from "../command.ts";

interface DriftArgs {
  readonly dir: string;
  readonly service?: string;
  readonly env?: string;
}

export const drift: Command<DriftArgs> = {
  command: "drift",
  describe: "Compare delivered files with each other, and in a workspace with its schemas",
  parameters: {
    dir: { describe: "Folder of config.json and veltrix.json, as it is mounted", type: "string", required: true },
    service: { describe: "The service that the folder must belong to", type: "string" },
    env: { describe: "The environment that the folder must belong to", type: "string", alias: "environment" },
  },
  examples: [
    ["$0 drift --dir /etc/veltrix/config", "is this mount what was built?"],
    [
      "$0 drift --dir config --service broker --environment prod --format json",
      "the same for a program, refusing any other service's files",
    ],
  ],
  handler: runDrift,
};

async function runDrift({ dir, service, env }: DriftArgs, context: Context): Promise<Outcome> {
  const [{ readMount }, { compareMount }, { renderFindings }, { builtConfig }, { resolve }] = await Promise.all([
    import("../drift/mount.ts"),
    import("../drift/compare.ts"),
    import("../drift/render.ts"),
    import("../drift/built.ts"),
    import("node:path"),
  ]);
  const read = await readMount(resolve(context.io.cwd, dir), { service, environment: env });
  if (read.kind === "refused") return { diagnostics: read.diagnostics };
  const built = await builtConfig(read.mount.hashes, context);
  if (built.kind === "refused") return built.outcome;
  const report = await compareMount(read.mount, built.selected);
  const { findings } = report;
  return {
    ...built.outcome,
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
