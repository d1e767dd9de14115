// veltrix prune: ConfigMaps of immutable delivery that nothing holds any more.
import type { PrunePlan } from "@veltrix/analysis/prune";
import type { Model } from "@veltrix/compiler";
import { type Command, EXIT_BUG, type Outcome } from "../command.ts";
import { countNoun } from "../render/count-noun.ts";
import { type ConnectionArgs, connectionOf, connectionParameters } from "../connection.ts";
import type { PruneArguments, PruneRequest } from "../prune/arguments.ts";
import { inWorkspace, type WorkspaceContext } from "../workspace.ts";

interface PruneArgs extends PruneArguments, ConnectionArgs {
  readonly delete?: boolean;
}

export const prune: Command<PruneArgs> = {
  command: "prune",
  describe: "Show or delete immutable ConfigMaps that no pod, revision or rollback needs",
  parameters: {
    env: { describe: "Environment", type: "string", alias: "environment", required: true },
    service: { describe: "Only this service, which the schemas may no longer have", type: "string" },
    "keep-for": { describe: "Keep what was replaced by another release less than this long ago: 720h", type: "string" },
    "keep-count": { describe: "Keep this many of the newest releases of each service", type: "string" },
    instances: { describe: "JSON file that lists processes outside this cluster: [{ id, service, environment, root }]", type: "string" },
    delete: { describe: "Delete what can be deleted; without this, nothing is changed", type: "boolean" },
    ...connectionParameters,
  },
  examples: [
    ["$0 prune --env prod --keep-for 720h", "what can be deleted, and what keeps the rest"],
    ["$0 prune --env prod --keep-count 5 --delete", "delete it; an object that has changed in the meantime is left alone"],
  ],
  handler: inWorkspace(runPrune),
};

async function runPrune(args: PruneArgs, context: WorkspaceContext): Promise<Outcome> {
  const [{ compileWorkspace }, { understand }] = await Promise.all([import("../compiled.ts"), import("../prune/arguments.ts")]);
  const compiled = await compileWorkspace(context.root);
  if (compiled.kind === "refused") return compiled.outcome;
  const { diagnostics, readText } = compiled.outcome;
  const understood = understand(compiled.model, args, context.io);
  if (understood.kind === "unknown") return { diagnostics: [...diagnostics, ...understood.diagnostics], readText };
  const outcome = await pruneIn(args, { model: compiled.model, request: understood.found, context });
  return { ...outcome, diagnostics: [...diagnostics, ...(outcome.diagnostics ?? [])], readText };
}

interface Pruning {
  readonly model: Model;
  readonly request: PruneRequest;
  readonly context: WorkspaceContext;
}

async function pruneIn(args: PruneArgs, { model, request, context }: Pruning): Promise<Outcome> {
  const [{ openCluster, ClusterError }, { lookAt, ListFailed }, { builtNames, planPrune }] = await Promise.all([
    import("@veltrix/cluster"),
    import("../prune/list-objects.ts"),
    import("@veltrix/analysis/prune"),
  ]);
  const { namespace, window, instances } = request;
  const connection = connectionOf(args, context.io);
  try {
    const cluster = await openCluster(connection);
    const built = builtNames(model, args.env);
    const seen = await lookAt(cluster, namespace);
    const plan = planPrune({ ...seen, environment: args.env, service: args.service, instances, built, window, now: Date.now() });
    if (args.delete !== true) return describe(plan, { args, namespace, deleted: [] });
    const { deleteRemovable, openDeleter } = await import("@veltrix/cluster/delete");
    const { deleted, stopped } = await deleteRemovable(plan.removable, await openDeleter(connection), namespace);
    const outcome = await describe(plan, { args, namespace, deleted });
    return stopped === undefined ? outcome : { ...outcome, ...(await stop(stopped, deleted.length)) };
  } catch (error) {
    // As `drift` says it: what could not be seen is no answer.
    if (error instanceof ListFailed) return { ...(await stop({ what: error.what, detail: error.message }, 0)), exitCode: EXIT_BUG };
    if (error instanceof ClusterError) {
      return { ...(await stop({ what: "the cluster could not be asked", detail: error.message }, 0)), exitCode: EXIT_BUG };
    }
    throw error;
  }
}

/** VX7017. */
async function stop(stopped: { readonly what: string; readonly detail: string }, deleted: number): Promise<Outcome> {
  const { report } = await import("@veltrix/diagnostics");
  return { diagnostics: [report("VX7017", { ...stopped, deleted }, { at: { file: "cluster" } })] };
}

async function describe(
  plan: PrunePlan,
  { args, namespace, deleted }: { readonly args: PruneArgs; readonly namespace: string; readonly deleted: readonly string[] },
): Promise<Outcome> {
  const { renderPlan } = await import("../render/prune.ts");
  const short = (judged: readonly PrunePlan["kept"][number][]): readonly object[] =>
    judged.map(({ service, name, created, reasons }) => ({ service, name, created, reasons }));
  const removable = countNoun(plan.removable.length, "object");
  return {
    summary: { environment: args.env, namespace, kept: plan.kept.length, removable: plan.removable.length, deleted: deleted.length },
    data: { prune: { kept: short(plan.kept), removable: short(plan.removable), deleted } },
    text: renderPlan(plan, new Set(deleted)),
    note:
      args.delete === true
        ? `${deleted.length} of ${removable} deleted in ${namespace}, ${plan.kept.length} kept`
        : `${removable} can be deleted in ${namespace}, ${plan.kept.length} kept; nothing was changed (use --delete to delete)`,
  };
}
