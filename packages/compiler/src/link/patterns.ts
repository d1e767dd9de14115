// Which regular expressions a contract may use: those that no text can keep an engine busy with.
import { createRequire } from "node:module";
import type { isSafePattern } from "redos-detector";
import type { parse } from "regjsparser";
import { hasFewPaths, isDeterministic, type PatternNode } from "./pattern-paths.ts";

/** Steps that the search for an explosive text may take: a bound on work, so the verdict does not depend on the machine. */
const MAX_STEPS = 6_000;
/** Back-tracks that the worst text may cost; what repeats in a repetition costs more with every character. */
const MAX_BACKTRACKS = 200;

const require = createRequire(import.meta.url);
const verdicts = new Map<string, string | undefined>();

/** Why `pattern` is refused; undefined when it is fine. */
export function refusePattern(pattern: string): string | undefined {
  if (!verdicts.has(pattern)) verdicts.set(pattern, judge(pattern));
  return verdicts.get(pattern);
}

function judge(pattern: string): string | undefined {
  if (pattern.length > 1_000) return "it is longer than 1,000 characters";
  try {
    new RegExp(pattern, "u");
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^Invalid regular expression: .*: /, "") : String(error);
    return `it does not compile: ${reason}`;
  }
  const { parse: parsePattern } = require("regjsparser") as { readonly parse: typeof parse };
  // The parser's types name every node; the reader needs the few members that `PatternNode` has.
  const tree = parsePattern(pattern, "u", { lookbehind: true, namedGroups: true, unicodePropertyEscape: true }) as unknown as PatternNode;
  const forbidden = findForbidden(tree);
  if (forbidden !== undefined) return forbidden;
  if (isDeterministic(tree) || hasFewPaths(tree)) return undefined;
  const detector = require("redos-detector") as { readonly isSafePattern: typeof isSafePattern };
  const verdict = detector.isSafePattern(pattern, {
    unicode: true,
    maxSteps: MAX_STEPS,
    maxScore: MAX_BACKTRACKS,
    timeout: Number.POSITIVE_INFINITY,
  });
  return verdict.safe ? undefined : "some text could keep it busy for ever, because it can match that text in too many ways";
}

function findForbidden(node: PatternNode): string | undefined {
  if (node.type === "reference") return "it refers back to a group";
  if (node.type === "group" && /look/i.test(node.behavior ?? "")) return "it looks around (`(?=`, `(?!`, `(?<=`, `(?<!`)";
  if (!Array.isArray(node.body)) return undefined;
  for (const below of node.body) {
    const forbidden = findForbidden(below);
    if (forbidden !== undefined) return forbidden;
  }
  return undefined;
}
