// What can happen to a process that follows its source, without a clock, a source or a process.
import { describe, expect, it } from "vitest";
import type { FollowOptions } from "../held/instance.ts";
import { loadGateway, mountGateway } from "../testing/mount.ts";
import { type Effect, type FollowState, inTurn, stateToFollow, type Transition } from "./state.ts";
import { alive, announced, lost, rejected, unavailable, unchanged, woke } from "./transitions.ts";

const DEADLINE_MS = 15_000;
const noAnswer = unavailable({ kind: "unavailable", problems: [] }, { pause: 60_000, share: 0.5 });

/** A state that is moved by hand, and all that was to be done so far. */
async function prepare(options: FollowOptions = {}) {
  const { variables } = await mountGateway();
  const instance = await loadGateway(variables);
  const { followed } = instance.input;
  if (followed === undefined) throw new Error("a loaded instance has a source to follow");
  const begun = stateToFollow(instance, { ...followed, options: { rolloutDeadline: DEADLINE_MS, ...options } });
  let state: FollowState = { ...begun, now: 0 };
  const effects: Effect[] = [];
  const happen = (...transitions: readonly Transition[]): FollowState => {
    const step = inTurn(state, transitions);
    ({ state } = step);
    effects.push(...step.effects);
    return state;
  };
  /** Lets time pass to a moment, and wakes at each time on the way. */
  const pass = (to: number): FollowState => {
    for (;;) {
      const next = Math.min(...Object.values(state.times));
      if (next > to) break;
      state = { ...state, now: next };
      happen(woke);
    }
    state = { ...state, now: to };
    return state;
  };
  return {
    happen,
    pass,
    effects,
    staleTold: () => effects.flatMap((effect) => (effect.kind === "tell" && effect.told.name === "stale" ? [effect.told.event] : [])),
  };
}

describe("R10: a source that does not answer", () => {
  it("R10: makes the configuration stale at the deadline, however long the next try is away", async () => {
    const { happen, pass, effects } = await prepare();
    happen(lost(0.5));
    happen(noAnswer);
    expect(pass(DEADLINE_MS - 1).process.stale).toBeUndefined();
    expect(effects).toEqual([]);
    expect(pass(DEADLINE_MS).process.stale).toEqual({ reason: "unreachable", since: DEADLINE_MS });
  });

  it("R10: makes nothing stale that answered in time, or was only doubted", async () => {
    const { happen, pass } = await prepare();
    happen(lost(0.5));
    expect(pass(2 * DEADLINE_MS).process.stale).toBeUndefined();
    expect(happen(noAnswer).process.stale?.reason).toBe("unreachable");
    expect(happen(unchanged).process.stale).toBeUndefined();
    happen(lost(0.5), noAnswer);
    pass(3 * DEADLINE_MS - 1);
    happen(unchanged);
    expect(pass(10 * DEADLINE_MS).process.stale).toBeUndefined();
  });

  it("R10: tells the end of readiness once, after the time that the service allows", async () => {
    const { happen, pass, staleTold } = await prepare({ onStale: { refuseAfterMs: 1_000 } });
    happen(rejected([]));
    pass(999);
    expect(staleTold().map(({ ready }) => ready)).toEqual([true]);
    pass(60_000);
    expect(staleTold().map(({ ready, reason }) => [ready, reason])).toEqual([
      [true, "rejected"],
      [false, "rejected"],
    ]);
  });
});

it("takes no sign of life for an answer that is owed", async () => {
  const { happen } = await prepare();
  happen(lost(0.5), noAnswer);
  expect(happen(alive).doubtSince).toBe(0);
  happen(unchanged);
  happen(lost(0.5), announced(0));
  expect(happen(alive).doubtSince).toBe(0);
});

it("looks once for many announcements", async () => {
  const { happen, pass, effects } = await prepare();
  happen(announced(0), announced(0));
  pass(40);
  happen(announced(0));
  pass(1_000);
  expect(effects).toEqual([{ kind: "look" }]);
});

describe("R10: announcements", () => {
  /** How many looks there are while it is announced every 50 ms for so long. */
  const looksWithin = async (milliseconds: number, share: number, before?: Transition): Promise<number> => {
    const { happen, pass, effects } = await prepare();
    if (before !== undefined) happen(before);
    for (let at = 50; at <= milliseconds; at += 50) {
      pass(at);
      happen(announced(share));
    }
    return effects.filter(({ kind }) => kind === "look").length;
  };

  it("R10: are looked at soon, each client at its own moment, and less and less often while they do not end", async () => {
    expect(await looksWithin(100, 0)).toBe(1);
    expect(await looksWithin(100, 1)).toBe(0);
    expect(await looksWithin(200, 1)).toBe(1);
    expect(await looksWithin(10_000, 1)).toBeLessThan(12);
    expect(await looksWithin(100_000, 1)).toBeLessThan(32);
  });

  it("R10: are looked at soon again after a quiet time", async () => {
    const { happen, pass, effects } = await prepare();
    for (let at = 0; at < 200_000; at += 20_000) {
      pass(at);
      happen(announced(1));
      pass(at + 100);
    }
    expect(effects).toHaveLength(10);
  });

  it("R10: bring nobody back before the source wanted to be asked again", async () => {
    expect(await looksWithin(59_900, 0, noAnswer)).toBe(0);
    expect(await looksWithin(60_000, 0, noAnswer)).toBe(1);
  });
});

it("leaves the state that it starts from as it was", async () => {
  const { happen, pass } = await prepare();
  const before = pass(0);
  const copy = { ...before, process: { ...before.process, counters: { ...before.process.counters } }, times: { ...before.times } };
  happen(lost(0.5), noAnswer, rejected([]), unchanged);
  expect(before).toEqual(copy);
});
