// VX5019 and VX7019 on: comparing a cluster with what was built.
import { didYouMean, entry, withHint } from "./entry.ts";

export const cluster = {
  VX5019: entry(
    "malformed-acknowledgement",
    "error",
    "An acknowledged difference is malformed.",
    (p: { detail: string; suggestions: readonly string[] }) => ({
      message: p.detail,
      ...withHint(
        didYouMean(p.suggestions) ??
          "an entry has service, environment, object, key, hash, until and reason; `veltrix drift --format json` shows what to write",
      ),
      suggestions: p.suggestions,
    }),
  ),
  VX7019: entry("no-cluster", "error", "No cluster was named.", (p: { detail: string }) => ({
    message: p.detail,
    hint: "name a file with --kubeconfig and a context of it with --context, or set KUBECONFIG",
  })),
  VX7020: entry(
    "cluster-unavailable",
    "error",
    "The cluster does not answer, or denies access.",
    (p: { detail: string; isForbidden: boolean; isUnknownUser?: boolean }) => ({
      message: p.detail,
      hint: p.isUnknownUser
        ? "the server does not know these credentials: log in again, and check that --context names the right cluster"
        : p.isForbidden
          ? "give this user the roles that `veltrix drift manifests deployment` prints: get, list and watch, nothing else"
          : "check that the server in the kubeconfig can be reached from here; until then, nothing is known about drift",
    }),
  ),
};
