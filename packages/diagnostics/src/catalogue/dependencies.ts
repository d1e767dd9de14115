// VX30xx: references and dependencies between services.
import { didYouMean, entry, withHint } from "./entry.ts";

/** The exported keys that would do, as they are written behind `!ref`. */
function exportedOnes({ fitting }: { readonly fitting: readonly string[] }): string {
  return fitting.length === 0
    ? "an exported one"
    : `${fitting.map((reference) => `\`!ref ${reference}\``).join(" or ")}, which fits this key`;
}

export const dependencies = {
  VX3001: entry(
    "unknown-service",
    "error",
    "A service depends on one that does not exist.",
    (p: { service: string; target: string; suggestions: readonly string[] }) => ({
      message: `${p.service} depends on \`${p.target}\`, which does not exist`,
      ...withHint(didYouMean(p.suggestions) ?? `write schemas/${p.target}/config.schema.json, or remove the dependency`),
      suggestions: p.suggestions,
    }),
  ),
  VX3002: entry(
    "unknown-reference",
    "error",
    "A reference names a key that its service does not have.",
    (p: { service: string; pointer: string; where: string; target: string; key: string; suggestions: readonly string[] }) => ({
      message: `${p.service}${p.where}: ${p.pointer} refers to ${p.target}#${p.key}, and ${p.target} has no such key`,
      ...withHint(didYouMean(p.suggestions) ?? `\`veltrix why ${p.target}#/\` lists its keys`),
      suggestions: p.suggestions,
    }),
  ),
  VX3003: entry(
    "unexported-key",
    "error",
    "A reference names a key that its service does not export.",
    (p: {
      service: string;
      pointer: string;
      where: string;
      target: string;
      key: string;
      fitting: readonly string[];
      isPossible: boolean;
    }) => ({
      message: `${p.service}${p.where}: ${p.pointer} refers to ${p.target}#${p.key}, which ${p.target} does not export${p.isPossible ? "" : ", and whose values this key could never have"}`,
      hint: p.isPossible
        ? `ask the owner of ${p.target} to add \`"x-exported": true\` to that key, or refer to ${exportedOnes(p)}`
        : `refer to ${exportedOnes(p)}, or write a value here`,
      suggestions: p.fitting,
    }),
  ),
  VX3004: entry(
    "reference-cycle",
    "error",
    "References that lead back to where they began.",
    (p: { chain: readonly string[]; where: string }) => ({
      message: `these references form a cycle${p.where}: ${p.chain.join(" -> ")}`,
      hint: "write a value at one of these keys",
    }),
  ),
  VX3005: entry(
    "version-not-met",
    "error",
    "A contract's version is outside the range that a dependent asks for.",
    (p: { service: string; target: string; range: string; version: string }) => ({
      message: `${p.service} needs ${p.target} ${p.range}, and its contract is version ${p.version}`,
      hint: `adapt ${p.service} to ${p.version} and widen the range, or restore what ${p.target} removed`,
    }),
  ),
  VX3006: entry(
    "undeclared-dependency",
    "error",
    "A reference to a service that dependsOn does not name.",
    (p: { service: string; target: string; version: string }) => ({
      message: `${p.service} refers to ${p.target} without declaring the dependency`,
      hint: `add \`"${p.target}": "^${p.version}"\` to x-veltrix.dependsOn of ${p.service}`,
    }),
  ),
  VX3007: entry(
    "unused-dependency",
    "warning",
    "A declared dependency that no value refers to.",
    (p: { service: string; target: string }) => ({
      message: `${p.service} declares a dependency on ${p.target}, but no value refers to it`,
      hint: "remove it from x-veltrix.dependsOn",
    }),
  ),
  VX3008: entry(
    "reference-without-value",
    "error",
    "A reference names a key that has no value in this environment.",
    (p: { service: string; pointer: string; where: string; target: string; key: string }) => ({
      message: `${p.service}${p.where}: ${p.pointer} refers to ${p.target}#${p.key}, which has no value there`,
      hint: `set ${p.key} in the values of ${p.target} for that environment, or write a value here`,
    }),
  ),
  VX3009: entry(
    "invalid-range",
    "error",
    "A version or range is not a semantic one.",
    (p: { text: string; what: string; write: string }) => ({
      message: `${JSON.stringify(p.text)} is not ${p.what}`,
      hint: `write ${p.write}`,
    }),
  ),
  VX3010: entry(
    "incompatible-reference",
    "error",
    "A reference to a key whose values this key can never take.",
    (p: { service: string; pointer: string; where: string; target: string; key: string; reason: string; fitting: readonly string[] }) => ({
      message: `${p.service}${p.where}: ${p.pointer} refers to ${p.target}#${p.key}, and no value can satisfy both contracts: ${p.reason}`,
      hint:
        p.fitting.length === 0
          ? "refer to another key, write a value here, or align the two contracts"
          : `refer to ${exportedOnes(p)}, write a value here, or align the two contracts`,
      suggestions: p.fitting,
    }),
  ),
  VX3030: entry(
    "undeclared-secret",
    "error",
    "A `!secret` names a Secret, or a key of one, that the workspace does not declare.",
    (p: { service: string; pointer: string; where: string; secret: string; isKey: boolean; suggestions: readonly string[] }) => ({
      message: `${p.service}${p.where}: ${p.pointer} names \`!secret ${p.secret}\`, and ${p.isKey ? "that Secret has no such key" : "no such Secret is declared"}`,
      hint:
        didYouMean(p.suggestions) ??
        "add it to `secrets` in schemas/veltrix.yaml, or to the manifests that `workloads` names, if it is there",
      suggestions: p.suggestions,
    }),
  ),
};
