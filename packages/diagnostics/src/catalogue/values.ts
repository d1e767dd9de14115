// VX20xx: values that break their contract.
import { didYouMean, entry, listed, type Owner, ownerOf, shown, withHint } from "./entry.ts";

/** What every entry about a value says: whose it is, which key, and where (` in prod`). */
export interface ValueParams {
  readonly service: string;
  readonly pointer: string;
  readonly where: string;
}

const subject = (p: ValueParams): string => `${p.service}${p.where}: ${p.pointer === "" ? "the config" : p.pointer}`;

/** What is true of every environment, said with a `no`. */
function whereNot({ where }: ValueParams): string {
  return where === " in every environment" ? " in any environment" : where;
}

/** Why there is nothing that an `!unset` could take away. */
export type UnsetFault = "in-base" | "in-list" | "in-replacement" | "nothing";

const unsetFaults: { readonly [fault in UnsetFault]: string } = {
  "in-base": "base.yaml has no layer below it",
  "in-list": "a list always replaces the whole list of the lower layers",
  "in-replacement": "nothing below its `!replace` is merged",
  nothing: "no lower layer has it",
};

export const values = {
  VX2001: entry(
    "missing-required-key",
    "error",
    "A required key has no value.",
    (p: ValueParams & { names: readonly string[]; writes: readonly string[]; files: string; others: string; parent: string }) => ({
      message:
        p.names.length === 1
          ? `${p.service} has no value for ${p.pointer}${whereNot(p)}`
          : `${p.service} has no value for ${p.names.length} keys of ${p.pointer === "" ? "the config" : p.pointer}${whereNot(p)}`,
      label: `${listed(p.names)} ${p.names.length === 1 ? "is" : "are"} missing here${p.others}`,
      hint: `write ${listed(p.writes.map((write) => `\`${write}\``))}${p.parent === "" ? "" : ` under ${p.parent}`} in ${p.files}`,
    }),
  ),
  VX2002: entry(
    "unknown-key",
    "error",
    "A key that the contract does not have.",
    (p: ValueParams & { name: string; siblings: readonly string[]; suggestions: readonly string[] }) => ({
      message: `${p.service} has no key ${p.pointer}${whereNot(p)}`,
      label: `${p.name} is not in the contract`,
      ...withHint(
        didYouMean(p.suggestions) ??
          (p.siblings.length === 0
            ? "no key can stand here; remove it"
            : `the contract has ${listed(p.siblings.map((key) => `\`${key}\``))} here; add \`${p.name}\` to it, or remove the key`),
      ),
      suggestions: p.suggestions,
    }),
  ),
  VX2003: entry(
    "wrong-type",
    "error",
    "A value is not of its declared type.",
    (p: ValueParams & { expected: string; actual: string; value: unknown; text: string | undefined; hint: string | undefined }) => ({
      message: `${subject(p)} must be ${p.expected}, not ${p.actual}`,
      label:
        p.value === null
          ? "there is no value here"
          : `${typeof p.value === "number" ? (p.text ?? p.value) : shown(p.value)} is ${p.actual}`,
      ...withHint(p.hint),
    }),
  ),
  VX2004: entry(
    "out-of-range",
    "error",
    "A number is outside its range.",
    (p: ValueParams & { value: unknown; rule: string; write: string }) => ({
      message: `${subject(p)} ${p.rule}`,
      label: `${shown(p.value)} is out of range`,
      hint: p.write,
    }),
  ),
  VX2005: entry(
    "wrong-size",
    "error",
    "A text, list or object is too short or too long.",
    (p: ValueParams & { actual: number; rule: string }) => ({
      message: `${subject(p)} ${p.rule}`,
      label: `this one has ${p.actual}`,
      hint: "change the value, or the limit in the contract",
    }),
  ),
  VX2006: entry(
    "not-allowed",
    "error",
    "A value is not one of those allowed.",
    (p: ValueParams & { value: unknown; allowed: readonly unknown[]; suggestions: readonly string[] }) => ({
      message: `${subject(p)} must be ${p.allowed.length === 1 ? shown(p.allowed[0]) : `one of ${p.allowed.map(shown).join(", ")}`}`,
      label: `${shown(p.value)} is not allowed`,
      ...withHint(didYouMean(p.suggestions) ?? "write one of the allowed values"),
      suggestions: p.suggestions,
    }),
  ),
  VX2007: entry(
    "pattern-mismatch",
    "error",
    "A text does not match its pattern.",
    (p: ValueParams & { value: unknown; pattern: string }) => ({
      message: `${subject(p)} must match ${p.pattern}`,
      label: `${shown(p.value)} does not match`,
      hint: "write a value that the pattern matches as a whole, or correct the pattern in the contract",
    }),
  ),
  VX2008: entry(
    "format-mismatch",
    "error",
    "A text does not have its format.",
    (p: ValueParams & { value: unknown; expected: string }) => ({
      message: `${subject(p)} must be ${p.expected}`,
      label: `${shown(p.value)} is not valid`,
      hint: `write ${p.expected}`,
    }),
  ),
  VX2009: entry("rule-broken", "error", "A value violates a rule of its contract.", (p: ValueParams & { rule: string; hint: string }) => ({
    message: `${subject(p)} ${p.rule}`,
    hint: p.hint,
  })),
  VX2010: entry("secret-in-clear", "error", "A secret is in the clear in a values file.", (p: ValueParams & { name: string }) => ({
    message: `${subject(p)} is a secret, but its value is here in the clear`,
    label: "this text is in git as soon as it is committed",
    hidesValue: true,
    hint: `write \`${p.name}: !secret <secret name>/<key>\`, and rotate the secret, because it may have been seen`,
  })),
  VX2011: entry("not-a-secret", "error", "A secret reference on a key that the contract does not call a secret.", (p: ValueParams) => ({
    message: `${subject(p)} refers to a Secret, but the contract does not declare the key as a secret`,
    hint: 'add `"x-secret": true` to the key in the contract, or write a plain value',
  })),
  VX2012: entry(
    "default-refused",
    "error",
    "A contract's default would be used where that is not allowed.",
    (p: ValueParams & { value: unknown }) => ({
      message: `${subject(p)} has no value, and the contract's default is not used here`,
      label: "no value is written for this environment",
      hint: `if ${shown(p.value)} is right, write it in the values of this environment`,
    }),
  ),
  VX2013: entry("malformed-tag", "error", "A malformed tag.", (p: Owner & { tag: string; detail: string; write: string }) => ({
    message: `${ownerOf(p, "this value")} has a malformed ${p.tag}: ${p.detail}`,
    hint: `write \`${p.write}\``,
  })),
  VX2014: entry(
    "deprecated-key",
    "warning",
    "A deprecated key is still set.",
    (p: ValueParams & { instead: string | undefined; isBoth: boolean }) => ({
      message: `${subject(p)} ${p.instead === undefined ? "is deprecated" : p.isBoth ? `is the old name of \`${p.instead}\`, and both are set` : `is now called \`${p.instead}\``}`,
      hint: p.instead === undefined || p.isBoth ? "remove it" : `write \`${p.instead}\` instead: the old name will be removed`,
    }),
  ),
  VX2015: entry(
    "not-unique",
    "error",
    "Two keys that must differ hold the same value in one environment.",
    (p: ValueParams & { value: unknown; scope: string; other: string }) => ({
      message: `${subject(p)} has the same value as ${p.other}`,
      label: `${shown(p.value)} is taken`,
      hint: `values in the scope \`${p.scope}\` must be unique: choose another`,
    }),
  ),
  VX2016: entry(
    "not-bound",
    "error",
    "Two environments share a value that must differ between them.",
    (p: ValueParams & { value: unknown; others: readonly string[] }) => ({
      message: `${subject(p)} has the same value as in ${listed(p.others)}`,
      label: `${shown(p.value)} must belong to one environment only`,
      hint: "give each environment its own value: with a shared one, one environment reaches into another",
    }),
  ),
  VX2017: entry("placeholder", "error", "A placeholder that was never filled in.", (p: ValueParams & { placeholder: string }) => ({
    message: `${subject(p)} still has the placeholder ${p.placeholder}`,
    label: "nothing replaces it",
    hint: "write the value; if the text is meant literally, write `!text` before it, or say so with `contentMediaType` in the contract",
  })),
  VX2022: entry(
    "unjudged-template",
    "warning",
    "A template in an open part of a contract.",
    (p: ValueParams & { placeholder: string }) => ({
      message: `${subject(p)} holds the template ${p.placeholder}, which Veltrix does not fill in`,
      label: "delivered as it is",
      hint: "write the value; if the service fills it in itself, write `!text` before it, or say so with `contentMediaType` in the contract",
    }),
  ),
  VX2030: entry(
    "near-name",
    "warning",
    "A name in a map that is almost one that a lower layer has.",
    (p: ValueParams & { name: string; suggestions: readonly string[] }) => ({
      message: `${subject(p)} is a new name, but a lower layer has ${listed(p.suggestions.map((name) => `\`${name}\``))}`,
      label: "both are delivered",
      hint: `write \`${p.suggestions[0] ?? ""}\` if that is what you mean`,
      suggestions: p.suggestions,
    }),
  ),
  VX2031: entry(
    "nothing-to-unset",
    "error",
    "An `!unset` that removes nothing.",
    (p: ValueParams & { kind: UnsetFault; suggestions: readonly string[] }) => ({
      message: `${subject(p)} is removed by \`!unset\`, but ${unsetFaults[p.kind]}`,
      label: "nothing to remove",
      hint: didYouMean(p.suggestions) ?? "remove this line",
      suggestions: p.suggestions,
    }),
  ),
  VX2032: entry(
    "empty-object",
    "warning",
    "An empty object over one that has keys changes nothing.",
    (p: ValueParams & { name: string }) => ({
      message: `${subject(p)} is \`{}\` over an object, which changes nothing: objects merge`,
      label: "every key of the lower layers stays",
      hint: `remove this line, or write \`${p.name}: !replace {}\` for an empty object`,
    }),
  ),
  VX2020: entry(
    "rule-not-met",
    "error",
    "A rule over several keys does not hold.",
    (p: ValueParams & { rule: string; message: string; label: string | undefined; guard: string | null }) => ({
      message: `${subject(p)}: ${p.message}`,
      ...(p.label === undefined ? {} : { label: p.label }),
      hint:
        p.guard === null
          ? `the rule is \`${p.rule}\`: change one of the values that it reads, or the rule in the contract`
          : `write the value, or let the rule pass without it: \`${p.guard}\``,
    }),
  ),
  VX2021: entry(
    "plaintext-secret",
    "error",
    "A value that looks like a secret is written into a values file or a contract.",
    (p: { service: string; pointer: string | undefined; file: string; kind: string }) => ({
      message: `${p.service}: ${p.pointer ?? "the text"} in ${p.file} looks like ${p.kind}, and it is there in the clear`,
      label: "this text is in git as soon as it is committed",
      hidesValue: true,
      hint:
        p.pointer === undefined
          ? "remove it, and change the secret: it has been seen"
          : `declare the key with \`"x-secret": true\`, write \`!secret <secret name>/<key>\` here, and change the secret: it has been seen`,
    }),
  ),
  VX2018: entry("stray-blank", "error", "A text begins or ends with whitespace.", (p: ValueParams & { side: string }) => ({
    message: `${subject(p)} ${p.side}`,
    hint: "remove it: whitespace that nobody sees makes a host, password or topic wrong; if it is meant, write `!text` before the text",
  })),
  VX2019: entry(
    "parity-gap",
    "warning",
    "An optional key is set in some environments but not in production.",
    (p: ValueParams & { set: readonly string[]; missing: readonly string[]; name: string }) => ({
      message: `${p.service}: ${p.pointer} is set in ${listed(p.set)} and missing in ${listed(p.missing)}`,
      label: `${listed(p.missing)} ${p.missing.length === 1 ? "does" : "do"} without`,
      hint: `set \`${p.name}\` for ${listed(p.missing)} too, remove it, or declare with \`x-required-in\` where it belongs`,
    }),
  ),
  VX2040: entry(
    "delivered-breaks-rule",
    "error",
    "What is delivered violates the contract, although the values satisfy it.",
    (p: { service: string; pointer: string; where: string; sentence: string }) => ({
      message: `${p.service}${p.where}: as it is delivered, without its secrets, ${p.pointer} ${p.sentence}`,
      label: "the rule counts or requires a key that is a secret",
      hint: "secrets are delivered separately from config.json, so a process would refuse it: remove the rule, or write it so that it holds without them",
    }),
  ),
  VX2041: entry(
    "second-judge-disagrees",
    "error",
    "A second judge of values says another thing than Veltrix.",
    (p: { service: string; where: string; said: string }) => ({
      message: `${p.service}${p.where}: Veltrix takes what would be delivered, and ajv does not: ${p.said}`,
      label: "one of the two judges is wrong about this contract",
      hint: "write the rule in another way, and tell the makers of Veltrix: the JSON Schema specification says who is right",
    }),
  ),
};
