// veltrix explain: the documentation page of a code.
import type { Code } from "@veltrix/diagnostics";
import type { Command, Outcome } from "../command.ts";

interface ExplainArgs {
  readonly code: string;
}

export const explain: Command<ExplainArgs> = {
  command: "explain <code>",
  describe: "Explain a diagnostic: what it means, and what to do",
  parameters: {
    code: { describe: "Code or name of the diagnostic: VX2001, 2001, missing-required-key", type: "string", positional: true },
  },
  examples: [
    ["$0 explain VX2001", "the page of one code"],
    ["$0 explain missing-required-key", "the same page, by its name"],
  ],
  handler: explainCode,
};

async function explainCode({ code: asked }: ExplainArgs): Promise<Outcome> {
  const { catalogue, isCode } = await import("@veltrix/diagnostics");
  const { unknownName } = await import("../select.ts");
  const codes = Object.keys(catalogue).filter(isCode);
  const slugs = codes.map((code) => catalogue[code].slug);
  const spelled = /^[0-9]+$/.test(asked) ? `VX${asked}` : /^vx/i.test(asked) ? asked.toUpperCase() : asked;
  const code = codes.find((known) => known === spelled || catalogue[known].slug === spelled.toLowerCase());
  if (code === undefined) return { diagnostics: [unknownName("code", spelled, [...codes, ...slugs])] };
  const { slug, severity, summary } = catalogue[code];
  const page = await readPage(code);
  return { text: page, data: { explanation: { code, slug, severity, summary, page } } };
}

/** A code without a page is a bug of ours, and a throw says so. */
async function readPage(code: Code): Promise<string> {
  const { createRequire } = await import("node:module");
  const { readOwnFile } = await import("../disk.ts");
  return readOwnFile(createRequire(import.meta.url).resolve(`@veltrix/diagnostics/docs/${code}.md`));
}
