export { judgePattern, type PatternVerdict } from "../link/patterns.ts";
export { formatExamples } from "./format-examples.ts";
export { compilePattern, type SchemaViolation, validateValue, type ValidateOptions } from "./interpreter.ts";
export { rulesOf } from "./print-rules.ts";
