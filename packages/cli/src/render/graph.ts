// A graph as text, as a Mermaid flowchart, and in the language of Graphviz. Names of keys are the user's own words.
import type { Edge, User } from "@veltrix/analysis/graph";
import { visible } from "@veltrix/diagnostics";

/** What is drawn. */
export interface Graph {
  /** Ids, sorted. */
  readonly services: readonly string[];
  readonly edges: readonly Edge[];
}

/** The ways to write a graph. */
export const STYLES: readonly string[] = ["text", "mermaid", "dot"];

/** The text in `style`: one of `STYLES`. */
export function renderGraph(graph: Graph, style: string): string {
  switch (style) {
    case "mermaid":
      return renderMermaid(graph);
    case "dot":
      return renderDot(graph);
    default:
      return renderText(graph);
  }
}

function renderText({ services, edges }: Graph): string {
  const lines: string[] = [];
  for (const { from, to, range, keys } of edges) {
    lines.push(`${from} -> ${to}${range === null ? "" : `  (${range})`}`);
    const width = Math.max(0, ...keys.map(({ key }) => key.length));
    for (const { key, as } of keys) lines.push(`  ${key.padEnd(width)}  ${as}`);
    if (keys.length === 0) lines.push("  no key");
  }
  const linked = new Set(edges.flatMap(({ from, to }) => [from, to]));
  for (const id of services) if (!linked.has(id)) lines.push(`${id}  alone`);
  return lines.map((line) => `${visible(line)}\n`).join("");
}

function renderMermaid({ services, edges }: Graph): string {
  const names = new Map(services.map((id, index) => [id, `s${index}`]));
  const nodes = services.map((id) => `  ${names.get(id)}["${mermaidText(id)}"]`);
  const arrows = edges.map(({ from, to, keys }) => {
    const label =
      keys.length === 0
        ? ""
        : `|"${unique(keys.map(({ key }) => key))
            .map(mermaidText)
            .join("<br/>")}"|`;
    return `  ${names.get(from)} -->${label} ${names.get(to)}`;
  });
  return `${["flowchart LR", ...nodes, ...arrows].join("\n")}\n`;
}

/** Mermaid knows characters by number between `#` and `;`. */
function mermaidText(text: string): string {
  return visible(text).replace(/[^A-Za-z0-9/_. -]/gu, (character) => `#${character.codePointAt(0)};`);
}

function renderDot({ services, edges }: Graph): string {
  const nodes = services.map((id) => `  ${dotText(id)};`);
  const arrows = edges.map(({ from, to, keys }) => {
    const label = keys.length === 0 ? "" : ` [label=${dotText(unique(keys.map(({ key }) => key)).join("\n"))}]`;
    return `  ${dotText(from)} -> ${dotText(to)}${label};`;
  });
  return `${["digraph veltrix {", "  rankdir=LR;", "  node [shape=box];", ...nodes, ...arrows, "}"].join("\n")}\n`;
}

function dotText(text: string): string {
  return `"${text.split("\n").map(visible).join("\n").replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

/** Who uses a key, one a line. */
export function renderUsers(key: string, users: readonly User[]): string {
  if (users.length === 0) return `${visible(key)} is used by no other key\n`;
  const width = Math.max(...users.map(({ service, pointer }) => service.length + pointer.length + 1));
  const lines = users.map(
    ({ service, pointer, takes, distance }) => `${"  ".repeat(distance)}${`${service}#${pointer}`.padEnd(width)}  takes ${takes}`,
  );
  return [key, ...lines].map((line) => `${visible(line)}\n`).join("");
}
