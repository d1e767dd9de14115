// A part of a value, by its pointer.
import { type JsonValue, memberOf, valueAt } from "@veltrix/protocol";
import type { RawValue } from "./document.ts";

/** What stands at `pointer` of `value`; undefined when nothing does. */
export function valueIn(value: RawValue, pointer: string): RawValue | undefined {
  // The walk takes own members and looks at no value on the way, so what it meets may as well be a tag.
  return valueAt(value as JsonValue, pointer);
}

/** What `token` names inside `value`, as a step of `valueIn`. */
export function memberIn(value: RawValue, token: string): RawValue | undefined {
  // As above.
  return memberOf(value as JsonValue, token);
}
