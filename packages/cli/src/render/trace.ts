// A trace as a person reads it: one block a question.
import type { ShownValue } from "@veltrix/analysis";
import type { SourceLine, Trace, TracedLayer } from "@veltrix/analysis/why";
import { visible } from "@veltrix/diagnostics";

const notes: { readonly [role in TracedLayer["role"]]: string } = {
  counts: "counts",
  overridden: "overridden",
  default: "the contract's default",
  merges: "merges",
  replaces: "replaces what is below",
  unset: "removes it",
  hidden: "hidden",
};

/** The text of a trace, with a final newline. */
export function renderTrace(trace: Trace): string {
  const { service, environment, pointer, value, layers, references, declared, usedBy, keys } = trace;
  const lines = [`${service}#${pointer === "" ? "/" : pointer} in ${environment}`];
  const add = (label: string, text: string): void => void lines.push(`  ${label.padEnd(10)}  ${text}`);
  const isTaken = layers[0]?.role === "unset";
  if (keys.length === 0)
    add("value", value === null ? `none: ${isTaken ? "a layer hides it" : `nothing sets it in ${environment}`}` : showValue(value));
  for (const [index, { at, written, role }] of layers.entries()) {
    const label = index === 0 ? (isTaken ? "hidden by" : "set by") : "";
    add(label, `${place(at)}  ${shorten(written)}  (${notes[role]})`);
  }
  for (const { service: provider, pointer: key, at, written } of references) {
    add("taken from", `${provider}#${key}${at === null ? "" : `  ${place(at)}  ${shorten(written ?? "")}`}`);
  }
  if (declared !== null) {
    const inside = declared.pointer === pointer ? "" : ` (as ${declared.pointer})`;
    add("declared", `${place(declared.at)}  ${declared.type}, ${declared.reload}${inside}`);
    if (declared.description !== null) add("", declared.description);
  }
  for (const [index, user] of usedBy.entries())
    add(index === 0 ? "used by" : "", `${user.service}#${user.pointer}${user.at === null ? "" : `  ${place(user.at)}`}`);
  if (keys.length > 0) {
    const width = Math.max(...keys.map((key) => key.pointer.length));
    lines.push("  keys");
    for (const key of keys)
      lines.push(`    ${key.pointer.padEnd(width)}  ${showValue(key.value)}${key.at === null ? "" : `  ${place(key.at)}`}`);
  }
  return `${lines.map(visible).join("\n")}\n`;
}

function showValue(value: ShownValue): string {
  return "secret" in value ? `!secret ${value.secret}` : shorten(JSON.stringify(value.value));
}

function shorten(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 97)}...`;
}

function place({ file, line, column }: SourceLine): string {
  return line === null ? file : `${file}:${line}:${column}`;
}
