// For GitHub Actions: one workflow command a problem, shown beside the line it is about.
import { visible } from "../frame.ts";
import { placeAll, type ReportInput } from "./report.ts";

/** `::error file=...,line=...,col=...,title=...::message`, one a line. */
export function reportGithub(input: ReportInput): string {
  return placeAll(input)
    .map(({ diagnostic, span }) => {
      const properties = [
        `file=${escapeProperty(diagnostic.at.file)}`,
        ...(span === undefined ? [] : [`line=${span.line}`, `col=${span.column}`]),
        `title=${escapeProperty(`${diagnostic.code} ${diagnostic.slug}`)}`,
      ];
      const message = diagnostic.hint === undefined ? diagnostic.message : `${diagnostic.message}\nhelp: ${diagnostic.hint}`;
      // A log is read in terminals too: control characters are spelled, line by line.
      const shown = message.replace(/[^\r\n]+/g, visible);
      return `::${diagnostic.severity} ${properties.join(",")}::${escapeData(shown)}\n`;
    })
    .join("");
}

// https://docs.github.com/actions/reference/workflow-commands-for-github-actions: data and properties are percent-escaped.
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
