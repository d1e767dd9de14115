// The validator of a contract with compositions: ajv's standalone output, made self-contained. ajv embeds
// `require` calls of its own helpers; they are replaced by the same few lines, so that the file depends on nothing.
// Loaded only where a contract needs it.
import { mapSchema } from "@veltrix/compiler";
import { compilePattern, formats, judgePattern, type LinearProgram } from "@veltrix/compiler/validate";
import { isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import { literal } from "../text.ts";

/** Code, and the names of the helpers that it calls. */
export interface Standalone {
  readonly code: string;
  readonly helpers: readonly string[];
}

/** Statements that declare `const conforms = ...`, a function of a value that leaves its errors at `conforms.errors`. */
export async function printStandalone(schema: JsonObject): Promise<Standalone> {
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const { _ } = await import("ajv/dist/compile/codegen/index.js");
  const { default: standaloneModule } = await import("ajv/dist/standalone/index.js");
  // ajv is CommonJS: its default export arrives as a property of the module's.
  const standaloneCode = (
    typeof standaloneModule === "function" ? standaloneModule : (standaloneModule as { readonly default: unknown }).default
  ) as (ajv: unknown, names: unknown) => string;
  const programs = new Map<string, LinearProgram>();
  // What ajv runs itself is an object that matches; what it writes down is a call of `patternOf`, where one is needed.
  const regExp = Object.assign(
    (source: string) => {
      const verdict = judgePattern(source);
      if (verdict.kind === "linear") programs.set(source, verdict.program);
      return { test: (text: string) => compilePattern(source).test(text), toString: () => `linear ${source}` };
    },
    { code: "patternOf" },
  );
  const isLinear = patternsOf(schema).some((pattern) => judgePattern(pattern).kind === "linear");
  const code = { source: true, esm: true, lines: true, formats: _`refined`, ...(isLinear ? { regExp } : {}) };
  // The lint has judged the schema; ajv would compile its meta-schemas to judge it again, which takes most of its time.
  const rules = { strict: false, validateSchema: false, allErrors: true, ownProperties: true, unicodeRegExp: true };
  const ajv = new Ajv2020({ ...rules, logger: false, code });
  for (const [name, format] of Object.entries(formats)) {
    const pattern = new RegExp(format.pattern, "u");
    ajv.addFormat(name, format.refine === undefined ? pattern : { type: "string", validate: () => true });
  }
  // Its own divides floats, to which 33.3 is no multiple of 0.1: a value that the build took would be refused at the start.
  ajv.removeKeyword("multipleOf").addKeyword({
    keyword: "multipleOf",
    type: "number",
    schemaType: "number",
    error: { message: "must be a multiple", params: ({ schema: step }) => _`{multipleOf: ${step}}` },
    code: (context) => context.fail(_`!isMultiple(${context.data}, ${context.schema})`),
  });
  const checks = selfContained(standaloneCode(ajv, ajv.compile(schema)));
  const helpers = [...HELPERS, ...(isLinear ? ["linear"] : []), ...(checks.includes("isMultiple(") ? ["isMultiple"] : [])];
  return { code: printRefined() + printPrograms(programs) + checks, helpers };
}

/** The patterns of a schema: of its texts, and of its keys. */
function patternsOf(schema: JsonValue): readonly string[] {
  const found: string[] = [];
  mapSchema(schema, (node) => {
    if (typeof node["pattern"] === "string") found.push(node["pattern"]);
    if (isJsonObject(node["patternProperties"])) found.push(...Object.keys(node["patternProperties"]));
    return node;
  });
  return found;
}

/** `patternOf`, which knows the patterns that only the linear matcher may match. */
function printPrograms(programs: ReadonlyMap<string, LinearProgram>): string {
  if (programs.size === 0) return "";
  const entries = [...programs].map(([source, program]) => `  [${literal(source)}, ${literal(program)}],\n`);
  return `const programs = new Map([
${entries.join("")}]);
const patternOf = (source, flags) => (programs.has(source) ? linear(programs.get(source)) : new RegExp(source, flags));
`;
}

/** The formats that no pattern can decide alone, as ajv's code asks for them. */
function printRefined(): string {
  const entries = Object.entries(formats).flatMap(([name, format]) => {
    if (format.refine === undefined) return [];
    const helper = format.refine === "regex" ? "isRegex" : "isRealDay";
    return [`  ${literal(name)}: { validate: (text) => new RegExp(${literal(format.pattern)}, "u").test(text) && ${helper}(text) },\n`];
  });
  return `const refined = {\n${entries.join("")}};\n`;
}

const HELPERS: readonly string[] = ["canonical", "isRealDay", "isRegex"];

const UCS2 = "((text) => [...text].length)";
const EQUAL = "((a, b) => canonical(a) === canonical(b))";

function selfContained(code: string): string {
  const replaced = code
    .replace(/^"use strict";\s*/, "")
    .replace(/export const validate = (\w+);\s*export default \w+;/, "const conforms = $1;")
    .replace(/require\("ajv\/dist\/runtime\/ucs2length"\)\.default/g, UCS2)
    .replace(/require\("ajv\/dist\/runtime\/equal"\)\.default/g, EQUAL)
    .replace(/\n\s*"use strict";/g, "");
  if (/\brequire\(|\bimport\b|\bexport\b/.test(withoutStrings(replaced)))
    throw new Error("ajv's standalone code asks for something that is not embedded");
  return replaced;
}

function withoutStrings(code: string): string {
  return code.replace(/"(?:[^"\\]|\\.)*"/g, '""');
}

/** Turns ajv's errors into violations: `expected` is the limit, the type or the key, never a part of the value. */
export const CONVERT = `const expectedOf = ({ keyword, params }) => {
  switch (keyword) {
    case "required":
    case "dependentRequired":
      return params.missingProperty;
    case "additionalProperties":
      return params.additionalProperty;
    case "unevaluatedProperties":
      return params.unevaluatedProperty;
    case "propertyNames":
      return params.propertyName;
    case "enum":
      return params.allowedValues;
    case "const":
      return params.allowedValue;
    case "type":
      return params.type;
    case "pattern":
      return params.pattern;
    case "format":
      return params.format;
    case "multipleOf":
      return params.multipleOf;
    case "contains":
      return params.minContains ?? 1;
    default:
      return params.limit ?? null;
  }
};
const violationsOf = (errors) => {
  // Of an alternative that failed, only that it failed: which of its branches was meant, nobody knows here.
  const whole = errors.filter(({ keyword }) => keyword === "anyOf" || keyword === "oneOf" || keyword === "contains" || keyword === "propertyNames");
  const kept = errors.filter((error) => error.keyword !== "if" && !whole.some((other) => other !== error && error.schemaPath.startsWith(other.schemaPath + "/")));
  return kept.map((error) => ({ pointer: error.instancePath, rule: error.keyword, expected: expectedOf(error) }));
};
`;
