// veltrix init: makes a workspace of an existing pnpm repository.
import type { DiskHost } from "@veltrix/compiler";
import type { Command, Context, Outcome } from "../command.ts";
import type { InitFile } from "../init/templates.ts";

interface InitArgs {
  readonly service?: string;
}

export const init: Command<InitArgs> = {
  command: "init",
  describe: "Set up Veltrix in a pnpm repository; safe to run again",
  parameters: { service: { describe: "Id of the first service, or of one to add", type: "string" } },
  examples: [
    ["$0 init", "settings, a first service, and the generated package"],
    ["$0 init --service device-gateway", "the same, with a service of that name"],
  ],
  handler: runInit,
};

async function runInit({ service }: InitArgs, context: Context): Promise<Outcome> {
  const [compiler, { planInit }, { usageProblem }, { report }, { readVersion }, { resolve }] = await Promise.all([
    import("@veltrix/compiler"),
    import("../init/plan.ts"),
    import("../usage.ts"),
    import("@veltrix/diagnostics"),
    import("../version.ts"),
    import("node:path"),
  ]);
  const root = await findRepository(context);
  if (root === undefined) {
    const from = resolve(context.io.cwd, context.workspace ?? ".");
    return {
      diagnostics: [
        usageProblem(`no folder from ${from} upward holds pnpm-workspace.yaml, and \`veltrix init\` works in a pnpm repository`),
      ],
    };
  }
  if (service !== undefined && (!compiler.isServiceId(service) || RESERVED.has(service))) {
    const reason = RESERVED.has(service)
      ? "the name is reserved"
      : "it is not a DNS-1123 label of at most 40 characters that starts with a letter";
    return { diagnostics: [report("VX1010", { service, reason }, { at: { file: "command line" } })] };
  }
  const host = new compiler.DiskHost(root);
  const plan = planInit(host, { ...(service === undefined ? {} : { service }), version: `^${readVersion()}` });
  const { diagnostics, readText, files, unchanged } = plan;
  if (diagnostics.length > 0) {
    // Problems of the workspace that is there: as every command says them, without a secret that stands in their lines.
    const isOfPlan = diagnostics.every(({ code }) => code.startsWith("VX7"));
    const compiled = isOfPlan ? undefined : compiler.compile(host, (await import("../emitters.ts")).knownEmitters);
    return { diagnostics: compiled?.diagnostics ?? diagnostics, readText };
  }
  const refusals = await writeAll(host, files);
  if (refusals.length > 0) return { diagnostics: refusals };
  const written = files.map(({ path }) => path);
  return {
    summary: { written, unchanged },
    text: written.map((path) => `${path}\n`).join(""),
    note:
      written.length === 0
        ? "everything is there already"
        : `${written.length} files written; next: \`pnpm install\`, then \`veltrix build\``,
  };
}

const RESERVED: ReadonlySet<string> = new Set(["shared", "cluster", "constructor", "prototype"]);

async function writeAll(host: DiskHost, files: readonly InitFile[]): Promise<NonNullable<Outcome["diagnostics"]>> {
  const [{ HostRefusal }, { report }] = await Promise.all([import("@veltrix/compiler"), import("@veltrix/diagnostics")]);
  try {
    for (const { path, contents } of files) host.replaceFile(path, contents);
    return [];
  } catch (error) {
    if (!(error instanceof HostRefusal)) throw error;
    return [report("VX7005", { file: error.path, detail: error.message }, { at: { file: error.path } })];
  }
}

/** The nearest folder upward that is a pnpm workspace; with `--workspace` that folder alone. */
async function findRepository({ io, workspace }: Context): Promise<string | undefined> {
  const { findUpward } = await import("../workspace.ts");
  return findUpward({ from: io.cwd, named: workspace, marker: "pnpm-workspace.yaml" });
}
