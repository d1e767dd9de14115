// Values as they may be shown: a secret is its reference, never its text.
import type { ResolvedConfig } from "@veltrix/compiler";
import { type JsonValue, leavesOf, valueAt } from "@veltrix/protocol";

/** A value as it may be shown: a secret is its reference. */
export type ShownValue = { readonly value: JsonValue } | { readonly secret: string };

/** What is at `pointer`; undefined where nothing is. */
export function shownAt({ value, secrets }: ResolvedConfig, pointer: string): ShownValue | undefined {
  const secret = Object.hasOwn(secrets, pointer) ? secrets[pointer] : undefined;
  if (secret !== undefined) return { secret };
  const found = valueAt(value, pointer);
  return found === undefined ? undefined : { value: found };
}

/** Every leaf by its pointer. */
export function shownLeaves({ value, secrets }: ResolvedConfig): ReadonlyMap<string, ShownValue> {
  return new Map(
    leavesOf(value, secrets).map((leaf) => {
      const secret = Object.hasOwn(secrets, leaf.pointer) ? secrets[leaf.pointer] : undefined;
      return [leaf.pointer, secret === undefined ? { value: leaf.value } : { secret }];
    }),
  );
}
