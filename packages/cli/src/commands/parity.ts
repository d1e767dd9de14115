// veltrix parity: which keys are set in which environment.
import type { Command, Outcome } from "../command.ts";
import { inWorkspace, type WorkspaceContext } from "../workspace.ts";

interface ParityArgs {
  readonly service?: string;
}

const SIGNS = { set: "set", default: "default", missing: "—" } as const;

export const parity: Command<ParityArgs> = {
  command: "parity",
  describe: "Show which keys are set in which environment, and what production lacks",
  parameters: { service: { describe: "Only this service", type: "string" } },
  examples: [
    ["$0 parity", "every key in every environment; VX2019 warns about optional keys that production lacks"],
    ["$0 parity --service broker --format json", "one service, for a program to read"],
  ],
  handler: inWorkspace(runParity),
};

async function runParity({ service: asked }: ParityArgs, { root }: WorkspaceContext): Promise<Outcome> {
  const [{ compileWorkspace }, { parityOf, reportGaps }, { selectService }, { alignRows }] = await Promise.all([
    import("../compiled.ts"),
    import("@veltrix/analysis/parity"),
    import("../select.ts"),
    import("../render/rows.ts"),
  ]);
  const compiled = await compileWorkspace(root);
  if (compiled.kind === "refused") return compiled.outcome;
  const { model, outcome } = compiled;
  const selection = selectService(model, asked);
  if (selection.kind === "unknown") return { ...outcome, diagnostics: [...outcome.diagnostics, ...selection.diagnostics] };
  const services = model.services.filter(({ id }) => asked === undefined || id === asked);
  const tables = services.map((service) => ({ service: service.id, keys: parityOf(service) }));
  const environments = model.settings.environments.map(({ name }) => name);
  const blocks = tables.map(({ service, keys }) => {
    const rows = keys.map(({ pointer, cells, values, gap }) => [
      pointer,
      ...environments.map((name) => SIGNS[cells[name] ?? "missing"]),
      values,
      gap ? "gap" : "",
    ]);
    return `${service}\n${alignRows([["key", ...environments, "values", ""], ...rows])}`;
  });
  const gaps = services.flatMap(reportGaps);
  return {
    ...outcome,
    diagnostics: [...outcome.diagnostics, ...gaps],
    summary: { services: services.length, gaps: gaps.length },
    data: { parity: tables },
    text: blocks.join("\n"),
  };
}
