// `x-env`: the part of a resolved config that is also delivered as environment variables.
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
  return variables.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
