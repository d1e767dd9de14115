// What following a source knows at one moment, beside what the process holds. Transitions are functions from one state to
// the next, and to what is to be done about it; follower.ts does that, and calls them when something happens.
import type { ConfigProblem, DriftFinding, FingerprintsFile, JsonObject } from "@veltrix/protocol";
import type { ServiceDefinition } from "../contract/definition.ts";
import type { ConfigEvents } from "../held/events.ts";
import type { Followed, Instance } from "../held/instance.ts";
import type { ProcessState } from "../held/state.ts";
import type { StalePolicy } from "../held/status.ts";
import type { DeliveryOutcome, SourceReading } from "../sources/source.ts";

/** What holds for as long as a process runs. */
export interface Terms {
  readonly definition: ServiceDefinition;
  readonly environment: string;
  /** Milliseconds until what is not held is drift, and until silence makes stale. */
  readonly deadline: number;
  readonly onStale: StalePolicy;
}

/** What happens by itself, and when, by the clock of the process. */
export interface Times {
  /** The next regular look. */
  readonly poll?: number;
  /** A look at what was announced, once no more announcements come. */
  readonly soon?: number;
  /** The next try after a source that could not answer. */
  readonly retry?: number;
  /** A look at a source that may be out of reach. */
  readonly doubt?: number;
  /** Silence becomes stale. */
  readonly unreachable?: number;
  /** The process stops being ready. */
  readonly refusal?: number;
  /** What is not held becomes drift. */
  readonly overdue?: number;
  /** A secret that waits for a restart becomes drift. */
  readonly rotation?: number;
}

/** What the last in-sync check found, without what is overdue. */
export interface Check {
  readonly expectedRoot: string;
  readonly actualRoot: string;
  readonly findings: readonly DriftFinding[];
}

/** A secret that is not held as it is mounted, and since when. */
export interface Rotated {
  readonly pointer: string;
  readonly kind: "missing" | "changed";
  readonly isUsable: boolean;
  readonly since: number;
}

/** All that following knows. */
export interface FollowState {
  readonly terms: Terms;
  /** The moment of this step. */
  readonly now: number;
  readonly process: ProcessState;
  readonly times: Times;
  /** The last answer of the source. */
  readonly last: SourceReading;
  /** The source said that there is something new, and did not give it yet. */
  readonly isAnnounced: boolean;
  /** Looks at announcements that followed each other, and when the last of them was. */
  readonly rush: { readonly at: number; readonly looks: number } | undefined;
  /** Everybody may have lost the source. */
  readonly isLost: boolean;
  /** The source could not answer, and was not asked since. */
  readonly owesAnswer: boolean;
  /** Since when the source may be out of reach. */
  readonly doubtSince: number | undefined;
  /** What silence, or being stale, is told with. */
  readonly problems: readonly ConfigProblem[];
  /** The last line about being stale said that it is. */
  readonly isStaleTold: boolean;
  /** What is delivered and not held, and since when something is not. */
  readonly behind: { readonly since: number; readonly findings: readonly DriftFinding[] } | undefined;
  readonly checked: Check | undefined;
  /** The last delivered values that matched their hashes: where expected values are looked up. */
  readonly proven: JsonObject | undefined;
  readonly fingerprints: FingerprintsFile | undefined;
  /** Secrets that are not held as they are mounted. */
  readonly rotated: readonly Rotated[];
  /** Ends of certificates that were told. */
  readonly toldEnds: readonly string[];
}

/** The events of a process, by name, with what is told. */
export type Told = {
  readonly [Name in keyof ConfigEvents]: { readonly name: Name; readonly event: ConfigEvents[Name] };
}[keyof ConfigEvents];

/** What is to be done about a step. */
export type Effect =
  /** Tell the listeners; with `isLine`, the log where there are none. */
  | { readonly kind: "tell"; readonly told: Told; readonly isLine: boolean }
  /** Tell those who subscribed to one hot subtree. */
  | { readonly kind: "notify"; readonly index: number; readonly current: unknown; readonly previous: unknown }
  /** Tell the source what became of what it delivered. */
  | { readonly kind: "settle"; readonly outcome: DeliveryOutcome }
  /** Say in the log what went wrong beside reading. */
  | { readonly kind: "report"; readonly problem: ConfigProblem }
  | { readonly kind: "look" }
  /** Watch anew. */
  | { readonly kind: "renew" };

/** The next state, and what is to be done. */
export interface Step {
  readonly state: FollowState;
  readonly effects: readonly Effect[];
}

/** One thing that can happen. */
export type Transition = (state: FollowState) => Step;

/** A step that changes members and has nothing done. */
export function stay(state: FollowState, changes: Partial<FollowState> = {}): Step {
  return { state: { ...state, ...changes }, effects: [] };
}

/** Several transitions, each from where the one before it ended. */
export function inTurn(state: FollowState, transitions: readonly Transition[]): Step {
  return transitions.reduce<Step>(
    (step, transition) => {
      const next = transition(step.state);
      return { state: next.state, effects: [...step.effects, ...next.effects] };
    },
    { state, effects: [] },
  );
}

/** Times with some set, and others given up. */
export function retimed(times: Times, changes: { readonly [name in keyof Times]?: number | undefined }): Times {
  const merged = Object.entries({ ...times, ...changes }).filter(([, at]) => at !== undefined && Number.isFinite(at));
  return Object.fromEntries(merged);
}

/** Where following begins: ready, and nothing has happened yet. */
export function stateToFollow(
  { clock, environment, input, state }: Pick<Instance<unknown>, "clock" | "environment" | "input" | "state">,
  { source, reading, options }: Followed,
): FollowState {
  const deadline = options.rolloutDeadline ?? source.rolloutDeadline;
  return {
    terms: { definition: input.rules.definition, environment, deadline, onStale: options.onStale ?? "serve" },
    now: clock.now(),
    process: state,
    times: {},
    last: reading,
    isAnnounced: false,
    rush: undefined,
    isLost: false,
    owesAnswer: false,
    doubtSince: undefined,
    problems: [],
    isStaleTold: false,
    behind: undefined,
    checked: undefined,
    proven: undefined,
    fingerprints: undefined,
    rotated: [],
    toldEnds: [],
  };
}
