// The in-sync check of what is delivered, and the standing findings of what is held.
import { hiddenKeys } from "../drift/hidden-keys.ts";
import { findContractSkew, findOverridden, hotOf, inspectProof, type ProofInspection, rootOf } from "../drift/inspect-proof.ts";
import type { Held } from "../held/accept.ts";
import { counted, type ProcessState } from "../held/state.ts";
import type { Delivery } from "../sources/source.ts";
import { findOverdue } from "./roll-out.ts";
import { findRotated } from "./find-rotated.ts";
import { type Check, type FollowState, stay, type Transition } from "./state.ts";

/** A delivery is checked, whatever became of it. `before` is what was held when it came. */
export function checked(delivery: Delivery, before: Held): Transition {
  return (state) => {
    const { process, terms } = state;
    const { held } = process;
    const inspection = inspect(state, delivery, before);
    const deliveredRoot = inspection?.root ?? rootOf(delivery.value, delivery.secrets);
    const expectedRoot = delivery.proof?.hashes.root ?? deliveredRoot;
    const isHeld = held.delivery === delivery;
    const root = held.overridden.length === 0 ? deliveredRoot : rootOf(held.value, delivery.secrets);
    const findings = [
      ...(inspection?.findings ?? []),
      ...(delivery.proof === undefined ? [] : findContractSkew(terms.definition, delivery.proof.hashes)),
      ...findOverridden(held.overridden, terms.definition.service, terms.environment),
    ];
    const check: Check = { expectedRoot, actualRoot: isHeld ? root : deliveredRoot, findings };
    return toldDrift({
      ...state,
      process: isHeld ? { ...process, root, release: compareRelease(state, expectedRoot) } : process,
      proven: inspection?.findings.length === 0 ? delivery.value : state.proven,
      checked: check,
    });
  };
}

function inspect({ process, proven, terms }: FollowState, { proof, value }: Delivery, before: Held): ProofInspection | undefined {
  if (proof === undefined) return undefined;
  const known = [proven, before.delivery.value, process.held.delivery.value].filter((values) => values !== undefined);
  const { definition } = terms;
  return inspectProof({ ...proof, value, known, hidden: hiddenKeys(definition, value), hot: hotOf(definition, proof.hashes) });
}

function compareRelease({ terms, fingerprints }: FollowState, root: string): ProcessState["release"] {
  const environments = fingerprints?.environments ?? {};
  const built = Object.hasOwn(environments, terms.environment) ? environments[terms.environment]?.root : undefined;
  if (built === undefined) return "unknown";
  return built === root ? "same" : "differs";
}

/** The last check and what is overdue by now, told when that is not what was told before. */
export const toldDrift: Transition = (state) => {
  const { process, terms } = state;
  if (state.checked === undefined) return stay(state);
  const findings = [...state.checked.findings, ...findOverdue(state), ...findRotated(state)];
  const { definition, environment } = terms;
  const drift = { service: definition.service, environment, ...state.checked, findings };
  const isNew = JSON.stringify(findings) !== JSON.stringify(process.drift?.findings ?? []);
  const next = { ...state, process: { ...process, drift } };
  if (!isNew) return stay(next);
  return {
    state: { ...next, process: counted(next.process, "driftReports") },
    effects: [{ kind: "tell", told: { name: "drift", event: drift }, isLine: true }],
  };
};
