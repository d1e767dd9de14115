// The kinds of value that a variable's text can be seen to break, as patterns that CEL's engine (RE2) takes.
import type { Key, Model } from "@veltrix/compiler";
import { isJsonObject } from "@veltrix/protocol";

const PORT = "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";

export type VariableKind =
  | "integer"
  | "number"
  | "boolean"
  | "array"
  | "object"
  | "port"
  | "host_port"
  | "duration"
  | "bytes"
  | "url"
  | "cron";

/** By the type or the `x-type` of a key, with `_` for `-`. What a build delivers always fits. */
export const variableKinds: { readonly [kind in VariableKind]: { readonly pattern: string; readonly expected: string } } = {
  integer: { pattern: "^-?(0|[1-9][0-9]*)$", expected: "an integer" },
  number: { pattern: "^-?(0|[1-9][0-9]*)([.][0-9]+)?$", expected: "a number" },
  boolean: { pattern: "^(true|false)$", expected: "true or false" },
  array: { pattern: "(?s)^\\[.*\\]$", expected: "a JSON list" },
  object: { pattern: "(?s)^\\{.*\\}$", expected: "a JSON object" },
  port: { pattern: `^${PORT}$`, expected: "a port from 1 to 65535" },
  host_port: { pattern: `^[^\\s:].*:${PORT}$`, expected: "a host and a port" },
  duration: { pattern: "^([0-9]+(d|h|m|s|ms))+$", expected: "a duration such as 30s" },
  bytes: { pattern: "^[0-9]+(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)$", expected: "a size such as 64MiB" },
  url: { pattern: "^[a-z][a-z0-9+.-]*://[^\\s]+$", expected: "a URL" },
  cron: { pattern: "^[^\\s]+( [^\\s]+){4}$", expected: "a cron expression of five fields" },
};

/** For every kind that occurs, the variables of it by service, in the order of the model. */
export function variablesByKind(model: Model): readonly (readonly [VariableKind, ReadonlyMap<string, readonly string[]>])[] {
  const found = new Map<VariableKind, Map<string, string[]>>();
  for (const { id, contract } of model.services) {
    for (const key of contract.keys) {
      const kind = kindOf(key);
      if (key.variable === undefined || key.secret || kind === undefined) continue;
      const byService = found.get(kind) ?? new Map<string, string[]>();
      byService.set(id, [...(byService.get(id) ?? []), key.variable]);
      found.set(kind, byService);
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

function kindOf({ schema, unit }: Key): VariableKind | undefined {
  const name = unit === undefined ? (isJsonObject(schema) ? schema["type"] : undefined) : unit.replace("-", "_");
  return Object.keys(variableKinds).find((kind): kind is VariableKind => kind === name);
}
