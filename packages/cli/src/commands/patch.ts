// veltrix patch: the team's own manifests from stdin, with our parts merged into its workloads, to stdout.
import type { Command, Outcome } from "../command.ts";
import { countNoun } from "../render/count-noun.ts";
import { inWorkspace, type WorkspaceContext } from "../workspace.ts";

interface PatchArgs {
  readonly env: string;
  readonly service?: string;
  readonly workload?: string;
  readonly file?: string;
}

export const patch: Command<PatchArgs> = {
  command: "patch",
  describe: "Merge volumes, mounts, variables and the restart fingerprint into workload manifests",
  parameters: {
    env: { describe: "Environment", type: "string", alias: "environment", required: true },
    service: { describe: "Only this service's workload, instead of every one that is found", type: "string" },
    workload: { describe: "<Kind>/<name>, instead of the workload that the contract of --service names", type: "string" },
    file: { describe: "File of manifests to read instead of stdin", type: "string" },
  },
  examples: [
    ["$0 patch --env prod < deploy.yaml | kubectl apply -f -", "every workload that a contract names"],
    ["$0 patch --env prod --service gateway --file deploy.yaml", "one service's workload, which must be in the file"],
    ["$0 patch --env dev --service gateway --workload Deployment/edge < all.yaml", "a workload that the contract does not name"],
  ],
  handler: inWorkspace(runPatch),
};

async function runPatch(args: PatchArgs, { root, io }: WorkspaceContext): Promise<Outcome> {
  const [{ compileWorkspace }, { findTarget, readStream }, { patchStream }] = await Promise.all([
    import("../compiled.ts"),
    import("../patch/arguments.ts"),
    import("@veltrix/kubernetes/patch"),
  ]);
  const compiled = await compileWorkspace(root);
  if (compiled.kind === "refused") return compiled.outcome;
  const { diagnostics, readText } = compiled.outcome;
  const refuse = (found: Outcome["diagnostics"] = []): Outcome => ({ diagnostics: [...diagnostics, ...found], readText });
  const target = findTarget(compiled.model, args);
  if (target.kind === "unknown") return refuse(target.diagnostics);
  const stream = await readStream(args.file, io);
  if (stream.kind === "refused") return refuse([stream.diagnostic]);
  const patched = patchStream(stream.text, { model: compiled.model, file: stream.file, ...target.found });
  const readStreamToo = (file: string): string | undefined => (file === stream.file ? stream.text : readText(file));
  if (patched.kind === "refused") return { ...refuse(patched.diagnostics), readText: readStreamToo };
  const { workloads } = patched;
  // Services may share one.
  const patchedNames = [...new Set(workloads.map(({ kind, name }) => `${kind} ${name}`))];
  const names = patchedNames.length > 5 ? countNoun(patchedNames.length, "workload") : patchedNames.join(", ");
  return {
    diagnostics,
    readText,
    text: patched.text,
    summary: { environment: args.env, patched: workloads },
    data: { manifests: patched.text },
    note: `${names} patched for ${args.env}`,
  };
}
