// Whether values hold what the contract asks for, and what to say where they do not.
import {
  appendToken,
  type ConfigProblem,
  describeViolation,
  type JsonObject,
  type SecretReferences,
  valueAt,
  type Violation,
} from "@veltrix/protocol";
import type { ServiceDefinition } from "./definition.ts";
import { holderOf } from "../json/json-tree.ts";

/** Every rule of the contract that `value` breaks in `environment`. */
export function checkValue(definition: ServiceDefinition, value: JsonObject, environment: string | undefined): readonly Violation[] {
  const violations = [...definition.validate(value)];
  for (const pointer of Object.keys(definition.requiredIn)) {
    if (isRequiredIn(definition, pointer, environment) && !Object.hasOwn(definition.secrets, pointer) && isMissing(value, pointer)) {
      const { parent, key } = splitPointer(pointer);
      violations.push({ pointer: parent, rule: "x-required-in", expected: key });
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

/** A pointer's parent, and its last token. */
function splitPointer(pointer: string): { readonly parent: string; readonly key: string } {
  const slash = pointer.lastIndexOf("/");
  return {
    parent: pointer.slice(0, slash),
    key: pointer
      .slice(slash + 1)
      .replaceAll("~1", "/")
      .replaceAll("~0", "~"),
  };
}

/** Secrets that must be there and have no reference. */
export function checkSecrets(
  definition: ServiceDefinition,
  value: JsonObject,
  references: SecretReferences,
  environment: string | undefined,
): readonly ConfigProblem[] {
  return Object.entries(definition.secrets)
    .filter(
      ([pointer, { required }]) =>
        !Object.hasOwn(references, pointer) && (required || isRequiredIn(definition, pointer, environment)) && isMissing(value, pointer),
    )
    .map(([pointer]) => ({
      code: "VX5006",
      pointer,
      message: `${pointer} is a required secret and nothing says where it is`,
      hint: `write \`!secret <name>/<key>\` for it in schemas/${definition.service}/values, run \`veltrix build\` and deploy the result`,
    }));
}

const keyRules = new Set(["required", "x-required-in", "dependentRequired", "additionalProperties", "unevaluatedProperties"]);

/** Pointer of the key that a violation is about, where the rule names a key of the object at fault. */
export function violatedKey({ pointer, rule, expected }: Violation): string {
  return keyRules.has(rule) && typeof expected === "string" ? appendToken(pointer, expected) : pointer;
}

/** A violation as a problem. Says nothing of the value. */
export function problemOf(violation: Violation, source: string, hint: string): ConfigProblem {
  const pointer = violatedKey(violation);
  const name = pointer === "" ? "the configuration" : pointer;
  if (violation.rule === "x-secret") {
    return {
      code: "VX5005",
      pointer,
      message: `${name} is a secret and stands among the values`,
      rule: "x-secret",
      hint: "take it out, and replace the secret: it is known now",
      source,
    };
  }
  const message =
    pointer === violation.pointer ? `${name} ${describeViolation(violation)}` : describeViolation({ ...violation, expected: pointer });
  return { code: "VX5005", pointer, message, rule: violation.rule, hint, source };
}

/** What the contract says against the text of a secret. */
export function checkSecretText(definition: ServiceDefinition, pointer: string, text: string): readonly ConfigProblem[] {
  return definition.validateSecret(pointer, text).map((violation) => ({
    code: "VX5007",
    pointer,
    message: `the secret for ${pointer} ${describeViolation(violation)}`,
    hint: "store a value that the contract allows",
  }));
}
