// `x-env`: the part of a resolved config that is also delivered as environment variables. Values come from a
// ConfigMap; a secret is only referred to, and its text is in nothing of ours.
import type { Key, ResolvedConfig, Service } from "@veltrix/compiler";
import { canonicalize, type JsonValue, valueAt } from "@veltrix/protocol";

/** One environment variable of one service in one environment. */
export interface Variable {
  readonly name: string;
  /** A string as it is, a number as a plain decimal, anything else as canonical JSON. */
  readonly text: string;
  readonly key: Key;
}

/** The variables that have a value here, ordered by name. A key without a value gives none. */
export function variablesOf(service: Service, config: ResolvedConfig): readonly Variable[] {
  const variables: Variable[] = [];
  for (const key of service.contract.keys) {
    if (key.variable === undefined || key.secret) continue;
    const value = valueAt(config.value, key.pointer);
    if (value === undefined) continue;
    variables.push({ name: key.variable, text: variableText(value, key.pointer), key });
  }
  return variables.sort(byName);
}

function variableText(value: JsonValue, pointer: string): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      return plainDecimal(value);
    default:
      return canonicalize(value, pointer);
  }
}

/** The shortest digits that give `value` back, without an exponent: programs differ on what they make of `1e+21`. */
function plainDecimal(value: number): string {
  const [decimal = "", exponent] = canonicalize(value).split("e");
  if (exponent === undefined) return decimal;
  const [, sign = "", whole = "", fraction = ""] = /^(-?)([0-9])(?:\.([0-9]+))?$/.exec(decimal) ?? [];
  const point = 1 + Number(exponent);
  const digits = whole + fraction;
  // There is an exponent from 1e21 upward, which is more digits than any number has, and below 1e-6.
  return point > 0 ? `${sign}${digits.padEnd(point, "0")}` : `${sign}0.${"0".repeat(-point)}${digits}`;
}

/** A variable that carries a secret. */
export interface SecretVariable {
  readonly name: string;
  /** `<secret name>/<key>`, as the values write it. */
  readonly reference: string;
}

/** The variables of secrets that the environment refers to, ordered by name. */
export function secretVariablesOf({ contract }: Service, { secrets }: ResolvedConfig): readonly SecretVariable[] {
  return contract.keys
    .flatMap(({ variable, secret, pointer }) => {
      const reference = secret && Object.hasOwn(secrets, pointer) ? secrets[pointer] : undefined;
      return variable === undefined || reference === undefined ? [] : [{ name: variable, reference }];
    })
    .sort(byName);
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** Linux starts no process with a longer `NAME=value` (MAX_ARG_STRLEN, its final NUL included). */
const MAX_ENTRY_BYTES = 131_071;

/** Why a text of so many bytes cannot be the value of `name`; undefined where it can. */
export function refuseSize(name: string, textBytes: number): string | undefined {
  const bytes = Buffer.byteLength(name) + 1 + textBytes;
  return bytes > MAX_ENTRY_BYTES
    ? `with its value it has ${bytes} bytes; Linux starts no process with more than ${MAX_ENTRY_BYTES}: drop x-env`
    : undefined;
}
