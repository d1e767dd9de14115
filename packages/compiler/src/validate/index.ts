export { judgePattern, type PatternVerdict } from "../link/patterns.ts";
export { type Format, formatNames, formats, isOfFormat } from "./formats.ts";
export { compilePattern, type Finding, validateValue, type ValidateOptions } from "./interpreter.ts";
export type { LinearProgram, Matcher } from "./linear-match.ts";
