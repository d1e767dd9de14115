// What a validator says of a value: shared by the build's check, the emitted validators and the runtime.
import type { JsonValue } from "./json.ts";

/** One rule of a contract that a value breaks. Holds no part of the value itself. */
export interface Violation {
  /** RFC 6901 pointer of the value at fault, or of the object a key is missing from. */
  readonly pointer: string;
  /** The JSON Schema keyword, or `x-type`, `x-required-in`. */
  readonly rule: string;
  /** What the rule asks for: the type names, the limit, the allowed values, the missing or unknown key. */
  readonly expected: JsonValue;
}

/** The signature of an emitted `validate.js`. */
export type Validate = (value: JsonValue) => readonly Violation[];

/** One sentence for a person, with no part of the value. */
export function describeViolation(violation: Violation): string {
  const { rule, expected } = violation;
  const text = typeof expected === "string" ? expected : JSON.stringify(expected);
  switch (rule) {
    case "required":
    case "x-required-in":
    case "dependentRequired":
      return `${text} is missing`;
    case "additionalProperties":
    case "unevaluatedProperties":
      return `${text} is not a key of the contract`;
    case "type":
      return `must be of type ${Array.isArray(expected) ? expected.join(" or ") : text}`;
    case "enum":
      return `must be one of ${text}`;
    case "const":
      return `must be ${text}`;
    case "minimum":
      return `must be at least ${text}`;
    case "maximum":
      return `must be at most ${text}`;
    case "exclusiveMinimum":
      return `must be more than ${text}`;
    case "exclusiveMaximum":
      return `must be less than ${text}`;
    case "multipleOf":
      return `must be a multiple of ${text}`;
    case "minLength":
      return `must have at least ${text} characters`;
    case "maxLength":
      return `must have at most ${text} characters`;
    case "minItems":
      return `must have at least ${text} items`;
    case "maxItems":
      return `must have at most ${text} items`;
    case "minProperties":
      return `must have at least ${text} keys`;
    case "maxProperties":
      return `must have at most ${text} keys`;
    case "pattern":
      return `must match ${text}`;
    case "format":
      return `must be a valid ${text}`;
    case "x-type":
      return `must be ${text}`;
    case "uniqueItems":
      return "must not contain duplicate items";
    case "false schema":
      return "is not allowed here";
    default:
      return `breaks the rule ${rule}${expected === null ? "" : ` (${text})`}`;
  }
}
