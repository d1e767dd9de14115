// After a restore or a migration an operator looks, and lets the service go on.
import type { Store } from "../store/store.ts";
import { FROZEN_KEY } from "../store/system.ts";
import type { Actor } from "./audit.ts";
import { type ChangeAnswer, makeChange } from "./change.ts";
import { valueOf } from "./hash.ts";

/** Who lets it go on, and why. */
export interface ResumeRequest {
  readonly actor: Actor;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Ends the frozen state; refused where there is none. */
export function resumeService(store: Store, { actor, reason, now }: ResumeRequest): Promise<ChangeAnswer<"not-frozen">> {
  return makeChange<"not-frozen">({
    store,
    now,
    keys: [],
    decide: ({ get }) => {
      const frozen = get(FROZEN_KEY);
      if (frozen === undefined) return { kind: "refuse", refusal: "not-frozen" };
      return {
        kind: "change",
        write: () => ({
          operations: [{ kind: "delete", key: FROZEN_KEY }],
          deed: { action: "resume", target: FROZEN_KEY, actor, reason, before: valueOf(frozen), after: null },
        }),
      };
    },
  });
}
