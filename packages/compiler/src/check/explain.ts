// Violations to diagnostics: which code, which line, which words, what to write instead.
import { type Diagnostic, type Location, type Place, type Related, report, suggest } from "@veltrix/diagnostics";
import { appendToken, describeViolation, isWithin, type JsonValue, lastToken } from "@veltrix/protocol";
import { RULES } from "../link/keywords.ts";
import { declaredNames, placeOfSchema } from "../link/schema.ts";
import { isRawObject, type RawValue, Reference } from "../read/document.ts";
import { writersIn } from "../resolve/layers.ts";
import type { ResolvedService, ResolvedValues } from "../resolve/values.ts";
import { formatExamples } from "../validate/format-examples.ts";
import type { SchemaViolation } from "../validate/interpreter.ts";
import type { Explained, ViolationContext } from "./explained.ts";
import { explainMissing } from "./missing.ts";
import { rangeHint, typeHint } from "./type-hint.ts";
import { explainRule } from "./broken-rule.ts";
import { isNearMiss, type NearMiss } from "./near-miss.ts";
import { valueIn } from "../read/value-in.ts";

/** Words a violation. */
export function explainViolation(context: ViolationContext): Explained {
  const { violation } = context;
  switch (violation.rule) {
    case "required":
    case "x-required-in":
    case "dependentRequired":
      return explainMissing(context, String(violation.expected));
    case "additionalProperties":
    case "unevaluatedProperties":
    case "near-name":
      return explainUnknown(context, String(violation.expected));
    case RULES:
      return explainRule(context);
    default:
      return explainValue(context);
  }
}

function explainUnknown(context: ViolationContext, name: string): Explained {
  const { service, values, violation } = context;
  const pointer = appendToken(violation.pointer, name);
  const writers = writersIn(values, pointer);
  const written = isNearMiss(violation) ? writers.find(({ file }) => file === violation.file) : writers[0];
  const siblings = isNearMiss(violation) ? violation.meant : declaredNames(violation.schema);
  const suggestions = isNearMiss(violation) ? [...new Set([...suggest(name, siblings), ...siblings])].slice(0, 3) : suggest(name, siblings);
  const at = { file: written?.file ?? service.contract.file, pointer: written?.pointer ?? "", on: "key" as const };
  const related = isNearMiss(violation) ? setBelow(context, violation, suggestions[0] ?? "") : [];
  const code = violation.rule === "near-name" ? "VX2030" : "VX2002";
  return {
    identity: [code, at.file, pointer],
    word: (where, environments) =>
      report(
        code,
        { service: service.id, pointer, where, name, siblings: siblings.length > 12 ? [] : siblings, suggestions },
        placeOf(service, { at, environments, key: pointer, related }),
      ),
  };
}

/** Where another layer sets the key that was meant: what holds there as long as the slip stands. */
function setBelow({ values }: ViolationContext, { pointer, file }: NearMiss, meant: string): readonly Related[] {
  const set = writersIn(values, appendToken(pointer, meant)).find((written) => written.file !== file);
  if (set === undefined || set.value instanceof Reference) return [];
  return [{ at: { file: set.file, pointer: set.pointer, on: "key" }, message: `\`${meant}\` is set at` }];
}

function explainValue(context: ViolationContext): Explained {
  const { service, values, violation } = context;
  const { pointer } = violation;
  const written = writersIn(values, pointer)[0];
  const isDefault = values.defaults.has(pointer);
  const declared = placeOfSchema(violation.schema);
  const at: Location =
    written === undefined
      ? { file: declared?.file ?? service.contract.file, pointer: declared?.pointer ?? "", on: "key" }
      : { file: written.file, pointer: written.pointer, on: isRawObject(written.value) ? "key" : "value" };
  const related: Related[] = [];
  if (written?.value instanceof Reference) related.push(context.references.explain(service, written, written.value));
  if (declared !== undefined && !isDefault) related.push({ at: { ...declared, on: "key" }, message: "the rule is declared at" });
  related.push(...filledIn(context));
  const value = valueIn(values.value, pointer);
  return {
    identity: [violation.rule, at.file, at.pointer ?? "", pointer, JSON.stringify(violation.expected), isDefault ? "default" : ""],
    word: (where, environments) =>
      wordValue(context, { where, value, text: spellingAt(values, at) }, placeOf(service, { at, environments, key: pointer, related })),
  };
}

function wordValue(
  context: ViolationContext,
  { where, value, text }: { readonly where: string; readonly value: RawValue | undefined; readonly text: string | undefined },
  place: Place,
): Diagnostic {
  const { service, violation } = context;
  const { pointer, rule, expected } = violation;
  const base = { service: service.id, pointer, where };
  const sentence = sentenceOf(violation);
  switch (rule) {
    case "placeholder":
      return report("VX2017", { ...base, placeholder: String(expected) }, place);
    case "template":
      return report("VX2022", { ...base, placeholder: String(expected) }, place);
    case "blank":
      return report("VX2018", { ...base, side: String(expected) }, place);
    case "secret-in-clear":
      return report("VX2010", { ...base, name: lastToken(pointer) }, place);
    case "not-a-secret":
      return report("VX2011", base, place);
    case "type": {
      const names = typeof expected === "string" ? [expected] : (expected as readonly string[]);
      return report(
        "VX2003",
        {
          ...base,
          expected: names.map(article).join(" or "),
          actual: article(typeOf(value)),
          value,
          text,
          hint: typeHint({ value, text, name: lastToken(pointer) }, violation.schema),
        },
        place,
      );
    }
    case "minimum":
    case "maximum":
    case "exclusiveMinimum":
    case "exclusiveMaximum":
    case "multipleOf":
      return report("VX2004", { ...base, value, rule: sentence, write: rangeHint(violation.schema) }, place);
    case "minLength":
    case "maxLength":
    case "minItems":
    case "maxItems":
    case "minProperties":
    case "maxProperties":
      return report("VX2005", { ...base, actual: sizeOf(value), rule: sentence }, place);
    case "enum":
    case "const": {
      const allowed = rule === "enum" ? (expected as readonly JsonValue[]) : [expected];
      const texts = allowed.filter((item) => typeof item === "string");
      return report("VX2006", { ...base, value, allowed, suggestions: typeof value === "string" ? suggest(value, texts) : [] }, place);
    }
    case "pattern":
      return report("VX2007", { ...base, value, pattern: String(expected) }, place);
    case "format":
      return report("VX2008", { ...base, value, expected: formatExamples.get(String(expected)) ?? String(expected) }, place);
    case "x-type":
      return report("VX2008", { ...base, value, expected: String(expected) }, place);
    case "anyOf":
    case "oneOf":
      return report(
        "VX2009",
        { ...base, rule: alternativesText(violation), hint: mergedHint(context, value) ?? nearestHint(violation) },
        place,
      );
    default:
      return report("VX2009", { ...base, rule: sentence, hint: "change the value, or the rule in the contract" }, place);
  }
}

/** As the runtime says it, but for rules that a build can say more about. */
function sentenceOf(violation: SchemaViolation): string {
  const { rule, expected } = violation;
  switch (rule) {
    case "not":
      return "is what the contract excludes by `not`";
    case "contains":
      return `must hold at least ${String(expected)} ${expected === 1 ? "item" : "items"} as \`contains\` describes`;
    case "maxContains":
      return `must hold at most ${String(expected)} ${expected === 1 ? "item" : "items"} as \`contains\` describes`;
    case "propertyNames":
      return "has a name that the contract does not allow: see `propertyNames`";
    default:
      return describeViolation(violation).replace(/ 1 (item|character|key)s$/, " 1 $1");
  }
}

function alternativesText(violation: SchemaViolation): string {
  return violation.nearest === undefined
    ? `matches ${String(violation.expected)} alternatives, and only one may match`
    : `matches none of its ${String(violation.expected)} alternatives`;
}

/** Keys of an object that nobody wrote: its contract's defaults count as much as what stands in a file. */
function filledIn({ service, values, violation: { pointer } }: ViolationContext): readonly Related[] {
  return service.contract.keys
    .filter((key) => key.pointer !== pointer && isWithin(key.pointer, pointer) && values.defaults.has(key.pointer))
    .slice(0, 3)
    .map((key) => ({
      at: { ...key.declaredAt, on: "key" },
      message: `${key.pointer} was filled in by its default (not where veltrix.yaml says \`defaults: ignore\`), declared at`,
    }));
}

/** An object of which one layer means one alternative, and another layer another one. */
function mergedHint({ values, violation: { pointer } }: ViolationContext, value: RawValue | undefined): string | undefined {
  const [nearest, ...lower] = writersIn(values, pointer);
  if (!isRawObject(value) || nearest === undefined || nearest.replaces === true || lower.length === 0) return undefined;
  const name = lastToken(pointer);
  const others = lower.map(({ file }) => file.slice(file.lastIndexOf("/") + 1)).join(" and ");
  return `it merges with what stands in ${others}; to take nothing from there, write \`${name}: !replace { ... }\` in ${nearest.file}`;
}

function nearestHint(violation: SchemaViolation): string {
  const [first] = violation.nearest ?? [];
  if (first === undefined) return "change the value so that exactly one alternative matches";
  if (first.rule === "required") return `the nearest alternative needs the key \`${String(first.expected)}\``;
  return `the nearest alternative says that ${first.pointer === violation.pointer ? "the value" : first.pointer} ${sentenceOf(first)}`;
}

function placeOf(
  service: ResolvedService,
  place: { readonly at: Location; readonly environments: readonly string[]; readonly key: string; readonly related?: readonly Related[] },
): Place {
  return { ...place, service: service.id };
}

/** How the value at `at` is written, where that is not what it prints as: `1.10`, which as a number has lost its zero. */
function spellingAt(values: ResolvedValues, { file, pointer = "", on }: Location): string | undefined {
  return on === "value" ? values.layers.find((layer) => layer.file === file)?.spellings?.get(pointer) : undefined;
}

function article(type: string): string {
  return type === "null" ? "null" : /^[aeio]/.test(type) ? `an ${type}` : `a ${type}`;
}

function typeOf(value: RawValue | undefined): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

function sizeOf(value: RawValue | undefined): number {
  if (typeof value === "string") return [...value].length;
  return Array.isArray(value) ? value.length : Object.keys(isRawObject(value) ? value : {}).length;
}
