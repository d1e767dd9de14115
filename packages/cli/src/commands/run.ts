// veltrix run: a program on this machine with the configuration, secrets and variables that a cluster would give it.
import type { Service } from "@veltrix/compiler";
import type { Diagnostic } from "@veltrix/diagnostics";
import type { Command, Outcome } from "../command.ts";
import { inWorkspace, type WorkspaceContext } from "../workspace.ts";

interface RunArgs {
  readonly env: string;
  readonly service?: string;
  readonly secrets?: string;
}

export const run: Command<RunArgs> = {
  command: "run",
  describe: "Run a program with one service's configuration, as in a cluster",
  parameters: {
    env: { describe: "Environment", type: "string", alias: "environment", required: true },
    service: { describe: "Id of the service; optional in a folder of that name, or if there is only one service", type: "string" },
    secrets: { describe: "Folder of <name>/<key> files, instead of .veltrix/secrets/<env>.yaml", type: "string" },
  },
  examples: [
    ["$0 run --env local --service device-gateway -- node dist/main.js", "start one service"],
    ["$0 run --env dev --secrets ~/secrets -- npm start", "from the service's own folder, with secrets from files"],
  ],
  takesRest: true,
  handler: inWorkspace(runProgram),
};

async function runProgram(args: RunArgs, { root, io, rest }: WorkspaceContext): Promise<Outcome> {
  const [
    { compileWorkspace },
    { selectConfig },
    { usageProblem },
    { openSecrets, takeSecrets },
    { layOut },
    { runChild },
    { reportPretty },
    { resolve },
  ] = await Promise.all([
    import("../compiled.ts"),
    import("../select.ts"),
    import("../usage.ts"),
    import("../run/secrets.ts"),
    import("../run/lay-out.ts"),
    import("../run/child.ts"),
    import("@veltrix/diagnostics"),
    import("node:path"),
  ]);
  const [program, ...parameters] = rest;
  if (program === undefined) return { diagnostics: [usageProblem("`veltrix run` needs a program after `--`")] };
  const compiled = await compileWorkspace(root);
  if (compiled.kind === "refused") return compiled.outcome;
  const { diagnostics, readText } = compiled.outcome;
  const refuse = (problems: readonly Diagnostic[]): Outcome => ({ diagnostics: [...diagnostics, ...problems], readText });

  const id = args.service ?? (await guessService(compiled.model.services, io.cwd));
  if (id === undefined) {
    const ids = compiled.model.services.map((service) => service.id).join(", ");
    return refuse([usageProblem(`\`veltrix run\` needs --service with one of ${ids}`)]);
  }
  const selection = selectConfig(compiled.model, id, args.env);
  if (selection.kind === "unknown") return refuse(selection.diagnostics);
  const store = openSecrets({
    root,
    environment: args.env,
    ...(args.secrets === undefined ? {} : { folder: resolve(io.cwd, args.secrets) }),
  });
  const secrets = takeSecrets(selection.found, store);
  if (secrets.diagnostics.length > 0) return refuse(secrets.diagnostics);

  // Only warnings are left, and the program's own output comes next.
  io.stderr(reportPretty({ diagnostics, readText }));
  using laidOut = layOut(selection.found, secrets.texts);
  const end = await runChild({ program, parameters, cwd: io.cwd, env: laidOut.environment(io.env) });
  return end.kind === "ended" ? { exitCode: end.code, printed: true } : refuse([end.diagnostic]);
}

/** The one service of the workspace, or the one that the current folder is named after. */
async function guessService(services: readonly Service[], cwd: string): Promise<string | undefined> {
  const { basename } = await import("node:path");
  const [first, second] = services;
  if (second === undefined) return first?.id;
  return services.find(({ id }) => id === basename(cwd))?.id;
}
