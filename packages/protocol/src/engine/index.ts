export { evaluate, type Hooks, type Site } from "./evaluate.ts";
export { formatNames, isOfFormat } from "./formats.ts";
export { linearMatcher, type Matcher } from "./linear-match.ts";
export { type Compiled, compileLinear } from "./linear-program.ts";
export { compilePattern } from "./patterns.ts";
export type { Limits, Pattern, Program, RuleNode, Rules } from "./program.ts";
export { defineValidator, type Validator } from "./validator.ts";
