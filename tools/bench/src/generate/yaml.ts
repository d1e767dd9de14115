// Prints values files the way people write them: block style, plain texts where YAML takes them as texts.

/** A tagged text of a values file. */
export class Tag {
  readonly name: "ref" | "secret";
  readonly text: string;

  constructor(name: "ref" | "secret", text: string) {
    this.name = name;
    this.text = text;
  }
}

/** What a values file holds. */
export type Value = string | number | boolean | Tag | readonly Value[] | ValueMap;
export interface ValueMap {
  readonly [key: string]: Value;
}

/** Letters first, and nothing that YAML would read as something else. */
const PLAIN = /^(?!(?:true|false|null)$)[a-z][A-Za-z0-9/._-]*$/;

/** The YAML of `map`, with a final newline. */
export function printYaml(map: ValueMap, indent = ""): string {
  return Object.entries(map)
    .map(([key, value]) => `${indent}${key}:${printValue(value, `${indent}  `)}`)
    .join("");
}

function printValue(value: Value, indent: string): string {
  if (isList(value)) return value.length === 0 ? " []\n" : `\n${value.map((item) => `${indent}- ${printFlow(item)}\n`).join("")}`;
  if (isMap(value)) return `\n${printYaml(value, indent)}`;
  return ` ${printFlow(value)}\n`;
}

function printFlow(value: Value): string {
  if (value instanceof Tag) return `!${value.name} ${value.text}`;
  if (isList(value)) return `[${value.map(printFlow).join(", ")}]`;
  if (isMap(value))
    return `{ ${Object.entries(value)
      .map(([key, member]) => `${key}: ${printFlow(member)}`)
      .join(", ")} }`;
  if (typeof value === "string" && PLAIN.test(value)) return value;
  return JSON.stringify(value);
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function isMap(value: Value): value is ValueMap {
  return typeof value === "object" && !(value instanceof Tag) && !Array.isArray(value);
}
