// The validator of a plain contract as straight code: a line a key. Compositions, and schemas of several types,
// are not plain; for a contract that has one, ajv's standalone output is emitted instead.
import { formats, judgePattern } from "@veltrix/compiler/validate";
import { appendToken, isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import { literal, propertyName } from "../text.ts";

/** Keywords that this code checks, or that check nothing, by the type that they belong to. */
const PLAIN: { readonly [type: string]: readonly string[] } = {
  string: ["minLength", "maxLength", "pattern", "format", "contentEncoding", "contentMediaType"],
  integer: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
  number: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
  boolean: [],
  array: ["items", "prefixItems", "minItems", "maxItems", "uniqueItems"],
  object: ["properties", "required", "additionalProperties", "dependentRequired", "minProperties", "maxProperties"],
};

/** True when `schema` can be checked by straight code. */
export function isPlain(schema: JsonValue): boolean {
  if (schema === true) return true;
  if (!isJsonObject(schema)) return false;
  const type = schema["type"];
  const own = typeof type === "string" ? PLAIN[type] : undefined;
  if (own === undefined) return Object.keys(schema).length === 0;
  return Object.entries(schema).every(([keyword, value]) => {
    if (["type", "enum", "const"].includes(keyword)) return true;
    if (!own.includes(keyword)) return false;
    if (keyword === "properties") return isJsonObject(value) && Object.values(value).every(isPlain);
    if (keyword === "prefixItems") return Array.isArray(value) && value.every((item: JsonValue) => isPlain(item));
    if (keyword === "items" || keyword === "additionalProperties") return value === false || isPlain(value);
    return true;
  });
}

/** Where generated code stands: expressions for the value and its pointer. */
interface Site {
  readonly value: string;
  readonly pointer: Pointer;
  readonly indent: string;
}

/** A pointer that is known, or known behind a variable. */
interface Pointer {
  readonly variable?: string;
  readonly tail: string;
}

function pointerCode({ variable, tail }: Pointer): string {
  if (variable === undefined) return literal(tail);
  return tail === "" ? variable : `${variable} + ${literal(tail)}`;
}

/** Writes statements that push violations of plain schemas to `out`. */
export class CompactWriter {
  /** Names of the helpers that the code calls. */
  readonly helpers: Set<string> = new Set();
  readonly #constants: Map<string, string> = new Map();
  #names = 0;

  /** Statements that check `value` (an expression) against a plain schema. */
  write(schema: JsonValue, value: string, indent: string): string {
    return this.#schema(schema, { value, pointer: { tail: "" }, indent });
  }

  /** Declarations of the patterns and key lists that the statements use. */
  printConstants(): string {
    return [...this.#constants].map(([code, name]) => `const ${name} = ${code};\n`).join("");
  }

  #schema(schema: JsonValue, site: Site): string {
    if (schema === false) return this.#line(site, "fail", `out, ${pointerCode(site.pointer)}, "false schema", null`);
    if (!isJsonObject(schema)) return "";
    const type = schema["type"];
    const place = `out, ${site.value}, ${pointerCode(site.pointer)}`;
    switch (type) {
      case "string":
        return this.#line(site, "text", `${place}, ${this.#textRules(schema)}`);
      case "integer":
      case "number":
        return this.#line(site, "number", `${place}, ${literal(type)}, ${this.#numberRules(schema)}`);
      case "boolean":
        return this.#line(site, "flag", `${place}, ${rules(schema, ["enum", "const"])}`);
      case "array":
        return this.#array(schema, site);
      case "object":
        return this.#object(schema, site);
      default:
        return "";
    }
  }

  #line(site: Site, helper: string, args: string): string {
    this.helpers.add(helper);
    return `${site.indent}${helper}(${args});\n`;
  }

  #constant(stem: string, code: string): string {
    const known = this.#constants.get(code) ?? `${stem}${this.#constants.size + 1}`;
    this.#constants.set(code, known);
    return known;
  }

  /** A pattern of ours, which no text can keep busy. */
  #ownPattern(pattern: string): string {
    return this.#constant("pattern", `new RegExp(${literal(pattern)}, "u")`);
  }

  #pattern(pattern: string): string {
    const verdict = judgePattern(pattern);
    if (verdict.kind !== "linear") return this.#ownPattern(pattern);
    this.helpers.add("linear");
    return this.#constant("pattern", `linear(${literal(verdict.program)})`);
  }

  #textRules(schema: JsonObject): string {
    const { pattern, format } = schema;
    const extra: string[] = [];
    if (typeof pattern === "string") extra.push(`pattern: ${this.#pattern(pattern)}`, `source: ${literal(pattern)}`);
    const known = typeof format === "string" ? formats[format] : undefined;
    if (known !== undefined) extra.push(`format: ${literal(format)}`, `form: ${this.#ownPattern(known.pattern)}`);
    if (known?.refine !== undefined) {
      const helper = known.refine === "regex" ? "isRegex" : "isRealDay";
      this.helpers.add(helper);
      extra.push(`refine: ${helper}`);
    }
    return rules(schema, ["enum", "const", "minLength", "maxLength"], extra);
  }

  #numberRules(schema: JsonObject): string {
    const hasStep = schema["multipleOf"] !== undefined;
    if (hasStep) this.helpers.add("isMultiple");
    return rules(
      schema,
      ["enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
      hasStep ? ["isMultiple"] : [],
    );
  }

  #array(schema: JsonObject, site: Site): string {
    const prefix = Array.isArray(schema["prefixItems"]) ? (schema["prefixItems"] as readonly JsonValue[]) : [];
    const items = schema["items"];
    const [item, pointer, index] = [this.#name("item"), this.#name("at"), this.#name("index")];
    const below = (rule: JsonValue, guard: string): string => {
      const body = this.#schema(rule, {
        value: item,
        pointer: { variable: pointer, tail: "" },
        indent: `${site.indent}  ${guard === "" ? "" : "  "}`,
      });
      return body === "" || guard === "" ? body : `${site.indent}  if (${guard}) {\n${body}${site.indent}  }\n`;
    };
    const places = prefix.map((rule, position) => below(rule, `${index} === ${position}`)).join("");
    const rest = items === undefined ? "" : below(items, prefix.length === 0 ? "" : `${index} >= ${prefix.length}`);
    const body = places + rest;
    const check = body === "" ? "" : `, (${item}, ${pointer}${prefix.length === 0 ? "" : `, ${index}`}) => {\n${body}${site.indent}}`;
    return this.#line(
      site,
      "array",
      `out, ${site.value}, ${pointerCode(site.pointer)}, ${rules(schema, ["enum", "const", "minItems", "maxItems", "uniqueItems"])}${check}`,
    );
  }

  #object(schema: JsonObject, site: Site): string {
    const properties = isJsonObject(schema["properties"]) ? schema["properties"] : {};
    const names = Object.keys(properties);
    const { additionalProperties } = schema;
    const name = this.#name("object");
    const required = this.#constant("keys", literal(schema["required"] ?? []));
    const known = additionalProperties === false ? `, ${this.#constant("keys", literal(names))}` : "";
    const args = `out, ${site.value}, ${pointerCode(site.pointer)}, ${rules(schema, ["enum", "const", "minProperties", "maxProperties", "dependentRequired"])}, ${required}${known}`;
    const inner = { ...site, indent: `${site.indent}  ` };
    let body = names.map((key) => this.#property(name, key, properties[key] as JsonValue, inner)).join("");
    if (isJsonObject(additionalProperties)) body += this.#rest(name, additionalProperties, names, inner);
    if (body === "") return this.#line(site, "object", args);
    this.helpers.add("object");
    return `${site.indent}const ${name} = object(${args});\n${site.indent}if (${name}) {\n${body}${site.indent}}\n`;
  }

  #property(object: string, key: string, schema: JsonValue, site: Site): string {
    this.helpers.add("get");
    return this.#schema(schema, {
      value: `get(${object}, ${literal(key)})`,
      pointer: { ...site.pointer, tail: appendToken(site.pointer.tail, key) },
      indent: site.indent,
    });
  }

  #rest(object: string, schema: JsonValue, names: readonly string[], site: Site): string {
    const [key, pointer] = [this.#name("key"), this.#name("at")];
    const body = this.#schema(schema, { value: `${object}[${key}]`, pointer: { variable: pointer, tail: "" }, indent: `${site.indent}  ` });
    if (body === "") return "";
    this.helpers.add("at");
    const skip = names.length === 0 ? "" : `${site.indent}  if (${this.#constant("keys", literal(names))}.includes(${key})) continue;\n`;
    return `${site.indent}for (const ${key} of Object.keys(${object})) {\n${skip}${site.indent}  const ${pointer} = at(${pointerCode(site.pointer)}, ${key});\n${body}${site.indent}}\n`;
  }

  #name(stem: string): string {
    return `${stem}${++this.#names}`;
  }
}

/** The members of `schema` that a helper reads, as an object literal. */
function rules(schema: JsonObject, keywords: readonly string[], extra: readonly string[] = []): string {
  const members = keywords
    .filter((keyword) => schema[keyword] !== undefined)
    .map((keyword) => `${propertyName(keyword)}: ${literal(schema[keyword])}`);
  const all = [...members, ...extra];
  return all.length === 0 ? "{}" : `{ ${all.join(", ")} }`;
}
