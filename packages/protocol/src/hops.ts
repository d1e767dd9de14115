// The hops of drift, once: what each means, who sees it, when it is told and what to do about it. Unions, metrics, advice,
// padding and the tables of the READMEs derive from this.

/** Where two of the three points (built, deployed, loaded) differ. */
export type Hop =
  | "not-applied"
  | "edited-in-cluster"
  | "deployed-inconsistent"
  | "not-loaded"
  | "restart-pending"
  | "overridden"
  | "contract-skew";

/** Who compares: whoever reads a cluster, or the folder of a mount, with the schemas beside it; a process with what it holds. */
export type HopObserver = "cluster" | "mount" | "process";

/** How an environment is put right. */
export interface Remedy {
  readonly environment: string;
  /** The command, or the words, that apply it as it was built. */
  readonly apply: string;
}

/** Everything that is said of a hop. */
export interface HopDescription {
  readonly meaning: string;
  readonly seenBy: readonly HopObserver[];
  /** A rollout takes its time: what may be one is told after a deadline. One look, which has no time, tells all that it sees. */
  readonly told: "at once" | "after the deadline";
  /** What to do about it, for people. */
  readonly advise: (remedy: Remedy) => string;
}

/** Every hop, in the order in which tables and metrics show them. */
export const hops: { readonly [hop in Hop]: HopDescription } = {
  "not-applied": {
    meaning: "what is deployed is of another build",
    seenBy: ["cluster", "mount"],
    told: "after the deadline",
    advise: ({ apply }) => apply,
  },
  "edited-in-cluster": {
    meaning: "what is deployed is of no build: somebody changed, added or deleted it",
    seenBy: ["cluster"],
    told: "at once",
    advise: ({ apply }) => `write it into schemas/, or undo it: ${apply}`,
  },
  "deployed-inconsistent": {
    meaning: "`config.json` and the `veltrix.json` beside it disagree",
    seenBy: ["cluster", "mount", "process"],
    told: "at once",
    advise: ({ apply }) => apply,
  },
  "not-loaded": {
    meaning: "a process holds something older than what is delivered, because it refused that or could not read it",
    seenBy: ["process"],
    told: "after the deadline",
    advise: () => "read in the log of the process why it refused what is delivered, and correct that in schemas/",
  },
  "restart-pending": {
    meaning: "keys have changed that only a restart applies, and pods still run with the old ones",
    seenBy: ["cluster", "process"],
    told: "after the deadline",
    advise: ({ environment }) =>
      `roll the workload out with our parts in it (Component, chart, veltrix patch --env ${environment}), or wait for its pods`,
  },
  overridden: {
    meaning: "a variable `VELTRIX_OVERRIDE_...` replaces a value",
    seenBy: ["process"],
    told: "at once",
    advise: () => "write the value into schemas/, and unset the variable",
  },
  "contract-skew": {
    meaning: "values and code are of different contracts",
    seenBy: ["process"],
    told: "at once",
    advise: () => "roll out the code and the configuration of one build",
  },
};

/** The names of all hops, in order. */
// The keys of a table whose type lists them.
export const hopNames: readonly Hop[] = Object.keys(hops) as readonly Hop[];

/** The hops that `observer` sees. */
export function hopsSeenBy(observer: HopObserver): readonly Hop[] {
  return hopNames.filter((hop) => hops[hop].seenBy.includes(observer));
}
