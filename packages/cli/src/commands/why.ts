// veltrix why: where the value of a key comes from.
import type { Command, Outcome } from "../command.ts";
import { inWorkspace, type WorkspaceContext } from "../workspace.ts";

interface WhyArgs {
  readonly key: string;
  readonly env: string;
}

export const why: Command<WhyArgs> = {
  command: "why <key>",
  describe: "Show where a value comes from",
  parameters: {
    key: { describe: "<service>#/<path>/<to>/<key>; <service>#/ lists every key", type: "string", positional: true },
    env: { describe: "Environment", type: "string", alias: "environment", required: true },
  },
  examples: [
    ["$0 why device-gateway#/mqtt/host --env prod", "layers, references and declaration of one key"],
    ["$0 why device-gateway#/ --env prod", "every key of a service with its value"],
  ],
  handler: inWorkspace(runWhy),
};

async function runWhy({ key, env }: WhyArgs, { root }: WorkspaceContext): Promise<Outcome> {
  const [{ compileWorkspace }, { selectConfig }, { Tracer }, { renderTrace }, { keyProblem }, { unknownKey }] = await Promise.all([
    import("../compiled.ts"),
    import("../select.ts"),
    import("@veltrix/analysis/why"),
    import("../render/trace.ts"),
    import("../usage.ts"),
    import("../unknown-key.ts"),
  ]);
  const target = /^([^#]+)#(\/.*)?$/s.exec(key);
  if (target === null) return { diagnostics: [keyProblem(key)] };
  const [, id = "", path = "/"] = target;
  const compiled = await compileWorkspace(root);
  if (compiled.kind === "refused") return compiled.outcome;
  const { diagnostics, readText } = compiled.outcome;
  const selection = selectConfig(compiled.model, id, env);
  if (selection.kind === "unknown") return { diagnostics: [...diagnostics, ...selection.diagnostics], readText };
  const trace = new Tracer(compiled.model, readText).trace(selection.found, path === "/" ? "" : path);
  if (trace === undefined) return { diagnostics: [...diagnostics, unknownKey(selection.found, path)], readText };
  return { diagnostics, readText, text: renderTrace(trace), data: { trace } };
}
