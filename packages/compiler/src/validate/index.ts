export { type Format, formatNames, formats, isOfFormat } from "./formats.ts";
export { compilePattern, type Finding, validateValue, type ValidateOptions } from "./interpreter.ts";
