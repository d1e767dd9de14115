// Which findings have to be told: all but those that somebody has acknowledged, as long as that holds.
import type { ClusterFinding } from "@veltrix/protocol/kubernetes";
import { type Acknowledgement, findAcknowledgement } from "./acknowledgement.ts";

/** A finding, with the acknowledgement that is over, where there was one. */
export interface JudgedFinding<Finding = ClusterFinding> {
  readonly finding: Finding;
  readonly expired?: ExpiredAcknowledgement;
}

/** An acknowledgement that silences nothing any more. */
export interface ExpiredAcknowledgement {
  /** The last day on which it held, in UTC. */
  readonly until: string;
  readonly reason: string;
}

/** What of the environment was looked at. */
export interface DriftScope {
  readonly environment: string;
  /** The only service; undefined for all. */
  readonly service: string | undefined;
}

/** What is to be told of a look at a cluster. */
export interface Verdict {
  readonly told: readonly JudgedFinding[];
  /** How many findings an acknowledgement silences. */
  readonly silenced: number;
  /** How many of `told` were acknowledged once. */
  readonly expired: number;
  /** Acknowledgements within the scope that no finding needs: their difference is over, or they never met one. */
  readonly unused: number;
}

/** Judges `findings` at `now`, in milliseconds of the epoch. There is drift where anything is told. */
export function judgeFindings(
  findings: readonly ClusterFinding[],
  acknowledged: readonly Acknowledgement[],
  { now, environment, service }: DriftScope & { readonly now: number },
): Verdict {
  const told: JudgedFinding[] = [];
  const used = new Set<Acknowledgement>();
  for (const finding of findings) {
    const acknowledgement = findAcknowledgement(finding, acknowledged);
    if (acknowledgement !== undefined) used.add(acknowledgement);
    if (acknowledgement === undefined) told.push({ finding });
    else if (acknowledgement.until <= now) told.push({ finding, expired: expiredOf(acknowledgement) });
  }
  const unused = acknowledged.filter(
    (each) => each.environment === environment && (service === undefined || each.service === service) && !used.has(each),
  );
  return {
    told,
    silenced: findings.length - told.length,
    expired: told.filter(({ expired }) => expired !== undefined).length,
    unused: unused.length,
  };
}

/** One finding of a watch: undefined while it is silenced. */
export function judgeFinding(finding: ClusterFinding, acknowledged: readonly Acknowledgement[], now: number): JudgedFinding | undefined {
  const acknowledgement = findAcknowledgement(finding, acknowledged);
  if (acknowledgement === undefined) return { finding };
  return acknowledgement.until > now ? undefined : { finding, expired: expiredOf(acknowledgement) };
}

function expiredOf({ until, reason }: Acknowledgement): ExpiredAcknowledgement {
  return { until: new Date(until - 1).toISOString().slice(0, 10), reason };
}
