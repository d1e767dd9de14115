// The picture of a place in a file: a few lines, their numbers, a caret and a label.
import type { Span } from "./positions.ts";

/** What a frame may cost a terminal: longer lines are cut around the caret. */
const WIDTH = 160;

/**
 * The lines of a code frame, without a head line: the line at fault with up to `context` lines before it.
 *
 *      |
 *    3 | mqtt:
 *      | ^^^^ brokerUrl is missing here
 */
export function renderFrame(text: string, span: Span, label: string | undefined, context = 0): readonly string[] {
  const lines = linesIn(text);
  const first = Math.max(1, span.line - context);
  const gutter = String(span.line).length;
  const bar = `${" ".repeat(gutter)} |`;
  const rows = [bar];
  for (let line = first; line <= span.line; line++) {
    const shown = cut(lines[line - 1] ?? "", line === span.line ? span.column : 1);
    rows.push(`${String(line).padStart(gutter)} | ${visible(shown.text)}`.trimEnd());
    if (line === span.line) {
      const width = caretWidth(span, lines[line - 1] ?? "");
      const indent = " ".repeat(Math.max(0, span.column - 1 - shown.offset));
      const carets = "^".repeat(Math.max(1, Math.min(width, shown.text.length - indent.length || 1)));
      rows.push(`${bar} ${indent}${carets}${label === undefined ? "" : ` ${visible(label)}`}`);
    }
  }
  return rows;
}

/** A text that costs less to split than to forget the one before it. */
const SHORT = 1000;
let last: { readonly text: string; readonly lines: readonly string[] } = { text: "", lines: [""] };

/** Problems come file by file, and a file may have thousands of them. */
function linesIn(text: string): readonly string[] {
  if (text.length < SHORT) return text.split("\n");
  if (last.text !== text) last = { text, lines: text.split("\n") };
  return last.lines;
}

function caretWidth(span: Span, line: string): number {
  const end = span.endLine > span.line ? line.trimEnd().length + 1 : span.endColumn;
  return Math.max(1, end - span.column);
}

function cut(line: string, column: number): { readonly text: string; readonly offset: number } {
  if (line.length <= WIDTH) return { text: line, offset: 0 };
  const offset = Math.max(0, Math.min(column - 1 - 40, line.length - WIDTH));
  return { text: line.slice(offset, offset + WIDTH), offset };
}

const HIDDEN = "[secret]";

/** The frame of a value that nobody may see: no rows where more than its key stands before it on the line. */
export function renderHiddenFrame(text: string, span: Span, label: string | undefined): readonly string[] {
  const before = (linesIn(text)[span.line - 1] ?? "").slice(0, span.column - 1);
  if (!/^[ -]*[^\s:,[\]{}]+:[ \t]*$/.test(before)) return [];
  const rows = renderFrame(before + HIDDEN, { line: 1, column: span.column, endLine: 1, endColumn: span.column + HIDDEN.length }, label);
  const gutter = String(span.line);
  return rows.map((row, index) => (index === 1 ? gutter : " ".repeat(gutter.length)) + row.slice(1));
}

/** `text` with everything that could move a cursor, colour a terminal or turn the reading order made visible. */
export function visible(text: string): string {
  return text
    .replaceAll("\t", " ")
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
