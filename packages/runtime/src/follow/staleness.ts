// Whether what is held may be taken for what is delivered: how long the source may be out of reach before it is
// said, why it is stale, and when the process stops being ready. Values stay readable whatever happens here.
import type { ConfigProblem, StaleReason } from "@veltrix/protocol";
import { isReady } from "../held/state.ts";
import { type FollowState, inTurn, retimed, stay, type Step, type Transition } from "./state.ts";

/** The source may be out of reach. It is asked within the deadline, after `share` of it: everybody who lost it would ask at once. */
export function doubted(share: number): Transition {
  return (state) => {
    const { terms, now, times } = state;
    if (state.doubtSince !== undefined || !Number.isFinite(terms.deadline)) return stay(state);
    return stay(state, { doubtSince: now, times: retimed(times, { doubt: now + terms.deadline * share }) });
  };
}

/** The source did not answer. Stale once that has lasted for the deadline. */
export function unanswered(problems: readonly ConfigProblem[], share: number): Transition {
  return (state) => inTurn(state, [doubted(share), (doubtful) => waitForDeadline(doubtful, problems)]);
}

// The next try may be a minute away: nobody waits for it to say what is known at the deadline.
function waitForDeadline(state: FollowState, problems: readonly ConfigProblem[]): Step {
  if (state.process.stale !== undefined || state.doubtSince === undefined) return stay(state);
  const unreachable = state.doubtSince + state.terms.deadline;
  if (unreachable <= state.now) return stale("unreachable", problems)(state);
  return stay(state, { problems, times: retimed(state.times, { unreachable }) });
}

/** The source answered. */
export const answered: Transition = (state) => {
  const times = retimed(state.times, { doubt: undefined, unreachable: undefined });
  const next = { ...state, doubtSince: undefined, times };
  return state.process.stale?.reason === "unreachable" ? current(next) : stay(next);
};

/** What is held may not be what is delivered. */
export function stale(reason: StaleReason, problems: readonly ConfigProblem[]): Transition {
  return (state) => {
    const { process, now } = state;
    if (process.stale?.reason === reason) return stay(state);
    const next = { ...state, process: { ...process, stale: { reason, since: process.stale?.since ?? now } } };
    return process.stale === undefined ? toldStale(problems)(next) : stay(next);
  };
}

/** What is held is what is delivered. */
export const current: Transition = (state) => {
  if (state.process.stale === undefined) return stay(state);
  const times = retimed(state.times, { refusal: undefined });
  return tell({ ...state, process: { ...state.process, stale: undefined }, times }, []);
};

/** Tells that it is stale, and sees to it that the end of readiness is told. */
export function toldStale(problems: readonly ConfigProblem[]): Transition {
  return (state) => {
    const { stale: now } = state.process;
    const { onStale } = state.terms;
    if (now === undefined) return stay(state);
    const step = tell(state, problems);
    if (onStale === "serve" || !isReady(state.process, onStale, state.now)) return step;
    const times = retimed(step.state.times, { refusal: now.since + onStale.refuseAfterMs });
    return { ...step, state: { ...step.state, problems, times } };
  };
}

/** The process has been stale for too long: told with what was wrong when it became so. */
export const refusing: Transition = (state) => tell(state, state.problems);

function tell(state: FollowState, problems: readonly ConfigProblem[]): Step {
  const { terms, process, now } = state;
  const reason = process.stale?.reason;
  const ready = isReady(process, terms.onStale, now);
  const { definition, environment } = terms;
  const event = { service: definition.service, environment, stale: reason !== undefined, reason, ready, problems };
  // A refused reload says so in its own line.
  const isLine = reason === undefined ? state.isStaleTold : reason !== "rejected" || !ready;
  return {
    state: { ...state, isStaleTold: isLine && reason !== undefined },
    effects: [{ kind: "tell", told: { name: "stale", event }, isLine }],
  };
}
