// Patterns, compiled once for all contracts of a process.
import { linearMatcher, type Matcher } from "./linear-match.ts";
import { compileLinear } from "./linear-program.ts";
import type { Pattern } from "./program.ts";

const native = new Map<string, Matcher>();
const linear = new Map<string, Matcher>();

/** A pattern that matches in a time no text can stretch: the compiler has said which engine may be trusted with it. */
export function compilePattern(pattern: Pattern): Matcher {
  const [known, source] = typeof pattern === "string" ? [native, pattern] : [linear, pattern[0]];
  let matcher = known.get(source);
  if (matcher === undefined) {
    matcher = known === native ? new RegExp(source, "u") : compile(source);
    known.set(source, matcher);
  }
  return matcher;
}

function compile(source: string): Matcher {
  const compiled = compileLinear(source);
  // The compiler refuses a contract with such a pattern.
  if (compiled.kind === "refused") throw new Error(`the pattern ${source} cannot be matched: ${compiled.detail}`);
  return linearMatcher(compiled.program);
}
