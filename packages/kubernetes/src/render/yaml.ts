// A YAML writer for the closed set of shapes that manifests have: maps, lists, scalars.
// Its text means the same to YAML 1.1 parsers (kubectl, Helm) and to YAML 1.2 parsers (editors, tools).

/** What can be written. Members that are undefined are left out. */
export type YamlNode = string | number | boolean | readonly YamlNode[] | YamlMap;
export interface YamlMap {
  readonly [key: string]: YamlNode | undefined;
}

/** A block map at `indent` spaces; ends with a line break. */
export function renderMap(map: YamlMap, indent = 0): string {
  return renderEntries(map, indent, " ".repeat(indent));
}

/** `lead` stands before the first entry: spaces, or one space after the dash of a list. */
function renderEntries(map: YamlMap, indent: number, lead: string): string {
  let text = "";
  for (const key of Object.keys(map)) {
    const node = map[key];
    if (node === undefined) continue;
    text += `${text === "" ? lead : " ".repeat(indent)}${renderScalar(key)}:${renderBelow(node, indent)}`;
  }
  return text;
}

function renderBelow(node: YamlNode, indent: number): string {
  // Lines are there to be read.
  if (typeof node === "string" && node.includes("\n")) return ` ${renderText(node, indent)}`;
  if (typeof node !== "object") return ` ${renderScalar(node)}\n`;
  if (isList(node)) return node.length === 0 ? " []\n" : `\n${renderList(node, indent + 2)}`;
  const body = renderMap(node, indent + 2);
  return body === "" ? " {}\n" : `\n${body}`;
}

/** A block list at `indent` spaces; ends with a line break. */
export function renderList(items: readonly YamlNode[], indent: number): string {
  const spaces = " ".repeat(indent);
  return items.map((item) => `${spaces}-${renderItem(item, indent)}`).join("");
}

function renderItem(item: YamlNode, indent: number): string {
  if (typeof item !== "object" || isList(item)) return renderBelow(item, indent);
  // A map begins on the line of its dash.
  const body = renderEntries(item, indent + 2, " ");
  return body === "" ? " {}\n" : body;
}

// Array.isArray does not narrow readonly arrays.
function isList(node: YamlNode): node is readonly YamlNode[] {
  return Array.isArray(node);
}

/** Words that YAML 1.1 or 1.2 reads as something else than a string; some parsers take `e0` for a number. */
const reserved = /^(?:y|n|yes|no|on|off|true|false|null|e-?[0-9]+)$/i;
const plain = /^[A-Za-z][-A-Za-z0-9_./]*$/;

/** A scalar on one line: plain where no parser can take it for anything else, double-quoted elsewhere. */
export function renderScalar(value: string | number | boolean): string {
  if (typeof value !== "string") return JSON.stringify(value);
  return plain.test(value) && !reserved.test(value) ? value : renderQuoted(value);
}

/** What YAML cannot hold as it is, breaks a line in YAML 1.1, or cannot be seen. */
const hidden = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]/g;

/** A double-quoted scalar: JSON's escapes are YAML's too. */
export function renderQuoted(text: string): string {
  return JSON.stringify(text).replace(hidden, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Characters that a literal cannot carry: not printable in YAML, or a line break in one of its versions. */
const notLiteral = /[^\t\n\u0020-\u007e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;
/**
 * `text` as the value of a map entry whose key stands at `indent` spaces: a literal block scalar, which
 * people can review line by line, or double-quoted where a literal cannot carry it byte for byte.
 * Ends with a line break.
 */
export function renderText(text: string, indent: number): string {
  if (endsInWhitespace(text) || notLiteral.test(text)) return `${renderQuoted(text)}\n`;
  // Without the number, the spaces that a text begins with would be taken for indentation.
  const indentation = /^\n*[ \t]/.test(text) ? "2" : "";
  const chomping = text.endsWith("\n") ? "" : "-";
  const lineStart = `\n${" ".repeat(indent + 2)}`;
  const lines = `\n${chomping === "-" ? text : text.slice(0, -1)}`;
  const hasEmptyLine = lines.includes("\n\n") || lines.endsWith("\n");
  // An empty line stays empty. Without one, which is the rule, the plain replacement is much faster.
  const body = hasEmptyLine ? lines.replace(/\n(?=[^\n])/g, lineStart) : lines.replaceAll("\n", lineStart);
  return `|${indentation}${chomping}${body}\n`;
}

/**
 * True when the text, or what stands before its last line break, ends in whitespace: parsers disagree on where such a
 * literal ends, and Helm trims whitespace from the end of every document.
 */
function endsInWhitespace(text: string): boolean {
  return /^\n?$|[^\S\n]\n?$|\n\n$/.test(text.slice(-2));
}
