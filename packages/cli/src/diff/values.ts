// Two resolved configs, key by key: what differs, and whether a running process may take the change.
import type { Key, ResolvedConfig, Service } from "@veltrix/compiler";
import { canonicalize, compareUtf8, isWithin, type JsonValue, leavesOf, parseUnit } from "@veltrix/protocol";

/** A value as it may be shown: a secret is its reference. */
export type Shown = { readonly value: JsonValue } | { readonly secret: string };

/** One key that differs. */
export interface KeyDifference {
  readonly pointer: string;
  /** Null: it has no value there. */
  readonly before: Shown | null;
  readonly after: Shown | null;
  readonly reload: "hot" | "restart";
  /** True when both texts say the same: `60s` and `1m`. */
  readonly sameMeaning: boolean;
}

/** One service in one environment; `config` is undefined where it is not there. */
export interface Side {
  readonly service: Service | undefined;
  readonly config: ResolvedConfig | undefined;
}

/** Every key with different values, ordered by the bytes of the pointers. */
export function compareConfigs(before: Side, after: Side): readonly KeyDifference[] {
  const old = shownLeaves(before.config);
  const now = shownLeaves(after.config);
  const pointers = [...new Set([...old.keys(), ...now.keys()])].sort(compareUtf8);
  return pointers.flatMap((pointer) => {
    const [a = null, b = null] = [old.get(pointer), now.get(pointer)];
    if (textOf(a) === textOf(b)) return [];
    const key = nearestKey(after.service, pointer) ?? nearestKey(before.service, pointer);
    return [
      {
        pointer,
        before: a,
        after: b,
        reload: key?.hot === undefined ? ("restart" as const) : ("hot" as const),
        sameMeaning: meansTheSame(key, a, b),
      },
    ];
  });
}

function shownLeaves(config: ResolvedConfig | undefined): ReadonlyMap<string, Shown> {
  if (config === undefined) return new Map();
  const { value, secrets } = config;
  return new Map(
    leavesOf(value, secrets).map((leaf) => [
      leaf.pointer,
      Object.hasOwn(secrets, leaf.pointer) ? { secret: secrets[leaf.pointer] ?? "" } : { value: leaf.value },
    ]),
  );
}

function textOf(shown: Shown | null): string {
  if (shown === null) return "";
  return "secret" in shown ? `secret:${shown.secret}` : `value:${canonicalize(shown.value)}`;
}

function nearestKey(service: Service | undefined, pointer: string): Key | undefined {
  const above = service?.contract.keys.filter((key) => isWithin(pointer, key.pointer)) ?? [];
  return above.sort((a, b) => b.pointer.length - a.pointer.length)[0];
}

function meansTheSame(key: Key | undefined, a: Shown | null, b: Shown | null): boolean {
  if (key?.unit === undefined || a === null || b === null || !("value" in a) || !("value" in b)) return false;
  if (typeof a.value !== "string" || typeof b.value !== "string") return false;
  const parsed = parseUnit(key.unit, a.value);
  return parsed !== undefined && JSON.stringify(parsed) === JSON.stringify(parseUnit(key.unit, b.value));
}

/** A value on one line; `—` where there is none. */
export function showValue(shown: Shown | null): string {
  if (shown === null) return "—";
  if ("secret" in shown) return `!secret ${shown.secret}`;
  const text = JSON.stringify(shown.value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}
