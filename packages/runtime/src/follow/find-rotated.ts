// Which secrets that are not held as they are mounted are drift by now.
import { type DriftFinding, MOUNT_DEADLINE_MS } from "@veltrix/protocol";
import type { FollowState } from "./state.ts";

/** What is drift by now: at once where a start would be refused, else once a restart had its time. No side shows anything. */
export function findRotated({ rotated, now, terms }: FollowState): readonly DriftFinding[] {
  const { definition, environment } = terms;
  return rotated
    .filter(({ isUsable, since }) => !isUsable || now - since >= MOUNT_DEADLINE_MS)
    .map(({ pointer, kind }) => ({
      service: definition.service,
      environment,
      hop: "secret-rotated",
      kind,
      pointer,
      expected: {},
      actual: {},
    }));
}
