// Is this document a schema that says what its author means? Shapes, contradictions, unknown words.
import { suggest } from "@veltrix/diagnostics";
import { appendToken, isJsonObject, type JsonObject, type JsonValue, parsePointer, isJsonArray } from "@veltrix/protocol";
import type { Problems } from "../read/document.ts";
import { parseRule } from "../validate/cel.ts";
import { formatExamples } from "../validate/format-examples.ts";
import {
  annotations,
  descriptive,
  foreignRules,
  isAnnotation,
  RULES,
  keywordShapes,
  type Shape,
  typeNames,
  typeOfRule,
} from "./keywords.ts";
import { judgePattern } from "./patterns.ts";
import { subschemasOf } from "./schema.ts";

/** Dialects that are understood, by their addresses without scheme and fragment, which people write in many ways. */
const DIALECTS: { readonly [address: string]: Dialect } = {
  "json-schema.org/draft/2020-12/schema": "2020-12",
  // The newest draft, whichever that is.
  "json-schema.org/schema": "2020-12",
  "json-schema.org/draft-07/schema": "draft-07",
  // Everything that draft-06 can say means the same in draft-07.
  "json-schema.org/draft-06/schema": "draft-07",
  "json-schema.org/draft-04/schema": "draft-04",
};
/** Means the same as 2020-12 where nothing stands that was changed after it. */
const DRAFT_2019 = "json-schema.org/draft/2019-09/schema";
export type Dialect = "2020-12" | "draft-07" | "draft-04";

/** The dialect that a document declares; 2020-12 where it declares none, undefined where it is another. */
export function dialectOf(root: JsonValue): Dialect | undefined {
  const declared = isJsonObject(root) ? root["$schema"] : undefined;
  if (declared === undefined) return "2020-12";
  if (typeof declared !== "string") return undefined;
  const address = addressOf(declared);
  if (address === DRAFT_2019) return changedSince2019(root) === undefined ? "2020-12" : undefined;
  return Object.hasOwn(DIALECTS, address) ? DIALECTS[address] : undefined;
}

function addressOf(declared: string): string {
  return declared.replace(/^https?:\/\//, "").replace(/[#/]+$/, "");
}

/** A keyword of 2019-09 that 2020-12 does not have, or that means something else there. */
function changedSince2019(value: JsonValue): string | undefined {
  if (isJsonArray(value)) return value.map(changedSince2019).find((found) => found !== undefined);
  if (!isJsonObject(value)) return undefined;
  const changed = ["$recursiveRef", "$recursiveAnchor", "additionalItems", "unevaluatedItems"].find(
    (keyword) => value[keyword] !== undefined,
  );
  if (changed !== undefined) return changed;
  if (Array.isArray(value["items"])) return "items";
  return Object.values(value)
    .map((below) => changedSince2019(below as JsonValue))
    .find((found) => found !== undefined);
}

/** Words for a dialect that is not read: about the one that is written. */
function refuseDialect(root: JsonValue): { readonly detail: string; readonly hint: string } {
  const declared = isJsonObject(root) ? root["$schema"] : undefined;
  const write = `write "$schema": "https://json-schema.org/draft/2020-12/schema"`;
  if (typeof declared !== "string") return { detail: "its $schema is not a text", hint: write };
  const address = addressOf(declared);
  if (address === DRAFT_2019) {
    const keyword = changedSince2019(root) ?? "";
    return {
      detail: `\`${keyword}\` of draft 2019-09 means something else in 2020-12, which Veltrix reads`,
      hint: `${write}, and \`${keyword}\` as it is there`,
    };
  }
  const [nearest] = suggest(address, Object.keys(DIALECTS));
  const detail = `\`${declared.slice(0, 100)}\` is not a dialect that Veltrix reads`;
  if (nearest === undefined) return { detail, hint: `${write}; draft-04, draft-06 and draft-07 are read too` };
  return { detail, hint: `did you mean "${nearest.startsWith("json-schema.org/draft-") ? "http" : "https"}://${nearest}"?` };
}

/** Notes every fault of the schema `root`, which may hold many. */
export function lintSchema(root: JsonValue, problems: Problems): void {
  const dialect = dialectOf(root);
  if (dialect === undefined) {
    problems.add("VX1101", refuseDialect(root), { pointer: "/$schema", on: "value" });
    return;
  }
  const unchecked: Unchecked = { dialect, keywords: new Map(), formats: new Map(), ignored: new Map(), untyped: new Map() };
  lintNode(root, "", problems, unchecked);
  for (const [keyword, { at, count }] of unchecked.keywords)
    problems.add("VX1109", { keyword, places: placesInWords(count) }, { pointer: at, on: "key" });
  for (const [keyword, { at, count }] of unchecked.ignored)
    problems.add("VX1111", { keyword, dialect, places: placesInWords(count) }, { pointer: at, on: "key" });
  for (const [keyword, { at, count }] of unchecked.untyped)
    problems.add("VX1123", { keyword, type: typeOfRule.get(keyword) ?? "", places: placesInWords(count) }, { pointer: at, on: "key" });
  for (const [format, { at, count }] of unchecked.formats)
    problems.add("VX1110", { format, places: placesInWords(count) }, { pointer: at, on: "value" });
}

/** Words that say nothing to us, each with its first place: one warning for all places. */
interface Unchecked {
  readonly dialect: Dialect;
  readonly keywords: Map<string, Seen>;
  readonly formats: Map<string, Seen>;
  /** Rules beside a `$ref`, where the dialect says that nothing counts there. */
  readonly ignored: Map<string, Seen>;
  /** Rules for one type, where values of every other type pass. */
  readonly untyped: Map<string, Seen>;
}

interface Seen {
  readonly at: string;
  readonly count: number;
}

function note(seen: Map<string, Seen>, word: string, at: string): void {
  const known = seen.get(word);
  seen.set(word, { at: known?.at ?? at, count: (known?.count ?? 0) + 1 });
}

function placesInWords(count: number): string {
  return count === 1 ? "" : `, here and in ${count - 1} more ${count === 2 ? "place" : "places"}`;
}

function lintNode(schema: JsonValue, pointer: string, problems: Problems, unchecked: Unchecked): void {
  if (typeof schema === "boolean") return;
  if (!isJsonObject(schema)) {
    invalid(problems, pointer, "a schema is an object, true or false", "write an object of keywords");
    return;
  }
  for (const [keyword, value] of Object.entries(schema)) {
    const at = appendToken(pointer, keyword);
    const shape = keywordShapes[keyword];
    if (unchecked.dialect === "draft-04" && isDraft4Only(keyword, value, pointer)) continue;
    if (shape !== undefined) lintShape(shape, { keyword, value, at }, problems);
    else if (!isAnnotation(keyword)) lintUnknown(keyword, at, problems, unchecked);
    if (isIgnored(keyword, schema, unchecked.dialect)) note(unchecked.ignored, keyword, at);
    if (keyword === "format" && typeof value === "string") lintFormat(value, at, problems, unchecked);
  }
  lintSense(schema, pointer, problems);
  lintRules(schema[RULES], appendToken(pointer, RULES), problems);
  for (const sub of subschemasOf(schema)) {
    if (isAlone.has(sub.keyword)) lintUntyped(sub.schema, pointer + sub.pointer, unchecked);
    lintNode(sub.schema, pointer + sub.pointer, problems, unchecked);
  }
}

/** Keywords whose subschemas are all that is said of a value; a branch of a composition adds to what stands around it. */
const isAlone: ReadonlySet<string> = new Set(["properties", "patternProperties", "additionalProperties", "items", "prefixItems"]);
/** Keywords that say of which type a value is, or leave it to others. */
const typing = ["type", "$ref", "$dynamicRef", "$recursiveRef", "const", "enum", "allOf", "anyOf", "oneOf", "if", "not"];

/** Rules for objects refuse no number: whoever writes them alone believes that they do. */
function lintUntyped(schema: JsonValue, pointer: string, { untyped }: Unchecked): void {
  if (!isJsonObject(schema) || typing.some((keyword) => schema[keyword] !== undefined)) return;
  const rules = Object.keys(schema).filter((keyword) => typeOfRule.has(keyword));
  const [first] = rules;
  // Rules for several types mean values of several types.
  if (first === undefined || new Set(rules.map((rule) => typeOfRule.get(rule))).size > 1) return;
  note(untyped, first, appendToken(pointer, first));
}

/** Up to draft-07 a `$ref` stands alone: rules beside it are not kept. What describes, and our annotations, may stand there. */
function isIgnored(keyword: string, schema: JsonObject, dialect: Dialect): boolean {
  if (dialect === "2020-12" || typeof schema["$ref"] !== "string" || keyword.startsWith("$") || keyword === "definitions") return false;
  return keywordShapes[keyword] !== undefined && !descriptive.has(keyword) && keyword !== "default";
}

/** draft-04 names a document by `id`, and says by true that a limit itself is no value. */
function isDraft4Only(keyword: string, value: JsonValue, pointer: string): boolean {
  if (keyword === "id") return pointer === "" && typeof value === "string";
  return (keyword === "exclusiveMinimum" || keyword === "exclusiveMaximum") && typeof value === "boolean";
}

function lintUnknown(keyword: string, at: string, problems: Problems, unchecked: Unchecked): void {
  const suggestions = suggest(keyword, [...Object.keys(keywordShapes), ...annotations]);
  if (suggestions.length > 0 || foreignRules.has(keyword) || keyword.startsWith("$"))
    problems.add("VX1102", { keyword, suggestions }, { pointer: at, on: "key" });
  // Other tools annotate schemas too; a word of theirs is none of ours, unless it nearly is.
  else if (!keyword.startsWith("x-")) note(unchecked.keywords, keyword, at);
}

/** A format that is nearly one of ours was meant to be it; others are the business of whoever knows them. */
function lintFormat(format: string, at: string, problems: Problems, unchecked: Unchecked): void {
  if (formatExamples.has(format)) return;
  const [nearest] = suggest(format, [...formatExamples.keys()]);
  if (nearest === undefined) note(unchecked.formats, format, at);
  else invalid(problems, at, `\`${format}\` is not a format that Veltrix checks`, `did you mean \`${nearest}\`?`);
}

interface Keyword {
  readonly keyword: string;
  readonly value: JsonValue;
  readonly at: string;
}

function lintShape(shape: Shape, { keyword, value, at }: Keyword, problems: Problems): void {
  const complain = (what: string, write: string): void => invalid(problems, at, `${keyword} must be ${what}`, write);
  switch (shape) {
    case "schema":
    case "any":
      return;
    case "schemas":
      if (!Array.isArray(value) || value.length === 0) complain("a list of schemas", `write "${keyword}": [{ ... }]`);
      return;
    case "schema-or-schemas":
      if (Array.isArray(value) && value.length === 0) complain("a schema", `write "${keyword}": { ... }`);
      return;
    case "schema-map":
    case "dependencies":
      if (!isJsonObject(value)) complain("an object of schemas", `write "${keyword}": { "<name>": { ... } }`);
      return;
    case "text":
      if (typeof value !== "string") complain("a text", `write "${keyword}": "..."`);
      else lintText(keyword, value, at, problems);
      return;
    case "number":
      if (typeof value !== "number") complain("a number", `write "${keyword}": 0`);
      return;
    case "positive":
      if (typeof value !== "number" || value <= 0) complain("a number above 0", `write "${keyword}": 1`);
      return;
    case "count":
      if (typeof value !== "number" || !Number.isInteger(value) || value < 0)
        complain("a whole number, 0 or more", `write "${keyword}": 1`);
      return;
    case "flag":
      if (typeof value !== "boolean") complain("true or false", `write "${keyword}": true`);
      return;
    case "texts":
      if (keyword === "required" && typeof value === "boolean")
        complain(
          "a list of different texts",
          value
            ? `name this key in the "required" of the object around it: "required": ["${keyOf(at)}"]`
            : "remove it: a key is required where its object says so",
        );
      else if (!isTexts(value)) complain("a list of different texts", `write "${keyword}": ["<name>"]`);
      return;
    case "texts-map":
      if (!isJsonObject(value) || !Object.values(value).every(isTexts))
        complain("an object of lists of texts", `write "${keyword}": { "<name>": ["<name>"] }`);
      return;
    case "types":
      lintTypes(value, at, problems);
      return;
    case "list":
      if (!Array.isArray(value)) complain("a list", `write "${keyword}": ["<value>"]`);
      return;
    case "values":
      if (!Array.isArray(value) || value.length === 0) complain("a list of values with at least one", `write "${keyword}": ["<value>"]`);
  }
}

/** The key whose schema the keyword at `pointer` stands in. */
function keyOf(pointer: string): string {
  return parsePointer(pointer)?.at(-2) ?? "<name>";
}

function lintText(keyword: string, text: string, at: string, problems: Problems): void {
  if (keyword === "pattern") lintPattern(text, at, problems);
}

function lintPattern(pattern: string, at: string, problems: Problems): void {
  const verdict = judgePattern(pattern);
  if (verdict.kind === "refused")
    problems.add("VX1106", { pattern, detail: verdict.detail, hint: verdict.hint }, { pointer: at, on: "value" });
}

function lintTypes(value: JsonValue, at: string, problems: Problems): void {
  const names: readonly JsonValue[] = Array.isArray(value) ? value : [value];
  if (names.length === 0) invalid(problems, at, "type names no type", `write one of ${typeNames.join(", ")}`);
  if (new Set(names).size < names.length) invalid(problems, at, "type names one type twice", "remove one of the two");
  for (const name of names) {
    if (typeNames.some((known) => known === name)) continue;
    const [nearest] = typeof name === "string" ? suggest(name, typeNames) : [];
    invalid(
      problems,
      at,
      `${JSON.stringify(name)} is not a type`,
      nearest === undefined ? `write one of ${typeNames.join(", ")}` : `did you mean \`${nearest}\`?`,
    );
  }
}

function isTexts(value: JsonValue): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string") && new Set(value).size === value.length;
}

const opposites: readonly (readonly [string, string])[] = [
  ["minimum", "maximum"],
  ["minLength", "maxLength"],
  ["minItems", "maxItems"],
  ["minProperties", "maxProperties"],
  ["minContains", "maxContains"],
];

/** Contradictions that make a rule unkeepable. */
function lintSense(schema: JsonObject, pointer: string, problems: Problems): void {
  for (const [low, high] of opposites) {
    const from = schema[low];
    const to = schema[high];
    if (typeof from === "number" && typeof to === "number" && from > to) {
      invalid(
        problems,
        appendToken(pointer, low),
        `${low} ${from} is above ${high} ${to}: no value can be right`,
        "correct one of the two",
      );
    }
  }
  lintRequired(schema, pointer, problems);
  const patterns = schema["patternProperties"];
  if (isJsonObject(patterns)) {
    for (const pattern of Object.keys(patterns)) lintPattern(pattern, appendToken(`${pointer}/patternProperties`, pattern), problems);
  }
}

const RULE_MEMBERS = ["rule", "message", "messageExpression", "reason", "fieldPath"];

/** Rules in CEL: the shape that Kubernetes gives them in CRDs. */
function lintRules(rules: JsonValue | undefined, pointer: string, problems: Problems): void {
  if (rules === undefined) return;
  const complain = (at: string, detail: string, hint: string): void =>
    problems.add("VX1108", { annotation: RULES, detail, hint }, { pointer: at, on: "value" });
  const example = `write "${RULES}": [{ "rule": "self.min <= self.max", "message": "..." }]`;
  if (!isJsonArray(rules)) return complain(pointer, "is a list of rules", example);
  rules.forEach((rule, index) => {
    const at = `${pointer}/${index}`;
    if (!isJsonObject(rule) || typeof rule["rule"] !== "string") return complain(at, "holds something that is not a rule", example);
    for (const [member, value] of Object.entries(rule)) {
      const [nearest] = suggest(member, RULE_MEMBERS);
      if (!RULE_MEMBERS.includes(member))
        complain(
          appendToken(at, member),
          `has no member \`${member}\``,
          nearest === undefined ? `its members are ${RULE_MEMBERS.join(", ")}` : `did you mean \`${nearest}\`?`,
        );
      else if (typeof value !== "string") complain(appendToken(at, member), `says ${member} by something else than a text`, example);
    }
    const parsed = parseRule(rule["rule"]);
    if (parsed.kind === "invalid")
      complain(
        `${at}/rule`,
        `has a rule that is not CEL: ${parsed.detail}`,
        "correct the expression; `self` is the value that the rule stands at",
      );
    const message = rule["messageExpression"];
    const spoken = typeof message === "string" ? parseRule(message, "string") : undefined;
    if (spoken?.kind === "invalid")
      complain(
        `${at}/messageExpression`,
        `has a messageExpression that is not CEL: ${spoken.detail}`,
        "correct the expression, or write a plain message",
      );
  });
}

/** A closed object that requires a key it does not have can never be right. */
function lintRequired(schema: JsonObject, pointer: string, problems: Problems): void {
  const { required, properties, patternProperties, additionalProperties } = schema;
  if (!Array.isArray(required) || additionalProperties !== false || patternProperties !== undefined) return;
  // Keys under a misspelt `properties` are declared: the misspelling is the problem, and is told.
  if (properties === undefined && Object.keys(schema).some((keyword) => suggest(keyword, ["properties"]).length > 0)) return;
  const declared = isJsonObject(properties) ? Object.keys(properties) : [];
  required.forEach((name: JsonValue, index) => {
    if (typeof name !== "string" || declared.includes(name)) return;
    const [nearest] = suggest(name, declared);
    invalid(
      problems,
      `${pointer}/required/${index}`,
      `it requires \`${name}\`, which it does not declare`,
      nearest === undefined ? `add "${name}" to properties, or remove it here` : `did you mean \`${nearest}\`?`,
    );
  });
}

function invalid(problems: Problems, pointer: string, detail: string, hint: string): void {
  problems.add("VX1101", { detail, hint }, { pointer, on: "value" });
}
