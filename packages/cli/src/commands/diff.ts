// veltrix diff: what differs between two environments, between the workspace and a git revision, or between two revisions.
import type { RevisionDifference } from "@veltrix/analysis/diff";
import type { Command, Outcome } from "../command.ts";
import type { CompiledWorkspace } from "../compiled.ts";
import { countNoun } from "../render/count-noun.ts";
import { inWorkspace, type WorkspaceContext } from "../workspace.ts";

interface DiffArgs {
  readonly other?: string;
  readonly env?: string;
  readonly against?: string;
  readonly to?: string;
  readonly "allow-deletions"?: boolean;
  readonly service?: string;
  readonly "exit-code"?: boolean;
}

type Compiled = Extract<CompiledWorkspace, { kind: "compiled" }>;

export const diff: Command<DiffArgs> = {
  command: "diff [other]",
  describe: "Compare two environments, or the workspace with a git revision",
  parameters: {
    other: { describe: "The second environment to compare, after --env and the first", type: "string", positional: true },
    env: { describe: "The first of two environments; on its own, limits the comparison to it", type: "string", alias: "environment" },
    against: { describe: "The commit, branch or tag to compare from; defaults to HEAD", type: "string" },
    to: { describe: "The commit, branch or tag to compare to, instead of the working files", type: "string" },
    service: { describe: "Only this service", type: "string" },
    "exit-code": { describe: "Exit with 1 if there is a difference", type: "boolean" },
    "allow-deletions": { describe: "Allow a change to remove a whole service, or an unusually large share of its keys", type: "boolean" },
  },
  examples: [
    ["$0 diff --env staging prod", "every key that differs, and whether it can change in a running process"],
    ["$0 diff", "what the working files change since the last commit; which workloads that restarts, and why"],
    ["$0 diff --env prod", "the same for one environment"],
    ["$0 diff --against main", "what a branch changes: contracts, values, workloads that restart"],
    ["$0 diff --against v1 --to v2", "the same between two revisions"],
    ["$0 diff --against HEAD --exit-code --format json", "the same, for a program to read"],
  ],
  handler: inWorkspace(runDiff),
};

async function runDiff(args: DiffArgs, context: WorkspaceContext): Promise<Outcome> {
  const { env, other, against, to } = args;
  const isAboutRevisions = against !== undefined || to !== undefined;
  if (other !== undefined && (isAboutRevisions || env === undefined)) {
    const { usageProblem } = await import("../usage.ts");
    return { diagnostics: [usageProblem("name two environments (`--env staging prod`) or revisions (`--against main`)")] };
  }
  if (to !== undefined) return diffAgainst(args, context, undefined);
  const { compileWorkspace } = await import("../compiled.ts");
  const compiled = await compileWorkspace(context.root);
  if (compiled.kind === "refused") return compiled.outcome;
  const areTwo = env !== undefined && other !== undefined;
  const outcome = areTwo ? await diffEnv([env, other], args, compiled) : await diffAgainst(args, context, compiled);
  return { ...compiled.outcome, ...outcome, diagnostics: [...compiled.outcome.diagnostics, ...(outcome.diagnostics ?? [])] };
}

async function diffEnv(names: readonly [string, string], args: DiffArgs, { model }: Compiled): Promise<Outcome> {
  const [{ diffEnvironments }, { renderEnvironments }, { problemsOf, selectEnvironment, selectService }] = await Promise.all([
    import("@veltrix/analysis/diff"),
    import("../render/diff.ts"),
    import("../select.ts"),
  ]);
  const service = selectService(model, args.service);
  const diagnostics = problemsOf(...names.map((name) => selectEnvironment(model, name)), service);
  if (diagnostics.length > 0 || service.kind === "unknown") return { diagnostics };
  const services = diffEnvironments(model, names, service.found);
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

/** `now`: the files as they are; left out where `--to` names another end. */
async function diffAgainst(args: DiffArgs, { root }: WorkspaceContext, now: Compiled | undefined): Promise<Outcome> {
  const [{ compileRevision }, { diffRevisions, findDeletions, onlyIn }, { problemsOf, selectEnvironment, selectService }] =
    await Promise.all([import("../compile-revision.ts"), import("@veltrix/analysis/diff"), import("../select.ts")]);
  const before = await compileRevision(root, args.against ?? "HEAD");
  const after =
    now === undefined ? await compileRevision(root, args.to ?? "") : { kind: "compiled" as const, model: now.model, commit: null };
  if (before.kind === "refused") return { diagnostics: [before.diagnostic] };
  if (after.kind === "refused") return { diagnostics: [after.diagnostic] };
  const services = [...before.model.services, ...after.model.services];
  const environments = [...before.model.settings.environments, ...after.model.settings.environments];
  const both = { services, settings: { ...after.model.settings, environments } };
  const unknown = problemsOf(selectService(both, args.service), ...(args.env === undefined ? [] : [selectEnvironment(both, args.env)]));
  if (unknown.length > 0) return { diagnostics: unknown };
  const [from, to] = [onlyIn(before.model, args.env), onlyIn(after.model, args.env)];
  const difference = diffRevisions(from, to, args.service);
  const deletions = args["allow-deletions"] === true ? [] : findDeletions(from, to, args.service);
  return { ...(await describe(difference, args, [before.commit, after.commit])), diagnostics: deletions };
}

async function describe(difference: RevisionDifference, args: DiffArgs, [commit, end]: readonly [string, string | null]): Promise<Outcome> {
  const [{ countBreaking, isDifferent }, { renderRevisions }] = await Promise.all([
    import("@veltrix/analysis/diff"),
    import("../render/diff.ts"),
  ]);
  const { services, restarts } = difference;
  const breaking = countBreaking(difference);
  const against = args.against ?? "HEAD";
  const to = args.to === undefined ? {} : { to: args.to, toCommit: end };
  return {
    summary: { against, commit, ...to, services: services.length, breaking, restarts: restarts.length },
    data: { diff: difference },
    text: renderRevisions(difference),
    note: isDifferent(difference)
      ? `${countNoun(services.length, "service")} changed, ${countNoun(breaking, "breaking change")}, ${countNoun(restarts.length, "restart")}`
      : args.to === undefined
        ? `nothing differs from ${against}`
        : `${against} and ${args.to} do not differ`,
    ...exitOf(args, isDifferent(difference)),
  };
}

function exitOf(args: DiffArgs, isDifferent: boolean): { readonly exitCode?: number } {
  return args["exit-code"] === true && isDifferent ? { exitCode: 1 } : {};
}
