// veltrix drift watch: tells each difference when it is confirmed and when it is over, until it is stopped.
import type { Command, Outcome } from "../command.ts";
import { type ClusterArgs, clusterParameters } from "../drift/cluster-parameters.ts";
import { inWorkspace, type WorkspaceContext } from "../workspace.ts";

interface WatchArgs extends ClusterArgs {
  readonly deadline?: string;
}

export const driftWatch: Command<WatchArgs> = {
  command: "drift watch",
  describe: "Report each difference in a cluster once it is confirmed, and again once it is resolved",
  parameters: {
    ...clusterParameters,
    deadline: { describe: "How long a rollout may take before it counts as late; defaults to 3m", type: "string" },
  },
  examples: [["$0 drift watch --env prod --context eu-1", "until Ctrl-C; with --format json, one document per line"]],
  formats: ["pretty", "json"],
  handler: inWorkspace(watchCluster),
};

/** Watches until SIGINT or SIGTERM. With `--format json` each event is one document on one line. */
async function watchCluster(args: WatchArgs, context: WorkspaceContext): Promise<Outcome> {
  const [{ ClusterError, watchDrift }, { findAcknowledgement, judgeFinding }, { parseUnit }, render, { untilStopped }, { visible }] =
    await Promise.all([
      import("@veltrix/cluster"),
      import("@veltrix/analysis/drift"),
      import("@veltrix/protocol"),
      import("../render/drift.ts"),
      import("../until-stopped.ts"),
      import("@veltrix/diagnostics"),
    ]);
  const { io, format } = context;
  const deadlineMs = args.deadline === undefined ? undefined : parseUnit("duration", args.deadline);
  if (args.deadline !== undefined && deadlineMs === undefined) {
    const { usageProblem } = await import("../usage.ts");
    return { diagnostics: [usageProblem(`--deadline takes a duration like 3m, not \`${args.deadline}\``)] };
  }
  const { openNamed, prepare, refuseCluster } = await import("../drift/prepare.ts");
  const prepared = await prepare(args, context);
  if (prepared.kind === "refused") return prepared.outcome;
  const { services, acknowledged, outcome } = prepared;
  try {
    return await untilStopped(io, async (signal) => {
      const cluster = await openNamed(args, context);
      await watchDrift(cluster, services, {
        signal,
        isSilenced: (finding, now) => (findAcknowledgement(finding, acknowledged)?.until ?? 0) > now,
        onEvent: (event) => {
          const expired = judgeFinding(event.finding, acknowledged, Date.now())?.expired;
          const told = expired === undefined ? event : { ...event, expired };
          io.stdout(format === "json" ? render.renderEventLine(told) : render.renderEvent(event, expired));
        },
        onReady: () => io.stderr(`veltrix: watching ${args.env} on ${visible(cluster.name)}: ${services.length} services\n`),
        onLost: (error) => io.stderr(`veltrix: the connection is lost, trying again: ${visible(error.message)}\n`),
        onRestored: () => io.stderr("veltrix: the connection is back\n"),
        ...(deadlineMs === undefined ? {} : { deadlineMs }),
      });
      return { printed: true };
    });
  } catch (error) {
    if (error instanceof ClusterError) return refuseCluster(error, outcome);
    throw error;
  }
}
