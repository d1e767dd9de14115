// veltrix graph: services, and the keys that flow between them.
import type { Command, Outcome } from "../command.ts";
import type { CompiledWorkspace } from "../compiled.ts";
import { inWorkspace, type WorkspaceContext } from "../workspace.ts";

type Compiled = Extract<CompiledWorkspace, { kind: "compiled" }>;

interface GraphArgs {
  readonly service?: string;
  readonly key?: string;
}

export const graph: Command<GraphArgs> = {
  command: "graph",
  describe: "Show which keys flow between services",
  parameters: {
    service: { describe: "Only what flows from or to this service", type: "string" },
    key: { describe: "Show who uses this key: <service>#/<path>/<to>/<key>", type: "string" },
  },
  styles: ["text", "mermaid", "dot"],
  examples: [
    ["$0 graph", "every service, and which keys it provides to which others"],
    ["$0 graph --format mermaid", "a flowchart for a Markdown page"],
    ["$0 graph --key broker#/listener/host", "who uses this key, directly or through other keys"],
  ],
  handler: inWorkspace(runGraph),
};

async function runGraph({ service, key }: GraphArgs, { root, style = "text" }: WorkspaceContext): Promise<Outcome> {
  const [{ compileWorkspace }, { edgesOf }, { renderGraph }, { selectService }, { usageProblem }] = await Promise.all([
    import("../compiled.ts"),
    import("@veltrix/analysis/graph"),
    import("../render/graph.ts"),
    import("../select.ts"),
    import("../usage.ts"),
  ]);
  if (key !== undefined && (service !== undefined || style !== "text"))
    return { diagnostics: [usageProblem("`--key` cannot be combined with `--service`, and is printed only as text or JSON")] };
  const compiled = await compileWorkspace(root);
  if (compiled.kind === "refused") return compiled.outcome;
  const { model, outcome } = compiled;
  if (key !== undefined) return { ...outcome, ...(await askKey(key, compiled)) };
  const ids = model.services.map(({ id }) => id);
  const selection = selectService(model, service);
  if (selection.kind === "unknown") return { ...outcome, diagnostics: [...outcome.diagnostics, ...selection.diagnostics] };
  const edges = edgesOf(model, service);
  const services =
    service === undefined ? ids : ids.filter((id) => id === service || edges.some(({ from, to }) => from === id || to === id));
  const drawn = { services, edges };
  return {
    ...outcome,
    summary: { services: services.length, edges: edges.length },
    data: { graph: drawn },
    text: renderGraph(drawn, style),
  };
}

async function askKey(asked: string, { model, outcome }: Compiled): Promise<Outcome> {
  const [{ usersOf }, { renderUsers }, { selectKey }] = await Promise.all([
    import("@veltrix/analysis/graph"),
    import("../render/graph.ts"),
    import("../select-key.ts"),
  ]);
  const selection = selectKey(model, asked);
  if (selection.kind === "unknown") return { diagnostics: [...outcome.diagnostics, ...selection.diagnostics] };
  const { service, pointer } = selection.found;
  const users = usersOf(model, service.id, pointer);
  return { summary: { key: asked, users: users.length }, data: { users }, text: renderUsers(asked, users) };
}
