// `x-env`: the part of a resolved config that is also delivered as environment variables. Values come from a
// ConfigMap; a secret is only referred to, and its text is in nothing of ours.
import type { Key, ResolvedConfig, Service } from "@veltrix/compiler";
import { canonicalize, valueAt } from "@veltrix/protocol";

/** One environment variable of one service in one environment. */
export interface Variable {
  readonly name: string;
  /** A string as it is, anything else as canonical JSON. */
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
    variables.push({ name: key.variable, text: typeof value === "string" ? value : canonicalize(value, key.pointer), key });
  }
  return variables.sort(byName);
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
