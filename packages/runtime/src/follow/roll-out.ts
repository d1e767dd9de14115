// Something new that is not held is no drift at first: a roll-out takes its time. It is drift once a process
// has been behind for the deadline of its source, whatever else is published meanwhile.
import type { DriftFinding } from "@veltrix/protocol";
import { type Compared, findBehind } from "../drift/changed-keys.ts";
import { hiddenKeys } from "../drift/hidden-keys.ts";
import { type FollowState, retimed, stay, type Transition } from "./state.ts";

/** The process is behind in these keys. The time runs from when it first was. */
export function behind(findings: readonly DriftFinding[]): Transition {
  return (state) => {
    const { deadline } = state.terms;
    const since = state.behind?.since ?? state.now;
    return stay(state, {
      behind: { since, findings },
      times: retimed(state.times, { overdue: state.behind === undefined ? since + deadline : state.times.overdue }),
    });
  };
}

/** The process holds what is delivered. */
export const caughtUp: Transition = (state) => stay(state, { behind: undefined, times: retimed(state.times, { overdue: undefined }) });

/** What is drift by now. */
export function findOverdue({ behind: late, now, terms }: FollowState): readonly DriftFinding[] {
  return late !== undefined && now - late.since >= terms.deadline ? late.findings : [];
}

/** What is delivered and not held, key by key. */
export function findNotHeld(
  { process, terms }: FollowState,
  delivered: Compared,
  hop: "not-loaded" | "restart-pending",
): readonly DriftFinding[] {
  const { definition, environment } = terms;
  const { service } = definition;
  const hidden = hiddenKeys(definition, delivered.value);
  return findBehind(process.held.delivery, delivered, { hop, service, environment, hidden });
}

/** What is delivered and cannot be told key by key. */
export function findWhole({ process, terms }: FollowState): DriftFinding {
  const { definition, environment } = terms;
  const actual = process.root === undefined ? {} : { hash: process.root };
  return { service: definition.service, environment, hop: "not-loaded", kind: "changed", pointer: "", expected: {}, actual };
}
