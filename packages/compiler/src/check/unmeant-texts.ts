// Texts that nobody meant to deploy: placeholders that were never filled in, and blanks that nobody sees.
import { isJsonObject, type JsonObject } from "@veltrix/protocol";
import { isRawObject } from "../read/document.ts";
import type { Finding } from "../validate/interpreter.ts";

const words =
  /^(?:\$[A-Z_][A-Z0-9_]*|__[A-Z][A-Z0-9_]*__|your[-_ ](?:[a-z0-9]+[-_ ])*(?:here|key|token|password|secret|user|username|host|hostname|url|domain|bucket|project)|change[-_ ]?me|replace[-_ ]?me|fill[-_ ]?me[-_ ]?in|todo|tbd|fixme|x{4,}|<[a-z][a-z0-9 _-]*>)$/i;
const templates: readonly RegExp[] = [
  /\$\{[A-Za-z_][A-Za-z0-9_.:-]*\}/,
  /\{\{[^}]*\}\}/,
  /<no value>/,
  /%[A-Z][A-Z0-9_]{2,}%/,
  /\$\([A-Z_][A-Z0-9_]*\)/,
];

/** What is wrong with the texts of a value, and what only may be. */
export interface TextFindings {
  readonly findings: readonly Finding[];
  readonly remarks: readonly Finding[];
}

/**
 * Looks at every text of a value, whatever its contract says of it. Where the contract is open, the format of a text
 * is somebody else's: a template there may be meant, and so may a blank.
 */
export class TextJudge {
  /** Objects, and whether the contract speaks of every key that they may have. */
  readonly #objects: Map<string, boolean> = new Map();
  /** Texts of which the contract says what kind of document they are, or that it lists: it means what it says. */
  readonly #meant: Set<string> = new Set();
  /** Texts that some rule speaks of, even where the contract is open. */
  readonly #ruled: Set<string> = new Set();
  readonly #suspects: Map<string, Finding> = new Map();

  /** Called for a part of the value and each schema that applies to it. */
  visit(value: unknown, schema: JsonObject, pointer: string): void {
    if (isRawObject(value)) this.#objects.set(pointer, this.#objects.get(pointer) === true || speaksOfAll(schema));
    if (typeof value !== "string") return;
    if (["contentMediaType", "enum", "const"].some((keyword) => schema[keyword] !== undefined)) this.#meant.add(pointer);
    if (RULES.some((keyword) => schema[keyword] !== undefined)) this.#ruled.add(pointer);
    const suspect = suspectText(value, schema, pointer);
    if (suspect !== undefined) this.#suspects.set(pointer, suspect);
  }

  /** After the whole value was visited. */
  finish(): TextFindings {
    const suspects = [...this.#suspects.values()].filter(({ pointer }) => !this.#meant.has(pointer));
    const isOurs = ({ rule, pointer }: Finding): boolean =>
      rule === "placeholder" || this.#ruled.has(pointer) || this.#isClosedAround(pointer);
    return {
      findings: suspects.filter(isOurs).map((finding) => (finding.rule === "template" ? { ...finding, rule: "placeholder" } : finding)),
      remarks: suspects.filter((finding) => finding.rule === "template" && !isOurs(finding)),
    };
  }

  #isClosedAround(pointer: string): boolean {
    for (let above = pointer; above !== "";) {
      above = above.slice(0, above.lastIndexOf("/"));
      const known = this.#objects.get(above);
      if (known !== undefined) return known;
    }
    return false;
  }
}

const RULES = ["pattern", "format", "minLength", "maxLength", "x-type"];

function speaksOfAll({ additionalProperties, unevaluatedProperties }: JsonObject): boolean {
  return [additionalProperties, unevaluatedProperties].some(
    (rest) => rest === false || (isJsonObject(rest) && Object.keys(rest).length > 0),
  );
}

function blankName(blank: string): string {
  if (blank === " ") return "a blank";
  if (blank === "\t") return "a tab";
  if (blank === "\n" || blank === "\r") return "a line break";
  return `the blank U+${blank.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

function suspectText(text: string, schema: JsonObject, pointer: string): Finding | undefined {
  const word = words.exec(text)?.[0];
  if (word !== undefined) return { pointer, rule: "placeholder", expected: word, schema };
  const template = templates.map((expression) => expression.exec(text)?.[0]).find((found) => found !== undefined);
  if (template !== undefined) return { pointer, rule: "template", expected: template, schema };
  const isSeveralLines = text.trimEnd().includes("\n");
  if (/^\s/.test(text)) return { pointer, rule: "blank", expected: `begins with ${blankName(text.charAt(0))}`, schema };
  if (/\s$/.test(text) && !isSeveralLines) return { pointer, rule: "blank", expected: `ends with ${blankName(text.at(-1) ?? "")}`, schema };
  return undefined;
}
