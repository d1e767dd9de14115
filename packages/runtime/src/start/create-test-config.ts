// Values written in a test to a configuration, through the same checks as delivered ones.
import { type ConfigProblem, isJsonObject, type JsonObject, type JsonValue, valueAt } from "@veltrix/protocol";
import { checkValue, findMissingSecrets } from "../contract/check-values.ts";
import { describeMissingSecret, describeSecretViolation, problemOf } from "../contract/describe-violation.ts";
import type { ServiceDefinition } from "../contract/definition.ts";
import { ConfigError } from "../contract/config-error.ts";
import { Instance } from "../held/instance.ts";
import { parseStrict } from "@veltrix/protocol/strict-json";
import { type MutableObject, removeAt } from "../json/json-tree.ts";
import { materialise } from "../view/materialise.ts";
import { Secret } from "../view/secret.ts";

const LABEL = "createTestConfig";
const HINT = "give it a value that the contract allows";

/** Options of `createTestConfig`. */
export interface TestOptions {
  /** Applies what the contract requires in this environment only. */
  readonly environment?: string;
  /** Secrets by pointer, for those that are not in the values. */
  readonly secrets?: { readonly [pointer: string]: string };
}

/**
 * A configuration of `values`, raw as in a values file, with the texts of secrets in their places.
 *
 * @throws ConfigError listing every problem.
 */
export function createTestInstance<Config>(definition: ServiceDefinition, values: unknown, options: TestOptions): Instance<Config> {
  const { environment } = options;
  const value = toJson(definition.service, environment, values);
  const { texts, problems } = takeSecrets(definition, value, options);
  const references = Object.fromEntries([...texts.keys()].map((pointer) => [pointer, "test/secret"]));
  for (const violation of checkValue(definition, value, environment)) problems.push(problemOf(violation, LABEL, HINT));
  const told = new Set(problems.map(({ pointer }) => pointer));
  for (const pointer of findMissingSecrets(definition, value, references, environment)) {
    const problem = describeMissingSecret(pointer, definition.service);
    if (!told.has(pointer)) problems.push({ ...problem, hint: "give its text in the values", source: LABEL });
  }
  const secrets = new Map([...texts].map(([pointer, text]) => [pointer, new Secret(text)]));
  const materialised = problems.length === 0 ? materialise(definition, value, secrets) : { kind: "refused" as const, problems };
  if (materialised.kind === "refused") throw new ConfigError(definition.service, environment, materialised.problems);
  const rules = {
    definition,
    environment: environment ?? "test",
    secrets,
    overrides: new Map<string, string>(),
    label: LABEL,
  };
  const delivery = {
    value,
    secrets: references,
    policy: { onDrift: "alert", overrides: "refuse" },
  } as const;
  return new Instance<Config>({
    rules,
    held: { delivery, value, overridden: [] },
    whole: materialised.whole,
  });
}

/** A copy as it would be delivered. What JSON cannot carry would vanish in it, so it is refused. */
function toJson(service: string, environment: string | undefined, values: unknown): MutableObject & JsonObject {
  const lost: ConfigProblem[] = [];
  const refuse = (reason: string): void => {
    lost.push({
      code: "VX5005",
      pointer: "",
      message: reason,
      hint: "give a plain object of JSON values",
      source: LABEL,
    });
  };
  let text: string | undefined;
  try {
    text = JSON.stringify(values, (key, member: unknown) => {
      const isLost =
        member === undefined ||
        ["function", "symbol", "bigint"].includes(typeof member) ||
        (typeof member === "number" && !Number.isFinite(member));
      if (isLost) refuse(`${JSON.stringify(key)} is ${String(member)}, which is not a JSON value`);
      return isLost ? null : member;
    });
  } catch {
    refuse("the values refer to themselves");
  }
  const parsed = text === undefined ? undefined : parseStrict(text);
  if (parsed?.kind === "malformed") refuse(parsed.reason);
  const value = parsed?.kind === "value" ? parsed.value : undefined;
  // Parsed just above: a plain object that nobody else holds.
  if (lost.length === 0 && isJsonObject(value)) return value as MutableObject & JsonObject;
  if (lost.length === 0) refuse("the values are not an object");
  throw new ConfigError(service, environment, lost);
}

/** Moves the texts of secrets out of `value`. */
function takeSecrets(
  definition: ServiceDefinition,
  value: MutableObject & JsonObject,
  options: TestOptions,
): { readonly texts: ReadonlyMap<string, string>; readonly problems: ConfigProblem[] } {
  const texts = new Map<string, string>();
  const problems: ConfigProblem[] = [];
  for (const pointer of Object.keys(options.secrets ?? {})) {
    if (Object.hasOwn(definition.secrets, pointer)) continue;
    problems.push({
      code: "VX5006",
      pointer,
      message: `${pointer} is not a secret of the contract`,
      hint: HINT,
      source: LABEL,
    });
  }
  for (const pointer of Object.keys(definition.secrets)) {
    const given = options.secrets !== undefined && Object.hasOwn(options.secrets, pointer) ? options.secrets[pointer] : undefined;
    const text: JsonValue | undefined = given ?? valueAt(value, pointer);
    removeAt(value, pointer);
    if (text === undefined) continue;
    if (typeof text !== "string")
      problems.push({
        code: "VX5007",
        pointer,
        message: `the secret for ${pointer} must be given as text`,
        hint: HINT,
        source: LABEL,
      });
    else {
      texts.set(pointer, text);
      problems.push(
        ...definition.validateSecret(pointer, text).map((violation) => ({
          ...describeSecretViolation(pointer, violation),
          source: LABEL,
        })),
      );
    }
  }
  return { texts, problems };
}
