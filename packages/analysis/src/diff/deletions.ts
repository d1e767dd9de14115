// The deletion guard: a change that removes a whole object, or an unusual part of a service's keys, has to be meant.
import type { Model, ResolvedConfig, Service } from "@veltrix/compiler";
import { type Diagnostic, report } from "@veltrix/diagnostics";
import { leavesOf } from "@veltrix/protocol";
import { configIn } from "../service-config.ts";

/** More than this part of a service's keys, ... */
const MOST_OF_KEYS = 0.1;
/** ... and at least this many. */
const FEWEST_KEYS = 5;

/** What one service loses. */
interface Loss {
  readonly removed: number;
  readonly keys: number;
  readonly whole: boolean;
}

/** VX7016 for each service that loses too much; environments with the same loss are one. */
export function findDeletions(before: Model, after: Model, only: string | undefined): readonly Diagnostic[] {
  return before.services
    .filter(({ id }) => only === undefined || id === only)
    .flatMap((service) => {
      const now = after.services.find(({ id }) => id === service.id);
      const grouped = new Map<string, { readonly loss: Loss; readonly environments: string[] }>();
      for (const config of service.configs) {
        const loss = lossOf(config, now);
        if (loss === undefined) continue;
        const id = JSON.stringify(loss);
        const known = grouped.get(id);
        if (known === undefined) grouped.set(id, { loss, environments: [config.environment.name] });
        else known.environments.push(config.environment.name);
      }
      return [...grouped.values()].map(({ loss, environments }) =>
        report(
          "VX7016",
          { service: service.id, environments, ...loss },
          { at: { file: service.contract.file }, service: service.id, environments },
        ),
      );
    });
}

function lossOf(config: ResolvedConfig, now: Service | undefined): Loss | undefined {
  const { name, namespace } = config.environment;
  const pointers = pointersOf(config);
  const then = configIn(now, name);
  const isUndelivered = namespace !== undefined && then?.environment.namespace === undefined;
  if (then === undefined || isUndelivered) return { removed: pointers.length, keys: pointers.length, whole: true };
  const left = new Set(pointersOf(then));
  const removed = pointers.filter((pointer) => !left.has(pointer)).length;
  if (removed < FEWEST_KEYS || removed <= pointers.length * MOST_OF_KEYS) return undefined;
  return { removed, keys: pointers.length, whole: false };
}

function pointersOf({ value, secrets }: ResolvedConfig): readonly string[] {
  return leavesOf(value, secrets).map(({ pointer }) => pointer);
}
