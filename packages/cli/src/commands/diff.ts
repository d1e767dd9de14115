// veltrix diff: what differs between two environments, or between the workspace and a git revision.
import type { Command, Outcome } from "../command.ts";
import type { CompiledWorkspace } from "../compiled.ts";
import { counted } from "../counted.ts";
import { inWorkspace, type WorkspaceContext } from "../workspace.ts";

interface DiffArgs {
  readonly other?: string;
  readonly env?: string;
  readonly against?: string;
  readonly service?: string;
  readonly "exit-code"?: boolean;
}

type Compiled = Extract<CompiledWorkspace, { kind: "compiled" }>;

export const diff: Command<DiffArgs> = {
  command: "diff [other]",
  describe: "Compare two environments, or the workspace with a git revision",
  parameters: {
    other: { describe: "The second environment, behind --env", type: "string", positional: true },
    env: { describe: "The first environment", type: "string", alias: "environment" },
    against: { describe: "A commit, branch or tag", type: "string" },
    service: { describe: "Only this service", type: "string" },
    "exit-code": { describe: "Exit 1 when there is a difference", type: "boolean" },
  },
  examples: [
    ["$0 diff --env staging prod", "every key that differs, and whether it may change in a running process"],
    ["$0 diff --against main", "what a branch changes: contracts, values, workloads that will restart"],
    ["$0 diff --against HEAD --exit-code --format json", "the same for a program"],
  ],
  handler: inWorkspace(runDiff),
};

async function runDiff(args: DiffArgs, { root }: WorkspaceContext): Promise<Outcome> {
  const [{ compileWorkspace }, { usageProblem }] = await Promise.all([import("../compiled.ts"), import("../usage.ts")]);
  const { env, other, against } = args;
  if ((against === undefined) === (env === undefined) || (env === undefined) !== (other === undefined)) {
    return { diagnostics: [usageProblem("name two environments (`--env staging prod`) or a revision (`--against main`)")] };
  }
  const compiled = compileWorkspace(root);
  if (compiled.kind === "refused") return compiled.outcome;
  const outcome =
    against === undefined ? await diffEnv([env ?? "", other ?? ""], args, compiled) : await diffAgainst(against, args, { root, compiled });
  return { ...compiled.outcome, ...outcome, diagnostics: [...compiled.outcome.diagnostics, ...(outcome.diagnostics ?? [])] };
}

async function diffEnv(names: readonly [string, string], args: DiffArgs, { model }: Compiled): Promise<Outcome> {
  const [{ diffEnvironments, renderEnvironments }, { unknownName }] = await Promise.all([
    import("../diff/environments.ts"),
    import("../select.ts"),
  ]);
  const environments = model.settings.environments.map(({ name }) => name);
  const ids = model.services.map(({ id }) => id);
  const service = model.services.find(({ id }) => id === args.service);
  const diagnostics = [
    ...names.filter((name) => !environments.includes(name)).map((name) => unknownName("environment", name, environments)),
    ...(args.service !== undefined && service === undefined ? [unknownName("service", args.service, ids)] : []),
  ];
  if (diagnostics.length > 0) return { diagnostics };
  const services = diffEnvironments(model, names, service);
  const differences = services.reduce((count, { keys }) => count + keys.length, 0);
  return {
    summary: { environments: names, differences },
    data: { diff: { environments: names, services } },
    text: renderEnvironments(services, names),
    note:
      differences === 0
        ? `${names[0]} and ${names[1]} do not differ`
        : `${differences} ${differences === 1 ? "key differs" : "keys differ"}`,
    ...exitOf(args, differences > 0),
  };
}

async function diffAgainst(
  revision: string,
  args: DiffArgs,
  { root, compiled }: { readonly root: string; readonly compiled: Compiled },
): Promise<Outcome> {
  const [{ compileRevision }, { countBreaking, diffRevisions, isDifferent, renderRevisions }, { unknownName }] = await Promise.all([
    import("../diff/revision.ts"),
    import("../diff/revisions.ts"),
    import("../select.ts"),
  ]);
  const other = await compileRevision(root, revision);
  if (other.kind === "refused") return { diagnostics: [other.diagnostic] };
  const ids = [...new Set([...other.model.services, ...compiled.model.services].map(({ id }) => id))];
  if (args.service !== undefined && !ids.includes(args.service)) return { diagnostics: [unknownName("service", args.service, ids)] };
  const difference = diffRevisions(other.model, compiled.model, args.service);
  const breaking = countBreaking(difference);
  const { services, restarts } = difference;
  return {
    summary: { against: revision, commit: other.commit, services: services.length, breaking, restarts: restarts.length },
    data: { diff: difference },
    text: renderRevisions(difference),
    note: isDifferent(difference)
      ? `${counted(services.length, "service")} changed, ${counted(breaking, "breaking change")}, ${counted(restarts.length, "restart")}`
      : `nothing differs from ${revision}`,
    ...exitOf(args, isDifferent(difference)),
  };
}

function exitOf(args: DiffArgs, isDifferent: boolean): { readonly exitCode?: number } {
  return args["exit-code"] === true && isDifferent ? { exitCode: 1 } : {};
}
