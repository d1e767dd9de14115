// For code scanning: SARIF 2.1.0 (OASIS standard), one run, one result a problem.
import { catalogue, type Code } from "../catalogue/catalogue.ts";
import type { Diagnostic, Location } from "../diagnostic.ts";
import { visible } from "../frame.ts";
import type { Span } from "../positions.ts";
import { parsePointer } from "@veltrix/protocol";
import { type Placed, placeAll, printJson, type ReportInput } from "./report.ts";

/** The log's text, indented, with a final newline. `version` is that of the command that found the problems. */
export function reportSarif(input: ReportInput, version: string): string {
  const placed = placeAll(input);
  const codes = [...new Set(placed.map(({ diagnostic }) => diagnostic.code))].sort();
  const driver = { name: "veltrix", semanticVersion: version, rules: codes.map(describeRule) };
  const results = placed.map((one) => describeResult(one, codes.indexOf(one.diagnostic.code), input));
  const run = {
    tool: { driver },
    columnKind: "utf16CodeUnits",
    originalUriBaseIds: { WORKSPACE: { description: { text: "The folder that holds schemas/." } } },
    results,
  };
  return printJson({ $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] });
}

function describeRule(code: Code): object {
  const { slug, severity, summary } = catalogue[code];
  const help = `${summary} \`veltrix explain ${code}\` shows an example and what to do.`;
  return {
    id: code,
    name: slug,
    shortDescription: { text: summary },
    help: { text: help.replaceAll("`", ""), markdown: help },
    defaultConfiguration: { level: severity },
  };
}

function describeResult(placed: Placed, ruleIndex: number, input: ReportInput): object {
  const { diagnostic, span, related } = placed;
  const { code, severity, message, hint, at, service, environments, key } = diagnostic;
  const fix = exactFix(placed, input);
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: hint === undefined ? visible(message) : `${visible(message)}. ${visible(hint)}` },
    locations: [
      {
        ...locationOf(at, span),
        ...(service === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: `${service}#${key ?? "/"}`, kind: "member" }] }),
      },
    ],
    ...(diagnostic.related.length === 0
      ? {}
      : {
          relatedLocations: diagnostic.related.map((other, id) => ({
            id,
            message: { text: visible(other.message) },
            ...locationOf(other.at, related[id]),
          })),
        }),
    ...(fix === undefined ? {} : { fixes: [fix] }),
    properties: { slug: diagnostic.slug, service: service ?? null, environments, key: key ?? null },
  };
}

function locationOf({ file }: Location, span: Span | undefined): { readonly physicalLocation: object } {
  const artifactLocation = { uri: encodePath(file), uriBaseId: "WORKSPACE" };
  return { physicalLocation: span === undefined ? { artifactLocation } : { artifactLocation, region: regionOf(span) } };
}

function regionOf({ line, column, endLine, endColumn }: Span): object {
  return { startLine: line, startColumn: column, endLine, endColumn };
}

/** Problems whose suggestion stands for exactly what is underlined. */
const REPLACEABLE: ReadonlySet<Code> = new Set<Code>(["VX1102", "VX2002", "VX2006", "VX3002"]);

/** A change that a tool may make by itself: one suggestion, and a plain or double-quoted text in its place. */
function exactFix({ diagnostic, span }: Placed, input: ReportInput): object | undefined {
  const { code, at, suggestions } = diagnostic;
  const [suggestion, ...others] = suggestions;
  if (!REPLACEABLE.has(code) || suggestion === undefined || others.length > 0 || span === undefined || span.line !== span.endLine)
    return undefined;
  const line = input.readText(at.file)?.split("\n")[span.line - 1] ?? "";
  const written = line.slice(span.column - 1, span.endColumn - 1);
  // Of a value that is more than a scalar only the first character is underlined.
  if (!isReplaceable(written, diagnostic) || /^[^\s:,}\]]/.test(line.slice(span.endColumn - 1))) return undefined;
  const text = written.startsWith('"') ? JSON.stringify(suggestion) : isPlain(suggestion) ? suggestion : undefined;
  if (text === undefined) return undefined;
  const { artifactLocation } = locationOf(at, span).physicalLocation as { readonly artifactLocation: object };
  return {
    description: { text: `Write ${visible(text)}` },
    artifactChanges: [{ artifactLocation, replacements: [{ deletedRegion: regionOf(span), insertedContent: { text } }] }],
  };
}

/** True when the text is one scalar, and where it is a key, the one that the problem is about. */
function isReplaceable(written: string, { at }: Diagnostic): boolean {
  const text = /^"[^"\\]*"$/.test(written) ? written.slice(1, -1) : isPlain(written) ? written : undefined;
  if (text === undefined) return false;
  return at.on !== "key" || text === parsePointer(at.pointer ?? "")?.at(-1);
}

/** A text that YAML takes for itself wherever a scalar may stand. */
function isPlain(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_./#~-]*$/.test(text) && !/^(?:true|false|null)$/i.test(text);
}

/** A path as a relative URI reference. */
function encodePath(file: string): string {
  return file
    .split("/")
    .map((part) => encodeURIComponent(part.replace(/\p{Cs}/gu, "\ufffd")))
    .join("/");
}
