// veltrix build: schemas/ to generated/, or with --check the proof that they agree.
import type { BuildSize, EndedBuild } from "@veltrix/compiler/incremental";
import type { Command, Context, Outcome } from "../command.ts";
import { inWorkspace, type WorkspaceContext } from "../workspace.ts";

interface BuildArgs {
  readonly check?: boolean;
  readonly "deny-warnings"?: boolean;
  readonly prove?: boolean;
  readonly watch?: boolean;
  readonly emitter?: readonly string[];
}

export const build: Command<BuildArgs> = {
  command: "build",
  describe: "Write generated/ from schemas/",
  parameters: {
    check: { describe: "Write nothing; fail when generated/ is not what schemas/ give", type: "boolean" },
    "deny-warnings": { describe: "Take every warning for an error; `diagnostics` in veltrix.yaml does so code by code", type: "boolean" },
    emitter: {
      describe: "A package with one more emitter, found from the workspace; may be given several times",
      type: "string",
      many: true,
    },
    prove: { describe: "Let a second judge (ajv) judge everything that is delivered; stop where it disagrees", type: "boolean" },
    watch: { describe: "Go on, and build again whenever something that was read changes", type: "boolean" },
  },
  examples: [
    ["$0 build", "validate everything and write what changed"],
    ["$0 build --check", "prove in CI that generated/ is up to date"],
    ["$0 build --check --deny-warnings", "the same, and nothing that is only warned of either"],
    ["$0 build --check --prove", "the same, and let ajv judge every delivered value too"],
    ["$0 build --check --format github", "the same, with annotations in a GitHub workflow"],
    ["$0 build --watch", "build at every save, until Ctrl-C; with --format json one document a line"],
  ],
  handler: runBuild,
};

async function runBuild(args: BuildArgs, context: Context): Promise<Outcome> {
  const misuse = describeMisuse(args, context.format);
  if (misuse !== undefined) return { diagnostics: [(await import("../usage.ts")).usageProblem(misuse)] };
  return inWorkspace(args.watch === true ? watchWorkspace : buildWorkspace)(args, context);
}

async function buildWorkspace(
  { check = false, prove = false, emitter: packages = [], "deny-warnings": denyWarnings = false }: BuildArgs,
  { root, io }: WorkspaceContext,
): Promise<Outcome> {
  if (!check && !prove && packages.length === 0) {
    const { findLastBuild } = await import("@veltrix/compiler/incremental");
    const last = findLastBuild(root);
    if (last !== undefined) return describeLast(last);
  }
  const [{ RecordingHost }, { loadAllEmitters }, { buildOnce }] = await Promise.all([
    import("@veltrix/compiler/incremental"),
    import("../emitters.ts"),
    import("../build/build-once.ts"),
  ]);
  const loaded = await loadAllEmitters(root, packages);
  if (loaded.kind === "refused") return { diagnostics: [(await import("../usage.ts")).usageProblem(loaded.detail)] };
  const startedAt = Date.now();
  const host = new RecordingHost(root);
  const proof = prove ? [await (await import("../prove/prove-model.ts")).proofEmitter(root, io)] : [];
  const { result, outcome } = await buildOnce(host, { io, emitters: [...proof, ...loaded.emitters], check, denyWarnings });
  if (!check && packages.length === 0) await saveBuild({ root, host, result, startedAt });
  return outcome;
}

/** So that the next build may end at once. */
async function saveBuild(ended: Omit<EndedBuild, "tools">): Promise<void> {
  const [{ saveLastBuild }, { buildTools }] = await Promise.all([
    import("@veltrix/compiler/incremental"),
    import("../build/build-tools.ts"),
  ]);
  saveLastBuild({ ...ended, tools: buildTools() });
}

async function describeLast(last: BuildSize): Promise<Outcome> {
  const { describeBuild } = await import("../render/build.ts");
  const { services, environments, unchanged } = last;
  return { summary: { services, environments, written: [], removed: [], unchanged }, note: describeBuild(last) };
}

async function watchWorkspace({ emitter: packages = [] }: BuildArgs, context: WorkspaceContext): Promise<Outcome> {
  const { loadAllEmitters } = await import("../emitters.ts");
  const loaded = await loadAllEmitters(context.root, packages);
  if (loaded.kind === "refused") return { diagnostics: [(await import("../usage.ts")).usageProblem(loaded.detail)] };
  return (await import("../build/watch-build.ts")).watchBuild(context, loaded.emitters);
}

function describeMisuse({ check, prove, watch, "deny-warnings": denyWarnings }: BuildArgs, format: string | undefined): string | undefined {
  if (watch !== true) return undefined;
  if (denyWarnings === true) return "--watch shows warnings as it goes and ends with none: leave out --deny-warnings";
  if (prove === true) return "--prove judges once and --watch goes on: choose one";
  if (check === true) return "--watch writes and --check does not: choose one";
  if (format === "pretty" || format === "json" || format === undefined) return undefined;
  return `--watch prints as it goes: --format pretty or json, not ${format}`;
}
