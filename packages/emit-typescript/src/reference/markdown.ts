// Words of a user in Markdown: every one of them passes through this file on its way into a table cell.
// Text cannot end a cell or a row, and becomes no HTML, link, picture, formula or emphasis.
import { visible } from "@veltrix/diagnostics";

/** `text` as a code span that may stand in a table cell. Blanks at its ends and line breaks are not kept apart. */
export function codeSpan(text: string): string {
  // Nearly every text is plain, and a page has hundreds.
  if (/^(?! )[\x20-\x5b\x5d-\x5f\x61-\x7b\x7d\x7e]+(?<! )$/.test(text) && !text.includes("  ")) return `\`${text}\``;
  const line = oneLine(text);
  if (line === "") return "";
  // In a code span a table takes `\|` for a bar. After a backslash parsers disagree, so there the span is interrupted.
  const parts = line.split(/(?<=\\)\|/);
  return parts.map((part) => (part === "" ? "" : fence(part))).join("&#124;");
}

function fence(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = "`".repeat(longest + 1);
  const pad = /^`|`$/.test(text) ? " " : "";
  return `${ticks}${pad}${text.replaceAll("|", "\\|")}${pad}${ticks}`;
}

/** `text` as plain words of a table cell; what it has between backticks stays code. */
export function plainText(text: string): string {
  const line = oneLine(text);
  if (!/[`*_[\]<>~&\\|@$:/]|www\./i.test(line)) return line;
  const parts = line.split(/`([^`]+)`/);
  let out = "";
  for (const [index, part] of parts.entries()) {
    const next = index % 2 === 0 ? part.split(" ").map(plainWord).join(" ") : part.trim() === "" ? "" : codeSpan(part);
    // Two code spans that touch would be one.
    out += out.endsWith("`") && next.startsWith("`") ? ` ${next}` : next;
  }
  return out;
}

/** GitHub makes links of addresses, pictures of `:names:` and formulas of `$`, escaped or not: those words become code. */
const MAGIC = /[@$]|:\S|www\.|\/\//i;

function plainWord(word: string): string {
  if (MAGIC.test(word)) return codeSpan(word);
  // Parsers of tables do not agree on a backslash before a bar: both become references to characters.
  return word.replace(/[`*_[\]<>~&\\|]/g, (character) =>
    character === "\\" || character === "|" ? `&#${character.charCodeAt(0)};` : `\\${character}`,
  );
}

function oneLine(text: string): string {
  // Nearly every text is plain, and there are many.
  if (/^[\x21-\x7e](?: ?[\x21-\x7e])*$/.test(text)) return text;
  return visible(text.replace(/[\r\n\t\u2028\u2029]+/g, " ").replace(/\p{Cs}/gu, "\ufffd"))
    .replace(/ {2,}/g, " ")
    .trim();
}
