// Why what a process holds may not be what is delivered: one table, from which the type, the metrics and the messages derive.

/** What is said of each reason. */
export const staleReasons: {
  readonly rejected: string;
  readonly unreachable: string;
  readonly fallback: string;
  readonly unwatched: string;
} = {
  rejected: "the new configuration is refused",
  unreachable: "the config service does not answer",
  fallback: "the config service did not answer at startup, and an older release is used instead",
  unwatched: "nothing is watched",
};

/**
 * Why a configuration is stale: what is delivered was refused; the server does not answer; the process started
 * from something in the server's place; or the follower itself could not start.
 */
export type StaleReason = keyof typeof staleReasons;
