// What is said of values that do not hold what the contract asks for. Says nothing of the values themselves.
import { appendToken, type ConfigProblem, describeViolation, type Violation } from "@veltrix/protocol";

/** A required secret without a reference, as a problem. */
export function describeMissingSecret(pointer: string, service: string): ConfigProblem {
  return {
    code: "VX5006",
    pointer,
    message: `${pointer} is a required secret, and nothing says where to find it`,
    hint: `write \`!secret <name>/<key>\` for it in schemas/${service}/values, run \`veltrix build\` and deploy the result`,
  };
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
      message: `${name} is a secret, but is in the clear among the values`,
      rule: "x-secret",
      hint: "remove it, and replace the secret: it has been exposed",
      source,
    };
  }
  const message =
    pointer === violation.pointer ? `${name} ${describeViolation(violation)}` : describeViolation({ ...violation, expected: pointer });
  return { code: "VX5005", pointer, message, rule: violation.rule, hint, source };
}

/** What the text of a secret violates, as a problem. */
export function describeSecretViolation(pointer: string, violation: Violation): ConfigProblem {
  return {
    code: "VX5007",
    pointer,
    message: `the secret for ${pointer} ${describeViolation(violation)}`,
    hint: "store a value that the contract allows",
  };
}
