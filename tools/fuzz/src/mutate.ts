// Broken copies of a real workspace: bytes, tokens and subtrees changed, a few at a time.
import type { Files } from "./grammar.ts";
import { randomSchema, randomValue } from "./grammar.ts";
import { graftWorkspace } from "./graft.ts";
import type { Chance } from "./random.ts";

/** `files` with grafts, which are mostly accepted, or with one to three changes, which are mostly refused, or with both. */
export function mutateWorkspace(files: Files, chance: Chance): { readonly [path: string]: string | Uint8Array } {
  const kind = chance.below(8);
  if (kind < 2) return graftWorkspace(files, chance);
  return breakWorkspace(kind === 2 ? graftWorkspace(files, chance) : files, chance);
}

function breakWorkspace(files: Files, chance: Chance): { readonly [path: string]: string | Uint8Array } {
  const changed: { [path: string]: string | Uint8Array } = { ...files };
  for (let count = 1 + chance.below(3); count > 0; count--) {
    const path = chance.pick(Object.keys(files));
    const text = files[path] ?? "";
    changed[path] = chance.pick([mutateBytes, mutateTokens, mutateTree])(text, chance);
  }
  return changed;
}

function mutateBytes(text: string, chance: Chance): Uint8Array {
  const bytes = [...new TextEncoder().encode(text)];
  for (let count = 1 + chance.below(4); count > 0; count--)
    bytes.splice(chance.below(bytes.length + 1), chance.below(3), chance.below(256));
  return Uint8Array.from(bytes);
}

const TOKENS = [
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  '"',
  "- ",
  "&a ",
  "*a",
  "!ref ",
  "!secret ",
  "!!js/function ",
  "<<: ",
  "---\n",
  "\t",
  "null",
  "1e999",
  "__proto__",
  "\uFEFF",
  "\u2028",
  "$ref",
  "#",
];

function mutateTokens(text: string, chance: Chance): string {
  const tokens = text.split(/(\b|\s+)/);
  for (let count = 1 + chance.below(3); count > 0; count--) {
    const at = chance.below(tokens.length + 1);
    const other = tokens[chance.below(tokens.length)] ?? "";
    tokens.splice(at, chance.below(3), chance.chance(0.5) ? chance.pick(TOKENS) : other);
  }
  return tokens.join("");
}

/** A subtree of a JSON file replaced, removed or doubled; other files have a line changed. */
function mutateTree(text: string, chance: Chance): string {
  if (!text.trimStart().startsWith("{")) {
    const lines = text.split("\n");
    lines.splice(chance.below(lines.length), chance.below(2), lines[chance.below(lines.length)] ?? "");
    return lines.join("\n");
  }
  const holders: { [key: string]: unknown }[] = [];
  const tree: unknown = JSON.parse(text, (_key, value: unknown) => {
    if (typeof value === "object" && value !== null && Object.keys(value).length > 0) holders.push(value as { [key: string]: unknown });
    return value;
  });
  const holder = chance.pick(holders);
  const key = chance.pick(Object.keys(holder));
  const how = chance.below(3);
  if (how === 0) delete holder[key];
  else holder[key] = how === 1 ? randomSchema(chance) : randomValue(chance);
  return JSON.stringify(tree);
}
