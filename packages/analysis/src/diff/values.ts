// Two resolved configs, key by key: what differs, and whether a running process may take the change.
import { type Key, originOf, type ResolvedConfig, type Service } from "@veltrix/compiler";
import { canonicalize, compareUtf8, parseUnit } from "@veltrix/protocol";
import { nearestKey } from "../nearest-key.ts";
import { type ShownValue, shownLeaves } from "../shown-value.ts";

/** One key that differs. */
export interface KeyDifference {
  readonly pointer: string;
  /** Null: it has no value there. */
  readonly before: ShownValue | null;
  readonly after: ShownValue | null;
  /** Files whose `!unset` or `!replace` hides the value, before and after; null where none does. */
  readonly hiddenBy: { readonly before: string | null; readonly after: string | null };
  readonly reload: "hot" | "restart";
  /** True when both texts say the same: `60s` and `1m`. */
  readonly sameMeaning: boolean;
}

/** One service in one environment; `config` is undefined where it is not there. */
export interface ComparedConfig {
  readonly service: Service | undefined;
  readonly config: ResolvedConfig | undefined;
}

/** Every key with different values, ordered by the bytes of the pointers. */
export function compareConfigs(before: ComparedConfig, after: ComparedConfig): readonly KeyDifference[] {
  const old = leavesIn(before);
  const now = leavesIn(after);
  const pointers = [...new Set([...old.keys(), ...now.keys()])].sort(compareUtf8);
  return pointers.flatMap((pointer) => {
    const [a = null, b = null] = [old.get(pointer), now.get(pointer)];
    if (identityOf(a) === identityOf(b)) return [];
    const key = nearestKey(after.service, pointer) ?? nearestKey(before.service, pointer);
    return [
      {
        pointer,
        before: a,
        after: b,
        hiddenBy: { before: a === null ? hiding(before, pointer) : null, after: b === null ? hiding(after, pointer) : null },
        reload: key?.hot === undefined ? ("restart" as const) : ("hot" as const),
        sameMeaning: meansTheSame(key, a, b),
      },
    ];
  });
}

function hiding({ config }: ComparedConfig, pointer: string): string | null {
  const origin = originOf(config, pointer);
  return origin?.kind === "unset" ? origin.file : null;
}

function leavesIn({ config }: ComparedConfig): ReadonlyMap<string, ShownValue> {
  return config === undefined ? new Map() : shownLeaves(config);
}

function identityOf(shown: ShownValue | null): string {
  if (shown === null) return "";
  return "secret" in shown ? `secret:${shown.secret}` : `value:${canonicalize(shown.value)}`;
}

function meansTheSame(key: Key | undefined, a: ShownValue | null, b: ShownValue | null): boolean {
  if (key?.unit === undefined || a === null || b === null || !("value" in a) || !("value" in b)) return false;
  if (typeof a.value !== "string" || typeof b.value !== "string") return false;
  const parsed = parseUnit(key.unit, a.value);
  return parsed !== undefined && JSON.stringify(parsed) === JSON.stringify(parseUnit(key.unit, b.value));
}
