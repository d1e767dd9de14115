// Which regular expressions a contract may use, and who matches them: JavaScript's own engine where no text can keep
// it busy, the linear matcher otherwise.
import { createRequire } from "node:module";
import { compileLinear } from "@veltrix/protocol/engine";
import type { parse } from "regjsparser";
import { advisePattern } from "./pattern-advice.ts";
import { hasFewPaths, isDeterministic, type PatternNode } from "./pattern-paths.ts";

const require = createRequire(import.meta.url);
const verdicts = new Map<string, PatternVerdict>();

/** Who can be trusted with a pattern. */
export type PatternVerdict =
  /** JavaScript's own engine: no text can keep it busy. */
  | { readonly kind: "native" }
  /** The linear matcher alone. */
  | { readonly kind: "linear" }
  | { readonly kind: "refused"; readonly detail: string; readonly hint?: string };

/** How `pattern` can be matched. */
export function judgePattern(pattern: string): PatternVerdict {
  const verdict = verdicts.get(pattern) ?? judge(pattern);
  verdicts.set(pattern, verdict);
  return verdict;
}

function judge(pattern: string): PatternVerdict {
  if (pattern.length > 1_000) return { kind: "refused", detail: "it is longer than 1,000 characters" };
  try {
    new RegExp(pattern, "u");
  } catch (error) {
    const advice = advisePattern(pattern);
    if (advice !== undefined) return { kind: "refused", detail: `it does not compile: ${advice.detail}`, hint: advice.hint };
    const reason = error instanceof Error ? error.message.replace(/^Invalid regular expression: .*: /, "") : String(error);
    return { kind: "refused", detail: `it does not compile: ${reason}`, hint: "write it as JavaScript does, with the flag `u`" };
  }
  const { parse: parsePattern } = require("regjsparser") as { readonly parse: typeof parse };
  // The parser's types name every node; the reader needs the few members that `PatternNode` has.
  const tree = parsePattern(pattern, "u", { lookbehind: true, namedGroups: true, unicodePropertyEscape: true }) as unknown as PatternNode;
  if (holds(tree, ({ type }) => type === "reference")) return { kind: "refused", detail: "it refers back to a group" };
  if (holds(tree, ({ behavior }) => /lookbehind/i.test(behavior ?? "")))
    return { kind: "refused", detail: "it looks behind (`(?<=`, `(?<!`)" };
  const looksAhead = holds(tree, ({ behavior }) => /lookahead/i.test(behavior ?? ""));
  if (!looksAhead && (isDeterministic(tree) || hasFewPaths(tree))) return { kind: "native" };
  const compiled = compileLinear(pattern);
  return compiled.kind === "program" ? { kind: "linear" } : compiled;
}

function holds(node: PatternNode, isMeant: (node: PatternNode) => boolean): boolean {
  return isMeant(node) || (node.body ?? []).some((below) => holds(below, isMeant));
}
