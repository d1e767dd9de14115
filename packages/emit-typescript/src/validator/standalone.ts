// The validator of a contract with compositions: ajv's standalone output, made self-contained. ajv embeds
// `require` calls of its own helpers; they are replaced by the same few lines, so that the file depends on nothing.
// Loaded only where a contract needs it.
import { formats } from "@veltrix/compiler/validate";
import type { JsonObject } from "@veltrix/protocol";
import { literal } from "../text.ts";

/** Statements that declare `const check = ...`, a function of a value that leaves its errors at `check.errors`. */
export async function printStandalone(schema: JsonObject): Promise<string> {
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const { _ } = await import("ajv/dist/compile/codegen/index.js");
  const { default: standaloneModule } = await import("ajv/dist/standalone/index.js");
  // ajv is CommonJS: its default export arrives as a property of the module's.
  const standaloneCode = (
    typeof standaloneModule === "function" ? standaloneModule : (standaloneModule as { readonly default: unknown }).default
  ) as (ajv: unknown, names: unknown) => string;
  const code = { source: true, esm: true, lines: true, formats: _`refined` };
  const ajv = new Ajv2020({ strict: false, allErrors: true, ownProperties: true, unicodeRegExp: true, code });
  for (const [name, format] of Object.entries(formats)) {
    const pattern = new RegExp(format.pattern, "u");
    ajv.addFormat(name, format.refine === undefined ? pattern : { type: "string", validate: () => true });
  }
  return printRefined() + selfContained(standaloneCode(ajv, ajv.compile(schema)));
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

/** The helpers that the code above calls. */
export const STANDALONE_HELPERS: readonly string[] = ["canonical", "isRealDay", "isRegex"];

const UCS2 = "((text) => [...text].length)";
const EQUAL = "((a, b) => canonical(a) === canonical(b))";

function selfContained(code: string): string {
  const replaced = code
    .replace(/^"use strict";\s*/, "")
    .replace(/export const validate = (\w+);\s*export default \w+;/, "const check = $1;")
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
