// Why values may not be held, in words. Decides nothing: loaded once they are refused.
import { type ConfigProblem, type DriftFinding, findCovering, type HashesFile, type Violation } from "@veltrix/protocol";
import { compareContracts, type ContractName } from "@veltrix/protocol/contract-skew";
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
  /** The contract of the code, and what is delivered beside the values; undefined where nothing is. */
  readonly own: ContractName;
  readonly hashes: HashesFile | undefined;
}

/** Every problem, with what to do. */
export function explainRefusal(refusal: Refusal, place: RefusalPlace): readonly ConfigProblem[] {
  const { service, environment, label, overridden } = place;
  const where = environment ?? "<environment>";
  const skew = describeSkew(place);
  const hint = skew ?? `correct it in schemas/${service}/values, run \`veltrix build\` and deploy the result for ${where}`;
  const variables = new Map(overridden.map(({ pointer, variable }) => [pointer, variable]));
  const blame = (problem: ConfigProblem): ConfigProblem => blameOverride(problem, variables);
  return [
    ...refusal.problems,
    ...refusal.violations.map((violation) => blame(problemOf(violation, label, hint))),
    ...refusal.missing.map((pointer) => ({ ...describeMissingSecret(pointer, service), ...(skew === undefined ? {} : { hint: skew }) })),
    ...refusal.drift.map((finding) => describeDrift(finding, label)),
    ...refusal.units.map((problem) => blame({ ...problem, hint, source: label })),
  ];
}

/** What to do where values and code are of different contracts: nothing in schemas/ is wrong then. */
function describeSkew({ service, own, hashes }: RefusalPlace): string | undefined {
  if (hashes === undefined) return undefined;
  const [delivered, code] = [hashes.contractVersion, own.contractVersion].map((version) => JSON.stringify(version).slice(1, -1));
  const roll = "roll out the code and the configuration of one build";
  switch (compareContracts(hashes, own)) {
    case "same":
      return undefined;
    case "older":
      return `contract-skew: the configuration is of contract ${delivered} of ${service}, older than ${code}, which this code was built with: ${roll}, here the newer configuration`;
    case "newer":
      return `contract-skew: this code was built with contract ${code} of ${service}, older than ${delivered}, which the configuration is of: ${roll}, here the newer image`;
    case "unordered":
      return `contract-skew: configuration and code both say contract ${delivered}${delivered === code ? "" : ` and ${code}`} of ${service} and are of different ones, so neither is known to be older: ${roll}`;
  }
}

/** What an override brought in is not to be looked for in the files. */
function blameOverride(problem: ConfigProblem, variables: ReadonlyMap<string, string>): ConfigProblem {
  const variable = variables.get(findCovering(problem.pointer, variables) ?? "");
  return variable === undefined ? problem : { ...problem, hint: `correct ${variable}, or unset it`, source: variable };
}
