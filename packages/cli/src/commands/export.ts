// veltrix export: the two files that one service is delivered, as its ConfigMap carries them.
import type { Command, Outcome } from "../command.ts";
import { inWorkspace, type WorkspaceContext } from "../workspace.ts";

interface ExportArgs {
  readonly service: string;
  readonly env: string;
  readonly out: string;
}

export const exportFiles: Command<ExportArgs> = {
  command: "export",
  describe: "Write one service's config.json and veltrix.json to a folder",
  parameters: {
    service: { describe: "Id of the service", type: "string", required: true },
    env: { describe: "Environment", type: "string", alias: "environment", required: true },
    out: { describe: "Folder to write to; created if missing", type: "string", required: true },
  },
  examples: [["$0 export --service device-gateway --env prod --out config", "what an image of device-gateway needs in prod"]],
  handler: inWorkspace(runExport),
};

async function runExport({ service: id, env, out }: ExportArgs, { root, io }: WorkspaceContext): Promise<Outcome> {
  const [{ compileWorkspace }, { selectConfig }, { deliveredFiles, writeDelivered }, { resolve }] = await Promise.all([
    import("../compiled.ts"),
    import("../select.ts"),
    import("../delivered.ts"),
    import("node:path"),
  ]);
  const compiled = await compileWorkspace(root);
  if (compiled.kind === "refused") return compiled.outcome;
  const { diagnostics, readText } = compiled.outcome;
  const selection = selectConfig(compiled.model, id, env);
  if (selection.kind === "unknown") return { diagnostics: [...diagnostics, ...selection.diagnostics], readText };
  const files = deliveredFiles(selection.found);
  const refusals = writeDelivered(resolve(io.cwd, out), files);
  if (refusals.length > 0) return { diagnostics: [...diagnostics, ...refusals], readText };
  const names = files.map(({ name }) => name);
  return {
    diagnostics,
    readText,
    summary: { service: id, environment: env, out, written: names },
    note: `${id} in ${env}: ${names.join(" and ")} written to ${out}`,
  };
}
