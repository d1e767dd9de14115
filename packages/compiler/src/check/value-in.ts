// A part of a value, by its pointer.
import { parsePointer } from "@veltrix/protocol";
import type { RawValue } from "../read/document.ts";

/** What stands at `pointer` of `value`; undefined when nothing does. */
export function valueIn(value: RawValue, pointer: string): RawValue | undefined {
  let current: RawValue | undefined = value;
  for (const token of parsePointer(pointer) ?? []) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, token)) return undefined;
    current = (current as { readonly [key: string]: RawValue })[token];
  }
  return current;
}
