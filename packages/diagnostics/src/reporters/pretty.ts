// For people: code, sentence, frame, related places, help. One blank line between problems.
import type { Related } from "../diagnostic.ts";
import { renderFrame, renderHiddenFrame, visible } from "../frame.ts";
import type { Span } from "../positions.ts";
import { countSeverities, type Paint, type Placed, placeAll, placeText, type ReportInput } from "./report.ts";

const plain: Paint = { red: same, yellow: same, cyan: same, bold: same, dim: same };

function same(text: string): string {
  return text;
}

/** All problems as text, with a last line that counts them; the empty text when there are none. */
export function reportPretty(input: ReportInput): string {
  if (input.diagnostics.length === 0) return "";
  const paint = input.paint ?? plain;
  const all = placeAll(input);
  const hides = hiddenLines(all);
  const blocks = all.map((placed) => renderOne(placed, { input, paint, hides }));
  const { errors, warnings } = countSeverities(input.diagnostics);
  return `${[...blocks, countText(errors, warnings)].join("\n\n")}\n`;
}

function countText(errors: number, warnings: number): string {
  const parts = [];
  if (errors > 0) parts.push(`${errors} ${errors === 1 ? "error" : "errors"}`);
  if (warnings > 0) parts.push(`${warnings} ${warnings === 1 ? "warning" : "warnings"}`);
  return parts.join(", ");
}

/** True of a line that holds a value which no reporter shows: another problem of the line is not to show it either. */
type Hides = (file: string, span: Span) => boolean;

function hiddenLines(all: readonly Placed[]): Hides {
  const hidden = all.flatMap(({ diagnostic, span }) =>
    diagnostic.hidesValue === true && span !== undefined ? [{ file: diagnostic.at.file, span }] : [],
  );
  return (file, { line }) => hidden.some((place) => place.file === file && place.span.line <= line && line <= place.span.endLine);
}

interface Rendering {
  readonly input: ReportInput;
  readonly paint: Paint;
  readonly hides: Hides;
}

function renderOne({ diagnostic, span, related }: Placed, { input, paint, hides }: Rendering): string {
  const colour = diagnostic.severity === "error" ? paint.red : paint.yellow;
  const head = `${colour(`${diagnostic.severity}[${diagnostic.code}]`)} ${paint.bold(`${diagnostic.slug}: ${visible(diagnostic.message)}`)}`;
  const lines = [head, `  ${paint.cyan("-->")} ${visible(placeText(diagnostic.at, span))}`];
  const text = span === undefined ? undefined : input.readText(diagnostic.at.file);
  let gutter = " ";
  if (span !== undefined && text !== undefined && hasFrame(diagnostic.at)) {
    gutter = " ".repeat(String(span.line).length);
    const render = hides(diagnostic.at.file, span) ? renderHiddenFrame : renderFrame;
    lines.push(...render(text, span, diagnostic.label).map((row) => ` ${row}`));
  }
  diagnostic.related.forEach((place, index) => {
    const frame = place.isAtFault === true ? frameOf(place, related[index], { input, hides }) : undefined;
    if (frame === undefined) lines.push(` ${gutter} = ${visible(place.message)} ${visible(placeText(place.at, related[index]))}`);
    else lines.push(`  ${paint.cyan(":::")} ${visible(placeText(place.at, related[index]))}`, ...frame);
  });
  if (diagnostic.hint !== undefined) lines.push(` ${gutter} = ${paint.bold("help:")} ${visible(diagnostic.hint)}`);
  if (diagnostic.snippet !== undefined) lines.push("", ...diagnostic.snippet.map((line) => `     ${visible(line)}`.trimEnd()));
  return lines.join("\n");
}

/** The frame of a second place; undefined where its text is not to be had. */
function frameOf(
  { at, message }: Related,
  span: Span | undefined,
  { input, hides }: Pick<Rendering, "input" | "hides">,
): readonly string[] | undefined {
  const text = span === undefined ? undefined : input.readText(at.file);
  if (span === undefined || hides(at.file, span) || text === undefined || !hasFrame(at)) return undefined;
  return renderFrame(text, span, message).map((row) => ` ${row}`);
}

function hasFrame(at: { readonly pointer?: string; readonly offset?: number }): boolean {
  return at.pointer !== undefined || at.offset !== undefined;
}
