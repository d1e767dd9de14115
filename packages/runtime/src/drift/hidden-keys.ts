// Keys of which no output may show a value or its hash: secrets, and what the contract does not declare. A secret that
// was pasted somewhere stands where nobody declared it, and the hash of a short one is as good as the text.
import { findCovering, type JsonObject, pointersAbove } from "@veltrix/protocol";
import type { ServiceDefinition } from "../contract/definition.ts";
import { violatedKey } from "../contract/describe-violation.ts";

/** Rules that name a key which the contract does not declare. */
const undeclared = new Set(["additionalProperties", "unevaluatedProperties"]);

/**
 * Rules that hold of many keys at once: one that is broken does not say which key it was, so all that stands below may
 * be what nobody declared.
 */
const composed = new Set([
  "anyOf",
  "oneOf",
  "not",
  "if",
  "dependentSchemas",
  "propertyNames",
  "unevaluatedItems",
  "items",
  "prefixItems",
  "contains",
  "false schema",
]);

/** Pointers at, above and below which nothing of `value` may be shown. */
export function hiddenKeys(definition: ServiceDefinition, value: JsonObject): readonly string[] {
  const found = definition
    .validate(value)
    .filter(({ rule }) => undeclared.has(rule) || composed.has(rule))
    .map(violatedKey);
  return [...Object.keys(definition.secrets), ...found];
}

/** Tells whether a pointer is hidden, holds something that is, or lies within it. */
export function hidingOf(hidden: readonly string[]): (pointer: string) => boolean {
  const own = new Set(hidden);
  const above = new Set(hidden.flatMap(pointersAbove));
  return (pointer) => above.has(pointer) || findCovering(pointer, own) !== undefined;
}
