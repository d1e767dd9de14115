// Whether values hold what the contract asks for. What to say where they do not is in describe-violation.ts, which no
// start loads that finds everything in order.
import { type JsonObject, lastToken, type SecretReferences, valueAt, type Violation } from "@veltrix/protocol";
import type { ServiceDefinition } from "./definition.ts";
import { holderOf } from "../json/json-tree.ts";

/** Every rule of the contract that `value` breaks in `environment`. */
export function checkValue(definition: ServiceDefinition, value: JsonObject, environment: string | undefined): readonly Violation[] {
  const violations = [...definition.validate(value)];
  for (const pointer of Object.keys(definition.requiredIn)) {
    if (isRequiredIn(definition, pointer, environment) && !Object.hasOwn(definition.secrets, pointer) && isMissing(value, pointer)) {
      violations.push({ pointer: pointer.slice(0, pointer.lastIndexOf("/")), rule: "x-required-in", expected: lastToken(pointer) });
    }
  }
  for (const pointer of Object.keys(definition.secrets)) {
    if (valueAt(value, pointer) !== undefined) violations.push({ pointer, rule: "x-secret", expected: null });
  }
  return violations;
}

function isRequiredIn(definition: ServiceDefinition, pointer: string, environment: string | undefined): boolean {
  return environment !== undefined && definition.requiredIn[pointer]?.includes(environment) === true;
}

/** True when the parent is there and the key is not. */
function isMissing(value: JsonObject, pointer: string): boolean {
  const found = holderOf(value, pointer);
  return found !== undefined && !Object.hasOwn(found.holder, found.key);
}

/** Pointers of the secrets that must be there and have no reference. */
export function findMissingSecrets(
  definition: ServiceDefinition,
  value: JsonObject,
  references: SecretReferences,
  environment: string | undefined,
): readonly string[] {
  return Object.entries(definition.secrets)
    .filter(
      ([pointer, { required }]) =>
        !Object.hasOwn(references, pointer) && (required || isRequiredIn(definition, pointer, environment)) && isMissing(value, pointer),
    )
    .map(([pointer]) => pointer);
}
