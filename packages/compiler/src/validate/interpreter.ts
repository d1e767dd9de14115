// Checks a value against a linked schema, without compiling it: a schema that is used three times does not
// repay a compilation. Every broken rule is found, each at its own pointer.
import {
  appendToken,
  canonicalize,
  isJsonObject,
  isUnitName,
  type JsonObject,
  type JsonValue,
  parseUnit,
  unitExamples,
  type Violation,
} from "@veltrix/protocol";
import { judgePattern } from "../link/patterns.ts";
import { formats, isOfFormat } from "./formats.ts";
import { linearMatcher, type Matcher } from "./linear-match.ts";

/** A violation and the schema node whose rule it is. */
export interface Finding extends Violation {
  readonly schema: JsonObject;
  /** The violations of the alternative that came nearest, for `anyOf` and `oneOf`. */
  readonly nearest?: readonly Finding[];
}

/** What may stand in a value beside JSON, and how the caller judges it. */
export interface ValidateOptions {
  /** Whose `$defs` the references name, where `schema` is a part of another one, and where `value` stands in the whole. */
  readonly within?: { readonly root: JsonValue; readonly pointer: string };
  /** Environment whose `x-required-in` counts. */
  readonly environment?: string;
  /**
   * Called for every value before its rules. `true`: the value has been judged, its rules are skipped.
   * The compiler judges references and secrets here.
   */
  readonly judge?: (value: unknown, schema: JsonObject, pointer: string, note: (finding: Finding) => void) => boolean;
}

/** Everything that `value` breaks of `schema`; `$ref`s are `#/$defs/<name>` of `schema` itself. */
export function validateValue(schema: JsonValue, value: JsonValue, options: ValidateOptions = {}): readonly Finding[] {
  const findings: Finding[] = [];
  new Interpreter(options.within?.root ?? schema, options).check(schema, value, options.within?.pointer ?? "", findings);
  return findings;
}

const patterns = new Map<string, Matcher>();

/** A compiled pattern, from a store that all schemas share. No text can keep it busy. */
export function compilePattern(pattern: string): Matcher {
  let compiled = patterns.get(pattern);
  if (compiled === undefined) {
    const verdict = judgePattern(pattern);
    compiled = verdict.kind === "linear" ? linearMatcher(verdict.program) : new RegExp(pattern, "u");
    patterns.set(pattern, compiled);
  }
  return compiled;
}

class Interpreter {
  readonly #root: JsonValue;
  readonly #options: ValidateOptions;

  constructor(root: JsonValue, options: ValidateOptions) {
    this.#root = root;
    this.#options = options;
  }

  check(schema: JsonValue, value: JsonValue, pointer: string, into: Finding[]): void {
    if (schema === true) return;
    if (schema === false) {
      into.push({ pointer, rule: "false schema", expected: null, schema: {} });
      return;
    }
    const node = schema as JsonObject;
    if (this.#options.judge?.(value, node, pointer, (finding) => into.push(finding)) === true) return;
    const note = (rule: string, expected: JsonValue): void => void into.push({ pointer, rule, expected, schema: node });
    const type = node["type"];
    if (type !== undefined && !isOfType(value, type)) {
      note("type", type);
      // What is not even of its type breaks every other rule too, and saying so helps nobody.
      return;
    }
    checkAny(node, value, note);
    if (typeof value === "string") checkText(node, value, note);
    else if (typeof value === "number") checkNumber(node, value, note);
    else if (Array.isArray(value)) this.#checkArray(node, value, pointer, into);
    else if (isJsonObject(value)) this.#checkObject(node, value, pointer, into);
    this.#checkComposition(node, value, pointer, into);
  }

  #passes(schema: JsonValue, value: JsonValue, pointer: string): boolean {
    const findings: Finding[] = [];
    this.check(schema, value, pointer, findings);
    return findings.length === 0;
  }

  #checkArray(node: JsonObject, value: readonly JsonValue[], pointer: string, into: Finding[]): void {
    const note = (rule: string, expected: JsonValue): void => void into.push({ pointer, rule, expected, schema: node });
    checkCount(node, value.length, ["minItems", "maxItems"], note);
    if (node["uniqueItems"] === true && new Set(value.map((item) => canonicalize(item))).size < value.length) note("uniqueItems", null);
    const { prefixItems, items, contains } = node;
    const prefix = Array.isArray(prefixItems) ? (prefixItems as readonly JsonValue[]) : [];
    value.forEach((item, index) => {
      const rule = index < prefix.length ? prefix[index] : items;
      if (rule !== undefined) this.check(rule, item, `${pointer}/${index}`, into);
    });
    if (contains !== undefined) {
      const count = value.filter((item, index) => this.#passes(contains, item, `${pointer}/${index}`)).length;
      const least = typeof node["minContains"] === "number" ? node["minContains"] : 1;
      if (count < least) note("contains", least);
      if (typeof node["maxContains"] === "number" && count > node["maxContains"]) note("maxContains", node["maxContains"]);
    }
    const rest = node["unevaluatedItems"];
    if (rest !== undefined) {
      const seen = this.#evaluatedItems(node, value, pointer);
      value.forEach((item, index) => {
        if (!seen.has(index)) this.check(rest, item, `${pointer}/${index}`, into);
      });
    }
  }

  #checkObject(node: JsonObject, value: JsonObject, pointer: string, into: Finding[]): void {
    const note = (rule: string, expected: JsonValue): void => void into.push({ pointer, rule, expected, schema: node });
    const names = Object.keys(value);
    checkCount(node, names.length, ["minProperties", "maxProperties"], note);
    this.#checkPresence(node, value, note);
    const { properties, patternProperties, additionalProperties, propertyNames } = node;
    const declared = isJsonObject(properties) ? properties : {};
    const byPattern = isJsonObject(patternProperties) ? Object.entries(patternProperties) : [];
    for (const name of names) {
      // Object.keys gave the name, so the member exists.
      const member = value[name] as JsonValue;
      const at = appendToken(pointer, name);
      let isKnown = false;
      if (Object.hasOwn(declared, name)) {
        isKnown = true;
        this.check(declared[name] as JsonValue, member, at, into);
      }
      for (const [pattern, below] of byPattern) {
        if (!compilePattern(pattern).test(name)) continue;
        isKnown = true;
        this.check(below, member, at, into);
      }
      if (!isKnown && additionalProperties !== undefined) {
        if (additionalProperties === false) into.push({ pointer, rule: "additionalProperties", expected: name, schema: node });
        else this.check(additionalProperties, member, at, into);
      }
      if (propertyNames !== undefined && !this.#passes(propertyNames, name, at))
        into.push({ pointer: at, rule: "propertyNames", expected: name, schema: node });
    }
    this.#checkUnevaluated(node, value, pointer, into);
  }

  #checkPresence(node: JsonObject, value: JsonObject, note: (rule: string, expected: JsonValue) => void): void {
    const { required, properties, dependentRequired } = node;
    if (Array.isArray(required)) {
      for (const name of required as readonly string[]) if (!Object.hasOwn(value, name)) note("required", name);
    }
    const { environment } = this.#options;
    if (environment !== undefined && isJsonObject(properties)) {
      for (const [name, property] of Object.entries(properties)) {
        const environments = isJsonObject(property) ? property["x-required-in"] : undefined;
        if (Array.isArray(environments) && environments.includes(environment) && !Object.hasOwn(value, name)) note("x-required-in", name);
      }
    }
    if (isJsonObject(dependentRequired)) {
      for (const [trigger, needed] of Object.entries(dependentRequired)) {
        if (!Object.hasOwn(value, trigger)) continue;
        for (const name of needed as readonly string[]) if (!Object.hasOwn(value, name)) note("dependentRequired", name);
      }
    }
  }

  #checkUnevaluated(node: JsonObject, value: JsonObject, pointer: string, into: Finding[]): void {
    const rest = node["unevaluatedProperties"];
    if (rest === undefined) return;
    const seen = this.#evaluatedProperties(node, value, pointer);
    for (const name of Object.keys(value)) {
      if (seen.has(name)) continue;
      if (rest === false) into.push({ pointer, rule: "unevaluatedProperties", expected: name, schema: node });
      else this.check(rest, value[name] as JsonValue, appendToken(pointer, name), into);
    }
  }

  #checkComposition(node: JsonObject, value: JsonValue, pointer: string, into: Finding[]): void {
    const note = (rule: string, expected: JsonValue): void => void into.push({ pointer, rule, expected, schema: node });
    const ref = node["$ref"];
    if (typeof ref === "string") this.check(this.#definition(ref), value, pointer, into);
    if (Array.isArray(node["allOf"])) for (const member of node["allOf"] as readonly JsonValue[]) this.check(member, value, pointer, into);
    for (const rule of ["anyOf", "oneOf"] as const) {
      const members = node[rule];
      if (Array.isArray(members)) this.#checkAlternatives(rule, members, { node, value, pointer }, into);
    }
    if (node["not"] !== undefined && this.#passes(node["not"], value, pointer)) note("not", null);
    const condition = node["if"];
    if (condition !== undefined) {
      const branch = this.#passes(condition, value, pointer) ? node["then"] : node["else"];
      if (branch !== undefined) this.check(branch, value, pointer, into);
    }
    const dependentSchemas = node["dependentSchemas"];
    if (isJsonObject(dependentSchemas) && isJsonObject(value)) {
      for (const [trigger, below] of Object.entries(dependentSchemas))
        if (Object.hasOwn(value, trigger)) this.check(below, value, pointer, into);
    }
  }

  #checkAlternatives(
    rule: "anyOf" | "oneOf",
    members: readonly JsonValue[],
    at: { readonly node: JsonObject; readonly value: JsonValue; readonly pointer: string },
    into: Finding[],
  ): void {
    const tried = members.map((member) => {
      const findings: Finding[] = [];
      this.check(member, at.value, at.pointer, findings);
      return findings;
    });
    const passed = tried.filter((findings) => findings.length === 0).length;
    if (passed === 1 || (passed > 1 && rule === "anyOf")) return;
    const finding = {
      pointer: at.pointer,
      rule,
      expected: passed === 0 ? members.length : `${passed} of ${members.length}`,
      schema: at.node,
    };
    into.push(passed === 0 ? { ...finding, nearest: nearestOf(tried, at.pointer) } : finding);
  }

  #definition(ref: string): JsonValue {
    const name = ref.slice("#/$defs/".length);
    const definitions = isJsonObject(this.#root) ? this.#root["$defs"] : undefined;
    const found = isJsonObject(definitions) && Object.hasOwn(definitions, name) ? definitions[name] : undefined;
    if (found === undefined) throw new Error(`the linked schema has no definition ${name}`);
    return found;
  }

  /** Names that some passing rule of `node` (but not its own `unevaluatedProperties`) has looked at. */
  #evaluatedProperties(node: JsonObject, value: JsonObject, pointer: string): Set<string> {
    const seen = new Set<string>();
    const names = Object.keys(value);
    const { properties, patternProperties, additionalProperties } = node;
    for (const name of names) {
      const isDeclared = isJsonObject(properties) && Object.hasOwn(properties, name);
      const isMatched =
        isJsonObject(patternProperties) && Object.keys(patternProperties).some((pattern) => compilePattern(pattern).test(name));
      if (isDeclared || isMatched || additionalProperties !== undefined) seen.add(name);
    }
    for (const branch of this.#passingBranches(node, value, pointer)) {
      for (const name of this.#evaluatedProperties(branch, value, pointer)) seen.add(name);
      if (branch["unevaluatedProperties"] !== undefined) for (const name of names) seen.add(name);
    }
    return seen;
  }

  #evaluatedItems(node: JsonObject, value: readonly JsonValue[], pointer: string): Set<number> {
    const seen = new Set<number>();
    const { prefixItems, items, contains } = node;
    const prefix = Array.isArray(prefixItems) ? prefixItems.length : 0;
    value.forEach((item, index) => {
      if (index < prefix || items !== undefined || (contains !== undefined && this.#passes(contains, item, `${pointer}/${index}`)))
        seen.add(index);
    });
    for (const branch of this.#passingBranches(node, value, pointer)) {
      for (const index of this.#evaluatedItems(branch, value, pointer)) seen.add(index);
      if (branch["unevaluatedItems"] !== undefined) value.forEach((_, index) => seen.add(index));
    }
    return seen;
  }

  /** The in-place subschemas of `node` that `value` passes. */
  #passingBranches(node: JsonObject, value: JsonValue, pointer: string): readonly JsonObject[] {
    const branches: JsonValue[] = [];
    if (typeof node["$ref"] === "string") branches.push(this.#definition(node["$ref"]));
    for (const rule of ["allOf", "anyOf", "oneOf"]) if (Array.isArray(node[rule])) branches.push(...(node[rule] as readonly JsonValue[]));
    const condition = node["if"];
    if (condition !== undefined) {
      const holds = this.#passes(condition, value, pointer);
      if (holds) branches.push(condition);
      const branch = holds ? node["then"] : node["else"];
      if (branch !== undefined) branches.push(branch);
    }
    const dependentSchemas = node["dependentSchemas"];
    if (isJsonObject(dependentSchemas) && isJsonObject(value)) {
      for (const [trigger, below] of Object.entries(dependentSchemas)) if (Object.hasOwn(value, trigger)) branches.push(below);
    }
    return branches.filter(isJsonObject).filter((branch) => this.#passes(branch, value, pointer));
  }
}

/** The alternative that a person most likely meant: right in its type, then deepest, then with the fewest faults. */
function nearestOf(tried: readonly (readonly Finding[])[], pointer: string): readonly Finding[] {
  const rank = (findings: readonly Finding[]): readonly number[] => [
    findings.some((finding) => finding.pointer === pointer && ["type", "const", "enum"].includes(finding.rule)) ? 1 : 0,
    findings.some((finding) => ["const", "enum"].includes(finding.rule)) ? 1 : 0,
    findings.length,
  ];
  return [...tried].sort((a, b) => compareRanks(rank(a), rank(b)))[0] ?? [];
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, position) => value !== b[position]);
  return index === -1 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}

function isOfType(value: JsonValue, type: JsonValue): boolean {
  return Array.isArray(type) ? type.some((name) => isOfOneType(value, name)) : isOfOneType(value, type);
}

function isOfOneType(value: JsonValue, type: JsonValue): boolean {
  switch (type) {
    case "integer":
      return Number.isInteger(value);
    case "array":
      return Array.isArray(value);
    case "null":
      return value === null;
    case "object":
      return isJsonObject(value);
    default:
      return typeof value === type;
  }
}

type Note = (rule: string, expected: JsonValue) => void;

function checkAny(node: JsonObject, value: JsonValue, note: Note): void {
  const { enum: allowed, const: only } = node;
  if (Array.isArray(allowed) && !allowed.some((item) => isSame(item, value))) note("enum", allowed);
  if (only !== undefined && !isSame(only, value)) note("const", only);
}

function isSame(a: JsonValue, b: JsonValue): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  return canonicalize(a) === canonicalize(b);
}

function checkText(node: JsonObject, value: string, note: Note): void {
  const { minLength, maxLength, pattern, format } = node;
  if (typeof minLength === "number" || typeof maxLength === "number") {
    // Code points, as JSON Schema counts.
    const length = [...value].length;
    checkCount(node, length, ["minLength", "maxLength"], note);
  }
  if (typeof pattern === "string" && !compilePattern(pattern).test(value)) note("pattern", pattern);
  if (typeof format === "string" && formats[format] !== undefined && !isOfFormat(format, value)) note("format", format);
  const unit = node["x-type"];
  if (isUnitName(unit) && parseUnit(unit, value) === undefined) note("x-type", unitExamples[unit]);
}

function checkNumber(node: JsonObject, value: number, note: Note): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = node;
  if (typeof minimum === "number" && value < minimum) note("minimum", minimum);
  if (typeof maximum === "number" && value > maximum) note("maximum", maximum);
  if (typeof exclusiveMinimum === "number" && value <= exclusiveMinimum) note("exclusiveMinimum", exclusiveMinimum);
  if (typeof exclusiveMaximum === "number" && value >= exclusiveMaximum) note("exclusiveMaximum", exclusiveMaximum);
  if (typeof multipleOf === "number" && !isMultiple(value, multipleOf)) note("multipleOf", multipleOf);
}

/** Decided on the digits, because 0.3 is a multiple of 0.1 to everyone but a float. */
function isMultiple(value: number, step: number): boolean {
  const [digits, exponent] = decimalOf(value);
  const [ofStep, exponentOfStep] = decimalOf(step);
  const lowest = Math.min(exponent, exponentOfStep);
  return (digits * 10n ** BigInt(exponent - lowest)) % (ofStep * 10n ** BigInt(exponentOfStep - lowest)) === 0n;
}

/** A number as the digits that it is written with, and the power of ten of the last one. */
function decimalOf(value: number): readonly [bigint, number] {
  const [mantissa = "", exponent = "0"] = String(value).split("e");
  const [whole = "", part = ""] = mantissa.split(".");
  return [BigInt(whole + part), Number(exponent) - part.length];
}

function checkCount(node: JsonObject, count: number, [low, high]: readonly [string, string], note: Note): void {
  const least = node[low];
  const most = node[high];
  if (typeof least === "number" && count < least) note(low, least);
  if (typeof most === "number" && count > most) note(high, most);
}
