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
    check: { describe: "Write nothing; fail if generated/ is not up to date with schemas/", type: "boolean" },
    "deny-warnings": {
      describe: "Treat every warning as an error; `diagnostics` in veltrix.yaml does so for single codes",
      type: "boolean",
    },
    emitter: {
      describe: "A package that exports an additional emitter, resolved from the workspace; can be repeated",
      type: "string",
      many: true,
    },
    prove: { describe: "Have ajv, a second validator, check everything that is delivered; fail if it disagrees", type: "boolean" },
    watch: { describe: "Keep running, and rebuild whenever anything that was read changes", type: "boolean" },
  },
  examples: [
    ["$0 build", "validate everything, and write what changed"],
    ["$0 build --check", "prove in CI that generated/ is up to date"],
    ["$0 build --check --deny-warnings", "the same, and fail on warnings too"],
    ["$0 build --check --prove", "the same, and have ajv check every delivered value too"],
    ["$0 build --check --format github", "the same, with annotations in a GitHub workflow"],
    ["$0 build --watch", "rebuild at every save, until Ctrl-C; with --format json, one document per line"],
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
  const proof = prove
    ? [await (await import("@veltrix/compiler/prove")).proofEmitter(root, (line) => io.stderr(`veltrix: ${line}\n`))]
    : [];
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
  if (denyWarnings === true) return "--watch shows warnings as it runs and never fails on them: leave out --deny-warnings";
  if (prove === true) return "--prove checks once and --watch keeps running: choose one";
  if (check === true) return "--watch writes and --check does not: choose one";
  if (format === "pretty" || format === "json" || format === undefined) return undefined;
  return `--watch prints as it runs: use --format pretty or json, not ${format}`;
}
