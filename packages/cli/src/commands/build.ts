// veltrix build: schemas/ to generated/, or with --check the proof that they agree.
import type { BuildResult, Settings } from "@veltrix/compiler";
import type { Command, Outcome } from "../command.ts";
import { counted } from "../counted.ts";
import { inWorkspace, type WorkspaceContext } from "../workspace.ts";

interface BuildArgs {
  readonly check?: boolean;
}

export const build: Command<BuildArgs> = {
  command: "build",
  describe: "Write generated/ from schemas/",
  parameters: { check: { describe: "Write nothing; fail when generated/ is not what schemas/ give", type: "boolean" } },
  examples: [
    ["$0 build", "validate everything and write what changed"],
    ["$0 build --check", "prove in CI that generated/ is up to date"],
    ["$0 build --check --format github", "the same, with annotations in a GitHub workflow"],
  ],
  handler: inWorkspace(runBuild),
};

async function runBuild({ check = false }: BuildArgs, { root, io }: WorkspaceContext): Promise<Outcome> {
  const [compiler, { loadEmitters }, { textReader }, { Progress, withProgress }] = await Promise.all([
    import("@veltrix/compiler"),
    import("../emitters.ts"),
    import("../compiled.ts"),
    import("../progress.ts"),
  ]);
  const progress = new Progress(io);
  const host = new compiler.DiskHost(root);
  const result = await compiler
    .build(host, { emitters: withProgress(await loadEmitters(), progress), check })
    .finally(() => progress.end());
  const { diagnostics, written, removed, unchanged, model } = result;
  const hasErrors = diagnostics.some(({ severity }) => severity === "error");
  return {
    diagnostics,
    readText: textReader(host, result),
    summary: {
      services: model?.services.length ?? null,
      environments: model?.settings.environments.length ?? null,
      written,
      removed,
      unchanged,
    },
    ...(model === undefined || hasErrors
      ? {}
      : { note: describeSuccess(result, { check, services: model.services.length, settings: model.settings }) }),
  };
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
