// Delivered values to values that may be held: overrides, contract, secrets, units, and, where the policy
// says so, the hashes. The start and every reload go through here, and all problems are listed.
import { type ConfigProblem, isWithin, type JsonObject } from "@veltrix/protocol";
import { checkSecrets, checkValue, problemOf } from "../contract/check-values.ts";
import type { ServiceDefinition } from "../contract/definition.ts";
import type { Overridden } from "./overrides.ts";
import type { Delivery } from "../sources/source.ts";
import type { Draft } from "../json/json-tree.ts";
import { materialise, type Secrets } from "../view/view.ts";

/** What values are held against. */
export interface Rules {
  readonly definition: ServiceDefinition;
  /** Undefined where that is a problem already: what is required in some environments is not asked for. */
  readonly environment: string | undefined;
  readonly secrets: Secrets;
  readonly overrides: ReadonlyMap<string, string>;
  /** Folder or variables, for messages. */
  readonly label: string;
}

/** What a process holds: the delivery, and the values that came of it. */
export interface Held {
  readonly delivery: Delivery;
  /** Delivered values with overrides over them, as raw as they were delivered. */
  readonly value: JsonObject;
  readonly overridden: readonly Overridden[];
}

/** Values that may be held, or every reason why they may not. */
export type Acceptance =
  | { readonly kind: "accepted"; readonly held: Held; readonly whole: Draft }
  | { readonly kind: "refused"; readonly problems: readonly ConfigProblem[] };

/** Decides whether a process may hold what was delivered. */
export async function accept(rules: Rules, delivery: Delivery): Promise<Acceptance> {
  const { definition, environment, secrets, label } = rules;
  const { value, overridden, problems } = await overlay(rules, delivery);
  const where = environment ?? "<environment>";
  const hint = `correct it in schemas/${definition.service}/values, run \`veltrix build\` and deploy the result for ${where}`;
  const blame = (problem: ConfigProblem): ConfigProblem => blameOverride(problem, overridden);
  const found = [
    ...problems,
    ...checkValue(definition, value, environment).map((violation) => blame(problemOf(violation, label, hint))),
    ...checkSecrets(definition, value, delivery.secrets, environment),
    ...(await checkProof(rules, delivery)),
  ];
  if (found.length > 0) return { kind: "refused", problems: found };
  const materialised = materialise(definition, value, secrets);
  if (materialised.kind === "refused") {
    return {
      kind: "refused",
      problems: materialised.problems.map((problem) => blame({ ...problem, hint, source: label })),
    };
  }
  return { kind: "accepted", held: { delivery, value, overridden }, whole: materialised.whole };
}

/** What an override brought in is not to be looked for in the files. */
function blameOverride(problem: ConfigProblem, overridden: readonly Overridden[]): ConfigProblem {
  const variable = overridden.find(({ pointer }) => isWithin(problem.pointer, pointer))?.variable;
  return variable === undefined ? problem : { ...problem, hint: `correct ${variable}, or unset it`, source: variable };
}

async function overlay({ overrides }: Rules, delivery: Delivery): Promise<Held & { readonly problems: readonly ConfigProblem[] }> {
  if (overrides.size === 0) return { delivery, value: delivery.value, overridden: [], problems: [] };
  const { applyOverrides } = await import("./overrides.ts");
  return { delivery, ...applyOverrides(delivery, overrides) };
}

async function checkProof({ definition, label }: Rules, { proof, policy, value }: Delivery): Promise<readonly ConfigProblem[]> {
  if (proof === undefined || policy.onDrift === "alert") return [];
  const { describeDrift, inspectProof } = await import("../drift/inspect-proof.ts");
  const { findings } = inspectProof({
    ...proof,
    value,
    known: [],
    secrets: Object.keys(definition.secrets),
  });
  return findings.map((finding) => describeDrift(finding, label));
}
