// Everything that can happen to a process that follows its source, by name. All of it is pure: a state and what happened
// to the next state and what is to be done. A reload is all or nothing: one state, or the old values by reference.
import { type ConfigProblem, type FingerprintsFile, pointersAbove } from "@veltrix/protocol";
import { changedKeys, type Compared, restartKeys } from "../drift/changed-keys.ts";
import type { Acceptance, Held } from "../held/accept.ts";
import { counted } from "../held/state.ts";
import type { Delivery, DeliveryOutcome, SourceReading, Unavailable } from "../sources/source.ts";
import { takeHot } from "../view/materialise.ts";
import { checked, toldDrift } from "./drift-check.ts";
import { behind, caughtUp, findNotHeld, findWhole } from "./roll-out.ts";
import { answered, current, doubted, refusing, stale, toldStale, unanswered } from "./staleness.ts";
import { type Effect, type FollowState, inTurn, retimed, stay, type Times, type Transition } from "./state.ts";

const DEBOUNCE_MS = 50;
/** The widest pause before a look at what is announced without end, and how long it must be quiet to be looked at soon again. */
const RUSH_CAP_MS = 5_000;
const QUIET_MS = 10_000;

/** Following begins: what is held is checked, and a start from what stood in for the source is told. */
export function began(fingerprints: FingerprintsFile | undefined, tried: readonly ConfigProblem[]): Transition {
  return (state) => {
    const { held, heldFrom } = state.process;
    return inTurn({ ...state, fingerprints }, [
      // That nobody was watching is told already.
      ...(state.process.stale?.reason === "unwatched" ? [] : [toldStale(tried)]),
      checked(held.delivery, held),
      ...(heldFrom === "source" ? [settled(held.delivery)] : []),
    ]);
  };
}

/**
 * What is delivered may have changed. More such news may follow at once, and everybody hears of it: it is looked at after
 * `share` of a pause that widens while they come. A source that could not answer is asked when that is due, not before.
 */
export function announced(share: number): Transition {
  return (state) => {
    const { times, now } = state;
    if (times.soon !== undefined || times.retry !== undefined) return stay(state, { isAnnounced: true });
    const width = Math.min(RUSH_CAP_MS, DEBOUNCE_MS * 2 ** looksOf(state));
    return stay(state, { isAnnounced: true, times: retimed(times, { soon: now + DEBOUNCE_MS + share * width }) });
  };
}

/** Looks at announcements since it was quiet. */
function looksOf({ rush, now }: FollowState): number {
  return rush === undefined || now - rush.at >= QUIET_MS ? 0 : rush.looks;
}

/** Something is told once that is no fault of what is held. */
export function remarked(problems: readonly ConfigProblem[]): Transition {
  return (state) => ({ state, effects: problems.map((problem) => ({ kind: "report", problem })) });
}

/** The watch does not work. */
export const watchFailed: Transition = (state) => stay(state, { process: counted(state.process, "watchErrors") });

/** The watch does not work, and the source may be out of reach. */
export function lost(share: number): Transition {
  return (state) => inTurn({ ...state, isLost: true }, [watchFailed, doubted(share)]);
}

/** The source is there and has nothing new. Whether that is so is doubtful while it owes an answer. */
export const alive: Transition = (state) => {
  const found = { ...state, isLost: false };
  return found.owesAnswer || found.isAnnounced ? stay(found) : inTurn(found, [answered, confirmed]);
};

/** What is held is what is delivered, as of now. */
const confirmed: Transition = (state) => {
  const { process, now } = state;
  const isHeld = process.stale === undefined && process.pending.length === 0;
  return stay(state, isHeld ? { process: { ...process, confirmedAt: now } } : {});
};

/** The source answered as before. */
export const unchanged: Transition = (state) => {
  const { stale: before } = state.process;
  // Nobody was watching, and now somebody is.
  return inTurn(heard(state), [answered, ...(before?.reason === "unwatched" ? [current] : []), confirmed]);
};

/** The source gave something new, which may be held or not. */
export function delivered(reading: Exclude<SourceReading, Unavailable>, acceptance: Acceptance): Transition {
  return (state) => {
    const before = state.process.held;
    const delivery = reading.kind === "delivered" ? reading.delivery : undefined;
    const problems = acceptance.kind === "refused" ? acceptance.problems : [];
    const taken = acceptance.kind === "accepted" ? accepted(acceptance) : rejected(problems, delivery);
    const after = delivery === undefined ? [toldDrift] : [checked(delivery, before), settled(delivery, problems)];
    return inTurn({ ...heard(state), last: reading }, [answered, taken, ...after]);
  };
}

function heard(state: FollowState): FollowState {
  return { ...state, isAnnounced: false, owesAnswer: false, times: retimed(state.times, { retry: undefined }) };
}

/** The source could not answer: nothing is known of what is delivered. It is asked again after a pause. */
export function unavailable({ problems }: Unavailable, { pause, share }: { readonly pause: number; readonly share: number }): Transition {
  return (state) => {
    const { process, times, now } = state;
    const waiting = { ...state, process: counted(process, "unavailable"), owesAnswer: true, times: retimed(times, { retry: now + pause }) };
    return inTurn(waiting, [unanswered(problems, share), ...(state.isAnnounced ? [behind([findWhole(state)])] : [])]);
  };
}

/** What is delivered may be held. */
function accepted(acceptance: Extract<Acceptance, { kind: "accepted" }>): Transition {
  return (state) => {
    const [held, next] = [comparedOf(state.process.held), comparedOf(acceptance.held)];
    const keys = changedKeys(held, next);
    const restart = restartKeys(keys, state.terms.definition.hot, held, next);
    return inTurn(state, [
      current,
      ...(restart.length > 0 ? [restartPending(restart, acceptance.held.delivery)] : [caughtUp, applied(acceptance, keys)]),
    ]);
  };
}

/** What is delivered needs a restart: none of it is taken. */
function restartPending(keys: readonly string[], delivery: Delivery): Transition {
  return (state) => {
    const waiting = { ...state, process: counted({ ...state.process, pending: keys }, "restartRequired") };
    const step = behind(findNotHeld(state, delivery, "restart-pending"))(waiting);
    const event = { ...ownerOf(state), keys };
    return { ...step, effects: [{ kind: "tell", told: { name: "restart-required", event }, isLine: true }] };
  };
}

/** What is delivered is held from now on. */
function applied({ held, whole }: Extract<Acceptance, { kind: "accepted" }>, keys: readonly string[]): Transition {
  return (state) => {
    const { process, terms, now } = state;
    const taken = { ...process, held, heldFrom: "source" as const, pending: [], confirmedAt: now };
    if (keys.length === 0) return stay(state, { process: taken });
    const { hot } = terms.definition;
    const changed = new Set(keys.flatMap((key) => [...pointersAbove(key), key]));
    const isChanged = hot.map((pointer) => changed.has(pointer));
    const next = takeHot(terms.definition, whole).map((value, index) => (isChanged[index] === true ? value : process.hot[index]));
    const reloaded = counted({ ...taken, hot: Object.freeze(next) }, "reloads");
    const event = { ...ownerOf(state), revision: reloaded.counters.reloads, keys };
    const effects: Effect[] = next.flatMap((value, index) =>
      isChanged[index] === true ? [{ kind: "notify" as const, index, current: value, previous: process.hot[index] }] : [],
    );
    return {
      state: { ...state, process: reloaded },
      effects: [...effects, { kind: "tell", told: { name: "reload", event }, isLine: false }],
    };
  };
}

/** What is delivered is refused, and nothing of it is taken. */
export function rejected(problems: readonly ConfigProblem[], delivery?: Delivery): Transition {
  return (state) => {
    // A restart would not get what waited for one: it is not delivered any more.
    const process = counted({ ...state.process, pending: [] }, "rejected");
    const findings = delivery === undefined ? [] : findNotHeld(state, delivery, "not-loaded");
    const step = inTurn({ ...state, process }, [
      stale("rejected", problems),
      behind(findings.length === 0 ? [findWhole(state)] : findings),
    ]);
    const told = { name: "rejected" as const, event: { ...ownerOf(state), problems } };
    return { ...step, effects: [...step.effects, { kind: "tell", told, isLine: true }] };
  };
}

/** The source is told what became of what it delivered: refused for these problems, or not. */
function settled(delivery: Delivery, problems: readonly ConfigProblem[] = []): Transition {
  return (state) => {
    const { pending: keys, root = "" } = state.process;
    const common = { delivery, root };
    const outcome: DeliveryOutcome =
      problems.length > 0
        ? { result: "rejected", ...common, problems }
        : keys.length > 0
          ? { result: "kept", ...common, keys }
          : { result: "accepted", ...common };
    return { state, effects: [{ kind: "settle", outcome }] };
  };
}

/** Something went wrong beside reading. */
export function troubled(problem: ConfigProblem): Transition {
  return (state) => ({
    state: { ...state, process: counted(state.process, "stateErrors") },
    effects: [{ kind: "report", problem }],
  });
}

/** The next regular look is due at this moment. */
export function polling(at: number): Transition {
  return (state) => stay(state, { times: retimed(state.times, { poll: at }) });
}

const renewed: Transition = (state) => ({ state, effects: [{ kind: "renew" }] });

/** Asks the source, unless it could not answer and is to be left alone: it is asked after that. */
const ask: Transition = (state) => ({ state, effects: state.times.retry === undefined ? [{ kind: "look" }] : [] });

const due: { readonly [name in keyof Times]-?: Transition } = {
  poll: (state) => inTurn(state, [renewed, ask]),
  soon: (state) => ask({ ...state, rush: { at: state.now, looks: looksOf(state) + 1 } }),
  retry: ask,
  doubt: ask,
  unreachable: (state) => stale("unreachable", state.problems)(state),
  refusal: refusing,
  overdue: toldDrift,
  rotation: toldDrift,
};

/** Time has passed: whatever is due by now happens. */
export const woke: Transition = (state) => {
  const names = (Object.keys(due) as (keyof Times)[]).filter((name) => (state.times[name] ?? Number.POSITIVE_INFINITY) <= state.now);
  const times = retimed(state.times, Object.fromEntries(names.map((name) => [name, undefined])));
  return inTurn(
    { ...state, times },
    names.map((name) => due[name]),
  );
};

function ownerOf({ terms }: FollowState): { readonly service: string; readonly environment: string } {
  return { service: terms.definition.service, environment: terms.environment };
}

function comparedOf({ value, delivery }: Held): Compared {
  return { value, secrets: delivery.secrets };
}
