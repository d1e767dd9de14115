// Delivered values to values that may be held: overrides, contract, secrets, units, and, where the policy
// says so, the hashes. The start and every reload go through here, and all problems are listed.
import type { ConfigProblem, DriftFinding, JsonObject, JsonValue } from "@veltrix/protocol";
import { checkValue, findMissingSecrets } from "../contract/check-values.ts";
import type { ServiceDefinition } from "../contract/definition.ts";
import type { MutableObject } from "../json/json-tree.ts";
import type { Delivery } from "../sources/source.ts";
import { materialise } from "../view/materialise.ts";
import type { Secrets } from "../view/secret.ts";
import type { Overridden } from "./overrides.ts";

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
  | { readonly kind: "accepted"; readonly held: Held; readonly whole: MutableObject }
  | { readonly kind: "refused"; readonly problems: readonly ConfigProblem[] };

/** Decides whether a process may hold what was delivered. */
export async function accept(rules: Rules, delivery: Delivery): Promise<Acceptance> {
  const { definition, environment, secrets, label } = rules;
  const isPlain = rules.overrides.size === 0;
  const { value, overridden, problems }: Overlay = isPlain
    ? { value: delivery.value, overridden: [], problems: [] }
    : await overlay(rules, delivery);
  const { proof, policy } = delivery;
  const isProven = proof === undefined || policy.onDrift === "alert";
  const found = {
    problems,
    violations: checkValue(definition, value, environment),
    missing: findMissingSecrets(definition, value, delivery.secrets, environment),
    drift: isProven ? [] : await findDrift(definition, delivery),
    units: [],
  };
  const isRefused = problems.length + found.violations.length + found.missing.length + found.drift.length > 0;
  // To parse the text once more takes an engine less than to run a copying function for the first time; it was parsed
  // before, to a JSON object.
  const copy = proof !== undefined && isPlain ? (JSON.parse(proof.configText) as JsonValue) : undefined;
  const materialised = isRefused ? undefined : materialise(definition, value, secrets, copy);
  if (materialised?.kind === "whole") return { kind: "accepted", held: { delivery, value, overridden }, whole: materialised.whole };
  const { explainRefusal } = await import("./explain-refusal.ts");
  const all = { ...found, units: materialised?.problems ?? [] };
  return {
    kind: "refused",
    problems: explainRefusal(all, { service: definition.service, environment, label, overridden, own: definition, hashes: proof?.hashes }),
  };
}

type Overlay = Omit<Held, "delivery"> & { readonly problems: readonly ConfigProblem[] };

async function overlay({ overrides, definition }: Rules, delivery: Delivery): Promise<Overlay> {
  const { applyOverrides } = await import("./overrides.ts");
  return applyOverrides(delivery, overrides, definition);
}

/** What the hashes say against values that are not as they were built. One that is only written differently is. */
async function findDrift(definition: ServiceDefinition, { proof, value }: Delivery): Promise<readonly DriftFinding[]> {
  const [{ hotOf, inspectProof }, { hiddenKeys }] = await Promise.all([
    import("../drift/inspect-proof.ts"),
    import("../drift/hidden-keys.ts"),
  ]);
  if (proof === undefined) return [];
  return inspectProof({ ...proof, value, known: [], hidden: hiddenKeys(definition, value), hot: hotOf(definition, proof.hashes) }).findings;
}
