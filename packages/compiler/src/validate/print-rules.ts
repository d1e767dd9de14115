// The text of a contract's rules, which validate.js carries. What stands in it more than once is written once, so that
// it grows with the contract, and not with how often the contract refers to its own parts.
import { isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import type { Limits, RuleNode } from "@veltrix/protocol/engine";
import type { Contract, Key } from "../model.ts";
import { Compactor } from "./compact.ts";

const printed = new WeakMap<Contract, string>();

/** The rules of a contract as JSON: a line a key. Made once for each contract. */
export function printRules(contract: Pick<Contract, "delivered" | "keys">): string {
  return new Printer().print(contract);
}

/** Rules of a contract, for all who ask. */
export function rulesOf(contract: Contract): string {
  const text = printed.get(contract) ?? printRules(contract);
  printed.set(contract, text);
  return text;
}

/** A piece of text, in which every line break is to be indented, or the number of a schema that stands there. */
type Part = string | number;

interface Entry {
  readonly parts: readonly Part[];
  /** How many other schemas it stands in. */
  uses: number;
  readonly length: number;
  /** Its place among the definitions, once it has one. */
  number?: number;
}

/** A schema that is shorter costs less where it stands than as a definition. */
const SHORTEST_DEFINITION = 48;
/** Lines are indented no further: the text of a deep contract would grow with the square of its depth. */
const DEEPEST_INDENT = 8;

class Printer {
  readonly #entries: Entry[] = [];
  readonly #ids: Map<string, number> = new Map();
  readonly #definitions: string[] = [];

  print({ delivered, keys }: Pick<Contract, "delivered" | "keys">): string {
    const compactor = new Compactor(delivered);
    const root = compactor.compact(delivered);
    // References by number lead to these: they keep their places.
    const named = compactor.definitions.map((node) => this.#intern(node));
    const secrets = keys
      .filter((key) => key.secret)
      .map((key) => [key.pointer, this.#intern(new Compactor({}).compact(textRules(key)))] as const);
    const whole = this.#intern(root);
    for (const [index, id] of named.entries()) {
      const entry = this.#entries[id];
      if (entry?.length !== undefined && entry.length >= SHORTEST_DEFINITION) entry.number ??= index;
      this.#definitions.push("");
    }
    for (const [index, id] of named.entries()) {
      const entry = this.#entries[id];
      this.#definitions[index] = entry?.number === index ? this.#inline(entry, 1) : this.#print(id, 1);
    }
    const ofSecrets = secrets.map(([pointer, id]) => `\n ${JSON.stringify(pointer)}:${this.#print(id, 1)}`).join(",");
    const ofRoot = this.#print(whole, 0);
    const definitions = this.#definitions.map((text) => `\n ${text}`).join(",");
    return `{"format":1,"definitions":[${definitions}],"secrets":{${ofSecrets}},\n"root":${ofRoot}}`;
  }

  #print(id: number, depth: number): string {
    const entry = this.#entries[id];
    if (entry === undefined) return "true";
    if (entry.number !== undefined) return String(entry.number);
    if (entry.uses < 2 || entry.length < SHORTEST_DEFINITION) return this.#inline(entry, depth);
    // Its place is taken before what it is made of takes places of its own.
    entry.number = this.#definitions.push("") - 1;
    this.#definitions[entry.number] = this.#inline(entry, 1);
    return String(entry.number);
  }

  #inline({ parts }: Entry, depth: number): string {
    const line = `\n${" ".repeat(Math.min(depth + 1, DEEPEST_INDENT))}`;
    let text = "";
    for (const part of parts) text += typeof part === "number" ? this.#print(part, depth + 1) : part.replaceAll("\n", line);
    return text;
  }

  /** The entry of a node: the same for all that say the same. */
  #intern(node: RuleNode): number {
    const parts = this.#partsOf(node);
    const [only = ""] = parts;
    const key = parts.length === 1 ? String(only) : parts.join("\u0000");
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    let length = 0;
    for (const part of parts) {
      const below = typeof part === "number" ? this.#entries[part] : undefined;
      if (below !== undefined) below.uses++;
      length += typeof part === "string" ? part.length : (below?.length ?? 0);
    }
    const id = this.#entries.push({ parts, uses: 0, length }) - 1;
    this.#ids.set(key, id);
    return id;
  }

  #partsOf(node: RuleNode): readonly Part[] {
    if (typeof node !== "object") return [String(node)];
    const [types, ...rules] = node;
    if (types === 0 && rules.length === 0) return ["true"];
    const parts = new Parts();
    parts.text(`[${JSON.stringify(types)}`);
    for (let index = 0; index < rules.length; index += 2) {
      const rule = String(rules[index]);
      parts.text(`,"${rule}",`);
      this.#limit(parts, rule, rules[index + 1]);
    }
    parts.text("]");
    return parts.finish();
  }

  // The shape of a limit follows from the rule's name: `compact.ts` made both.
  #limit(parts: Parts, rule: string, limit: unknown): void {
    switch (rule) {
      case "members":
        return this.#members(parts, limit as Limits["members"]);
      case "items":
      case "if":
      case "allOf":
      case "anyOf":
      case "oneOf":
        return this.#list(parts, limit as readonly (RuleNode | null)[]);
      case "contains": {
        const [node, least, most] = limit as Limits["contains"];
        parts.text("[");
        this.#node(parts, node);
        return parts.text(`,${least},${most}]`);
      }
      case "dependentSchemas":
        return this.#pairs(parts, limit as Limits["dependentSchemas"]);
      case "propertyNames":
      case "ref":
      case "not":
      case "unevaluatedItems":
      case "unevaluatedProperties":
        return this.#node(parts, limit as RuleNode);
      default:
        return parts.text(JSON.stringify(limit));
    }
  }

  #members(parts: Parts, [rest, patterns, ...own]: Limits["members"]): void {
    parts.text("[");
    this.#node(parts, rest);
    parts.text(",");
    this.#pairs(parts, patterns);
    for (const [name, node] of pairsOf(own)) {
      parts.text(`,\n${JSON.stringify(name)},`);
      this.#node(parts, node);
    }
    parts.text("]");
  }

  #node(parts: Parts, node: RuleNode | null): void {
    if (node === null || typeof node === "number") parts.text(String(node));
    else parts.schema(this.#intern(node));
  }

  #list(parts: Parts, nodes: readonly (RuleNode | null)[]): void {
    for (const [index, node] of nodes.entries()) {
      parts.text(index === 0 ? "[" : ",");
      this.#node(parts, node);
    }
    parts.text(nodes.length === 0 ? "[]" : "]");
  }

  /** A list of names or patterns, each before its rules. */
  #pairs(parts: Parts, list: readonly unknown[]): void {
    parts.text("[");
    for (const [index, [name, node]] of pairsOf(list).entries()) {
      parts.text(`${index === 0 ? "" : ","}${JSON.stringify(name)},`);
      this.#node(parts, node);
    }
    parts.text("]");
  }
}

/** What a text is made of: pieces of text that stand side by side become one. */
class Parts {
  readonly #parts: Part[] = [];
  #text = "";

  text(text: string): void {
    this.#text += text;
  }

  schema(id: number): void {
    this.#parts.push(this.#text, id);
    this.#text = "";
  }

  finish(): readonly Part[] {
    return [...this.#parts, this.#text];
  }
}

function pairsOf(list: readonly unknown[]): readonly (readonly [unknown, RuleNode])[] {
  // Every second member of such a list is a node: `compact.ts` made it so.
  return list.flatMap((name, index) => (index % 2 === 0 ? [[name, list[index + 1] as RuleNode] as const] : []));
}

/** The rules of a secret's text. */
function textRules(key: Key): JsonObject {
  const schema = isJsonObject(key.schema) ? key.schema : {};
  const checks: { [keyword: string]: JsonValue } = { type: "string" };
  for (const keyword of ["minLength", "maxLength", "pattern", "format", "enum", "const"]) {
    const value = schema[keyword];
    if (value !== undefined) checks[keyword] = value;
  }
  return checks;
}
