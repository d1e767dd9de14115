// The validator of a plain contract: its rules as data, and the few functions that walk over them. Compositions, and
// schemas of several types, are not plain; for a contract that has one, ajv's standalone output is emitted instead.
import { formats, judgePattern } from "@veltrix/compiler/validate";
import { isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import { ascii, literal } from "../text.ts";

const TEXT = ["minLength", "maxLength", "pattern", "format"];
const NUMBER = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
const ARRAY = ["items", "prefixItems", "minItems", "maxItems", "uniqueItems"];
const OBJECT = ["properties", "required", "additionalProperties", "dependentRequired", "minProperties", "maxProperties"];

/** Keywords that are checked, by the type that they belong to. */
const checked: { readonly [type: string]: readonly string[] } = {
  string: TEXT,
  integer: NUMBER,
  number: NUMBER,
  boolean: [],
  array: ARRAY,
  object: OBJECT,
};
/** Keywords that check nothing. */
const ignored = new Set(["contentEncoding", "contentMediaType"]);

/** True when `schema` can be checked by rules that are data. */
export function isPlain(schema: JsonValue): boolean {
  if (schema === true) return true;
  if (!isJsonObject(schema)) return false;
  const type = schema["type"];
  const own = typeof type === "string" ? checked[type] : undefined;
  if (own === undefined) return Object.keys(schema).length === 0;
  return Object.entries(schema).every(([keyword, value]) => {
    if (["type", "enum", "const"].includes(keyword)) return true;
    if (type === "string" && ignored.has(keyword)) return true;
    if (!own.includes(keyword)) return false;
    if (keyword === "properties") return isJsonObject(value) && Object.values(value).every(isPlain);
    if (keyword === "prefixItems") return Array.isArray(value) && value.every((item: JsonValue) => isPlain(item));
    if (keyword === "items" || keyword === "additionalProperties") return value === false || isPlain(value);
    return true;
  });
}

/** What a rule does: an expression that is true where it is broken, or a statement that says so itself. */
interface Rule {
  readonly code: string;
  readonly uses?: readonly string[];
}

const isBroken = (expression: string, ...uses: string[]): Rule => ({ code: `return ${expression};`, uses });
const says = (statement: string, ...uses: string[]): Rule => ({ code: `${statement}; return false;`, uses });
const required = "for (const key of limit) if (!has(value, key)) fail(out, pointer, rule, key)";
const form =
  "!(value.length <= 10000 && matches(formats[limit].pattern, value) && (!formats[limit].refine || formats[limit].refine(value)))";
const linearly = 'if (!matches(limit[0], value, () => linear(limit[1]))) fail(out, pointer, "pattern", limit[0])';

/** The rules of emitted validators, in the order in which they are checked. */
const rules: { readonly [rule: string]: Rule } = {
  enum: isBroken("!limit.some((item) => same(item, value))", "same"),
  const: isBroken("!same(limit, value)", "same"),
  minLength: isBroken("size(value) < limit", "size"),
  maxLength: isBroken("size(value) > limit", "size"),
  pattern: isBroken("!matches(limit, value)", "matches"),
  linear: says(linearly, "matches", "linear", "fail"),
  format: isBroken(form, "matches"),
  minimum: isBroken("value < limit"),
  maximum: isBroken("value > limit"),
  exclusiveMinimum: isBroken("value <= limit"),
  exclusiveMaximum: isBroken("value >= limit"),
  multipleOf: isBroken("!isMultiple(value, limit)", "isMultiple"),
  minItems: isBroken("size(value) < limit", "size"),
  maxItems: isBroken("size(value) > limit", "size"),
  uniqueItems: says("if (limit && new Set(value.map(canonical)).size < value.length) fail(out, pointer, rule, null)", "canonical", "fail"),
  items: says("items(out, limit, value, pointer)", "items"),
  minProperties: isBroken("Object.keys(value).length < limit"),
  maxProperties: isBroken("Object.keys(value).length > limit"),
  required: says(required, "has", "fail"),
  dependentRequired: says("dependent(out, limit, value, pointer)", "dependent"),
  members: says("members(out, limit, value, pointer)", "members"),
};

/** Collects what the rules of one validator need beside themselves. */
export class RulesWriter {
  /** Names of the helpers that are called. */
  readonly helpers: Set<string> = new Set();
  readonly #rules: Set<string> = new Set();
  readonly #formats: Set<string> = new Set();

  /** `const <name> = <the rules of a plain schema>;`, a line a key. */
  write(name: string, schema: JsonValue): string {
    this.helpers.add("check");
    return `const ${name} = JSON.parse(\`${quoteTemplate(this.#print(schema, ""))}\`);\n`;
  }

  /** `const <name> = <the rules of each of several plain schemas, by name>;`. */
  writeAll(name: string, schemas: { readonly [key: string]: JsonValue }): string {
    this.helpers.add("check");
    const lines = Object.entries(schemas).map(([key, schema]) => `\n ${JSON.stringify(key)}:${this.#print(schema, " ")}`);
    return `const ${name} = JSON.parse(\`${quoteTemplate(`{${lines.join(",")}}`)}\`);\n`;
  }

  /** Declarations of what the helpers use: formats, and the rules that occur. */
  printTables(): string {
    if (!this.helpers.has("check")) return "";
    const forms = [...this.#formats].sort().map((name) => `  ${literal(name)}: ${this.#form(name)},\n`);
    const cases = Object.keys(rules)
      .filter((rule) => this.#rules.has(rule))
      .map((rule) => `    case ${literal(rule)}:\n      ${rules[rule]?.code.replace("; return", ";\n      return") ?? ""}\n`);
    const table = forms.length === 0 ? "" : `const formats = {\n${forms.join("")}};\n`;
    return `${table}const breaks = (out, rule, limit, value, pointer) => {\n  switch (rule) {\n${cases.join("")}  }\n};\n`;
  }

  #form(name: string): string {
    const { pattern = "", refine } = formats[name] ?? {};
    const helper = refine === undefined ? undefined : refine === "regex" ? "isRegex" : "isRealDay";
    return `{ pattern: ${literal(pattern)}${helper === undefined ? "" : `, refine: ${helper}`} }`;
  }

  /** JSON text of the rules of a plain schema. */
  #print(schema: JsonValue, indent: string): string {
    if (!isJsonObject(schema) || schema["type"] === undefined) return schema === false ? "false" : "true";
    const found = new Map<string, string>();
    for (const [keyword, value] of Object.entries(schema)) this.#collect(keyword, value, found);
    if (schema["items"] !== undefined || schema["prefixItems"] !== undefined) found.set("items", this.#items(schema, indent));
    if (schema["properties"] !== undefined || schema["additionalProperties"] !== undefined)
      found.set("members", this.#members(schema, indent));
    for (const rule of found.keys()) this.#use(rule);
    const ordered = Object.keys(rules).filter((rule) => found.has(rule));
    return `[${[JSON.stringify(schema["type"]), ...ordered.flatMap((rule) => [`"${rule}"`, found.get(rule)])].join(",")}]`;
  }

  #use(rule: string): void {
    this.#rules.add(rule);
    for (const helper of rules[rule]?.uses ?? []) this.helpers.add(helper);
  }

  /** What a keyword says for itself. */
  #collect(keyword: string, value: JsonValue, into: Map<string, string>): void {
    if (keyword === "pattern" && typeof value === "string") {
      const verdict = judgePattern(value);
      if (verdict.kind === "linear") into.set("linear", JSON.stringify([value, verdict.program]));
      else into.set("pattern", JSON.stringify(value));
    } else if (keyword === "format") {
      const format = typeof value === "string" && Object.hasOwn(formats, value) ? formats[value] : undefined;
      if (format === undefined) return;
      this.#formats.add(String(value));
      if (format.refine !== undefined) this.helpers.add(format.refine === "regex" ? "isRegex" : "isRealDay");
      into.set("format", JSON.stringify(value));
    } else if (Object.hasOwn(rules, keyword) && keyword !== "items") into.set(keyword, JSON.stringify(value));
  }

  /** The rules of all further items, then those of the first ones. */
  #items({ items = true, prefixItems }: JsonObject, indent: string): string {
    const places = Array.isArray(prefixItems) ? (prefixItems as readonly JsonValue[]) : [];
    return `[${[items, ...places].map((item) => this.#print(item, indent)).join(",")}]`;
  }

  /** The rules of all further keys, then each key with its own. */
  #members({ additionalProperties = true, properties }: JsonObject, indent: string): string {
    const inner = `${indent} `;
    const own = Object.entries(isJsonObject(properties) ? properties : {});
    const lines = own.map(([key, schema]) => `,\n${inner}${JSON.stringify(key)},${this.#print(schema, inner)}`);
    return `[${this.#print(additionalProperties, inner)}${lines.join("")}]`;
  }
}

/** Text as it stands between back quotes, in ASCII. */
function quoteTemplate(json: string): string {
  return ascii(json).replace(/[`\\$]/g, "\\$&");
}
