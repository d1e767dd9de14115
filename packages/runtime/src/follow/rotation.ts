// Secrets that changed under a running process. It holds what it read at its start: another text waits for a restart, and
// one that cannot be used is told at once. Neither is ever taken.
import { MOUNT_DEADLINE_MS } from "@veltrix/protocol";
import { counted } from "../held/state.ts";
import { toldDrift } from "./drift-check.ts";
import { inTurn, retimed, type Rotated, stay, type Transition } from "./state.ts";

/** What a look at the mounted secrets found, by pointer. */
export interface SecretsLook {
  /** Another text than the one that is held, and one that a start would take. */
  readonly rotated: readonly string[];
  /** What a start would refuse; `missing`: nothing can be read. */
  readonly unusable: readonly { readonly pointer: string; readonly kind: "missing" | "changed" }[];
}

/** The mounted secrets were looked at. */
export function secretsSeen(look: SecretsLook): Transition {
  return (state) => {
    const now: readonly Omit<Rotated, "since">[] = [
      ...look.rotated.map((pointer) => ({ pointer, kind: "changed" as const, isUsable: true })),
      ...look.unusable.map((found) => ({ ...found, isUsable: false })),
    ];
    const before = state.rotated;
    const rotated = now.map((found) => ({ ...found, since: sinceOf(before, found) ?? state.now }));
    const waiting = rotated.filter(({ isUsable }) => isUsable);
    const keys = waiting.map(({ pointer }) => pointer);
    const isNew = waiting.some((found) => sinceOf(before, found) === undefined);
    const overdue = Math.min(...waiting.map(({ since }) => since + MOUNT_DEADLINE_MS));
    const process = { ...state.process, rotated: keys };
    return inTurn(
      {
        ...state,
        rotated,
        process: isNew ? counted(process, "restartRequired") : process,
        times: retimed(state.times, { rotation: overdue > state.now ? overdue : undefined }),
      },
      [...(isNew ? [restartRequired(keys)] : []), toldDrift],
    );
  };
}

function sinceOf(before: readonly Rotated[], { pointer, isUsable }: Omit<Rotated, "since">): number | undefined {
  return before.find((known) => known.pointer === pointer && known.isUsable === isUsable)?.since;
}

function restartRequired(keys: readonly string[]): Transition {
  return (state) => {
    const { definition, environment } = state.terms;
    const event = { service: definition.service, environment, keys };
    return { ...stay(state), effects: [{ kind: "tell", told: { name: "restart-required", event }, isLine: true }] };
  };
}
