// veltrix drift --watch: tells each difference when it is confirmed and when it is over, until it is stopped.
import { findAcknowledgement, judgeFinding } from "@veltrix/analysis/drift";
import { type ClusterError, watchDrift } from "@veltrix/cluster";
import { visible } from "@veltrix/diagnostics";
import type { Outcome } from "../command.ts";
import { renderEvent } from "../render/drift.ts";
import { untilStopped } from "../until-stopped.ts";
import type { WorkspaceContext } from "../workspace.ts";
import { type ClusterArgs, openNamed, prepare, refuseCluster } from "./cluster.ts";

/** What only a watch is given. */
export interface WatchArgs extends ClusterArgs {
  readonly deadlineMs?: number | undefined;
}

/** Watches until SIGINT or SIGTERM. With `--format json` each event is one document on one line. */
export async function watchCluster(args: WatchArgs, context: WorkspaceContext): Promise<Outcome> {
  const { io } = context;
  const prepared = await prepare(args, context);
  if (!("services" in prepared)) return prepared;
  const { services, acknowledged, outcome } = prepared;
  try {
    return await untilStopped(io, async (signal) => {
      const cluster = await openNamed(args, context);
      await watchDrift(cluster, services, {
        signal,
        isSilenced: (finding, now) => (findAcknowledgement(finding, acknowledged)?.until ?? 0) > now,
        onEvent: (event) => {
          const expired = judgeFinding(event.finding, acknowledged, Date.now())?.expired;
          io.stdout(
            context.format === "json" ? printLine(expired === undefined ? event : { ...event, expired }) : renderEvent(event, expired),
          );
        },
        onReady: () => io.stderr(`veltrix: watching ${args.env} on ${visible(cluster.name)}: ${services.length} services\n`),
        onLost: (error: ClusterError) => io.stderr(`veltrix: the connection is lost, trying again: ${visible(error.message)}\n`),
        onRestored: () => io.stderr("veltrix: the connection is back\n"),
        ...(args.deadlineMs === undefined ? {} : { deadlineMs: args.deadlineMs }),
      });
      return { printed: true };
    });
  } catch (error) {
    return refuseCluster(error, outcome);
  }
}

/** One document on one line; what a terminal would obey is escaped. */
function printLine(event: object): string {
  return `${JSON.stringify(event).replace(/[\u007f-\u009f]/g, (unit) => `\\u00${unit.charCodeAt(0).toString(16)}`)}\n`;
}
