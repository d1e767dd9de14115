// veltrix drift: whether what is in a cluster is what was built, key by key.
import type { Command, Outcome } from "../command.ts";
import { type ClusterArgs, clusterParameters } from "../drift/cluster-parameters.ts";
import { inWorkspace, type WorkspaceContext } from "../workspace.ts";

export const drift: Command<ClusterArgs> = {
  command: "drift",
  describe: "Compare a cluster with what was built from the schemas",
  parameters: clusterParameters,
  examples: [
    ["$0 drift --env prod", "what in the cluster differs from the build, who changed it and when"],
    ["$0 drift watch --env prod", "the same, as it happens"],
    ["$0 drift mount /etc/veltrix/config", "does this mount hold what was built?"],
  ],
  oldSpellings: { "--watch": "watch", "--manifests": "manifests", "--dir": "mount" },
  handler: inWorkspace(compareCluster),
};

async function compareCluster(args: ClusterArgs, context: WorkspaceContext): Promise<Outcome> {
  const [{ ClusterError, findDrift }, { judgeFindings, nextSteps }, { openNamed, prepare, refuseCluster }, { driftDiagnostics }] =
    await Promise.all([
      import("@veltrix/cluster"),
      import("@veltrix/analysis/drift"),
      import("../drift/prepare.ts"),
      import("../drift/diagnostics.ts"),
    ]);
  const prepared = await prepare(args, context);
  if (prepared.kind === "refused") return prepared.outcome;
  const { services, acknowledged, outcome, placeOf, remedy } = prepared;
  try {
    const cluster = await openNamed(args, context);
    const findings = await findDrift(cluster, services);
    const verdict = judgeFindings(findings, acknowledged, { environment: args.env, service: args.service, now: Date.now() });
    const { told, silenced, expired, unused } = verdict;
    const found = told.map(({ finding }) => finding);
    const { renderClusterReport } = await import("../render/drift.ts");
    const seen = { environment: args.env, cluster: cluster.name, services: services.length };
    return {
      ...outcome,
      diagnostics: [...outcome.diagnostics, ...driftDiagnostics(told, context.format, placeOf)],
      summary: { ...seen, findings: told.length, acknowledged: silenced, expired, unused },
      data: {
        drift: {
          environment: args.env,
          cluster: cluster.name,
          findings: told.map(({ finding, expired: ended }) => (ended === undefined ? finding : { ...finding, expired: ended })),
        },
      },
      text: renderClusterReport({ ...seen, verdict, steps: nextSteps(found, remedy) }),
      exitCode: told.length === 0 ? 0 : 1,
    };
  } catch (error) {
    if (error instanceof ClusterError) return refuseCluster(error, outcome);
    throw error;
  }
}
