// The hops of drift, once: who sees each, when it is told, what it means and what to do about it. Metrics, advice, padding and
// the table of the README derive from this; findings are typed by who makes them.

/** Where two of the three points (built, deployed, loaded) differ. */
export type Hop =
  | "not-applied"
  | "edited-in-cluster"
  | "deployed-inconsistent"
  | "not-loaded"
  | "restart-pending"
  | "secret-rotated"
  | "overridden"
  | "contract-skew";

/** The hops that show in a cluster, with what was built beside it. */
export const clusterHops = ["not-applied", "edited-in-cluster", "deployed-inconsistent", "restart-pending", "overridden"] as const;
export type ClusterHop = (typeof clusterHops)[number];

/** The hops that show in the folder of a mount, with what was built beside it. */
export const mountHops = ["not-applied", "deployed-inconsistent"] as const;

/** The hops that a process sees by itself, in the order in which its metrics show them. */
export const processHops = [
  "deployed-inconsistent",
  "not-loaded",
  "restart-pending",
  "secret-rotated",
  "overridden",
  "contract-skew",
] as const;
export type ProcessHop = (typeof processHops)[number];

/** How an environment is put right. */
export interface Remedy {
  readonly environment: string;
  /** The command, or the words, that apply it as it was built. */
  readonly apply: string;
}

/** What is said of a hop. */
export interface HopDescription {
  readonly meaning: string;
  /** A rollout takes its time: what may be one is told after a deadline. One look, which has no time, tells all that it sees. */
  readonly told: "at once" | "after the deadline";
  /** What to do about it. */
  readonly advise: (remedy: Remedy) => string;
}

/** Every hop. */
export const hops: { readonly [hop in Hop]: HopDescription } = {
  "not-applied": {
    meaning: "what is deployed is of another build",
    told: "after the deadline",
    advise: ({ apply }) => apply,
  },
  "edited-in-cluster": {
    meaning: "what is deployed is of no build: somebody changed, added or deleted it",
    told: "at once",
    advise: ({ apply }) => `write it into schemas/, or undo it: ${apply}`,
  },
  "deployed-inconsistent": {
    meaning: "`config.json` and the `veltrix.json` beside it disagree",
    told: "at once",
    advise: ({ apply }) => apply,
  },
  "not-loaded": {
    meaning: "a process holds something older than what is delivered, because it refused that or could not read it",
    told: "after the deadline",
    advise: () => "read in the log of the process why it refused what is delivered, and correct that in schemas/",
  },
  "restart-pending": {
    meaning: "keys have changed that only a restart applies, and pods still run with the old ones",
    told: "after the deadline",
    advise: ({ environment }) =>
      `roll the workload out with our parts in it (Component, chart, veltrix patch --env ${environment}), or wait for its pods`,
  },
  "secret-rotated": {
    meaning: "a process holds another text of a secret than the one that is mounted; told at once where a start would refuse that",
    told: "after the deadline",
    advise: () => "restart the pods that hold the old one; where what is mounted is empty, missing or refused, store the secret first",
  },
  overridden: {
    meaning: "a variable `VELTRIX_OVERRIDE_...` replaces a value",
    told: "at once",
    advise: () => "write the value into schemas/, and unset the variable",
  },
  "contract-skew": {
    meaning: "values and code are of different contracts",
    told: "at once",
    advise: () => "roll out the code and the configuration of one build",
  },
};
