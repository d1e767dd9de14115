// Why values may not be held, in words. Decides nothing: loaded once they are refused.
import { type ConfigProblem, type DriftFinding, findCovering, type Violation } from "@veltrix/protocol";
import { describeMissingSecret, problemOf } from "../contract/describe-violation.ts";
import { describeDrift } from "../drift/inspect-proof.ts";
import type { Overridden } from "./overrides.ts";

/** Everything that was found, in the order in which it is told. */
export interface Refusal {
  /** Of overrides. */
  readonly problems: readonly ConfigProblem[];
  readonly violations: readonly Violation[];
  /** Pointers of secrets without a reference. */
  readonly missing: readonly string[];
  readonly drift: readonly DriftFinding[];
  /** Texts that are no such unit. */
  readonly units: readonly ConfigProblem[];
}

/** Whose values, and where they are from. */
export interface RefusalPlace {
  readonly service: string;
  readonly environment: string | undefined;
  readonly label: string;
  readonly overridden: readonly Overridden[];
}

/** Every problem, with what to do. */
export function explainRefusal(refusal: Refusal, { service, environment, label, overridden }: RefusalPlace): readonly ConfigProblem[] {
  const where = environment ?? "<environment>";
  const hint = `correct it in schemas/${service}/values, run \`veltrix build\` and deploy the result for ${where}`;
  const variables = new Map(overridden.map(({ pointer, variable }) => [pointer, variable]));
  const blame = (problem: ConfigProblem): ConfigProblem => blameOverride(problem, variables);
  return [
    ...refusal.problems,
    ...refusal.violations.map((violation) => blame(problemOf(violation, label, hint))),
    ...refusal.missing.map((pointer) => describeMissingSecret(pointer, service)),
    ...refusal.drift.map((finding) => describeDrift(finding, label)),
    ...refusal.units.map((problem) => blame({ ...problem, hint, source: label })),
  ];
}

/** What an override brought in is not to be looked for in the files. */
function blameOverride(problem: ConfigProblem, variables: ReadonlyMap<string, string>): ConfigProblem {
  const variable = variables.get(findCovering(problem.pointer, variables) ?? "");
  return variable === undefined ? problem : { ...problem, hint: `correct ${variable}, or unset it`, source: variable };
}
