// veltrix drift manifests: the objects that run the detector in a cluster.
import type { Command, Outcome } from "../command.ts";
import { inWorkspace, type WorkspaceContext } from "../workspace.ts";

interface ManifestArgs {
  readonly kind: string;
  readonly env: string;
  readonly image: string;
}

export const driftManifests: Command<ManifestArgs> = {
  command: "drift manifests <kind>",
  describe: "Print the objects that run the comparison in the cluster",
  parameters: {
    kind: { describe: "deployment (watches continuously) or cronjob (compares every ten minutes)", type: "string", positional: true },
    env: { describe: "The environment that the cluster belongs to", type: "string", alias: "environment", required: true },
    image: { describe: "An image with the veltrix command, and this workspace in /workspace", type: "string", required: true },
  },
  examples: [["$0 drift manifests deployment --env prod --image registry.example/veltrix:1", "run the watch in the cluster"]],
  handler: inWorkspace(printManifests),
};

/** Where the image holds the workspace. */
const WORKSPACE = "/workspace";

async function printManifests({ kind, env, image }: ManifestArgs, { root }: WorkspaceContext): Promise<Outcome> {
  const [{ compileWorkspace }, { selectDelivered }, { detectorObjects, outputsOf }, { stringify }] = await Promise.all([
    import("../compiled.ts"),
    import("../select.ts"),
    import("@veltrix/kubernetes"),
    import("yaml"),
  ]);
  if (kind !== "deployment" && kind !== "cronjob") {
    const { usageProblem } = await import("../usage.ts");
    return { diagnostics: [usageProblem(`\`veltrix drift manifests\` prints deployment or cronjob, not \`${kind}\``)] };
  }
  const compiled = await compileWorkspace(root);
  if (compiled.kind === "refused") return compiled.outcome;
  const { model, outcome } = compiled;
  const environment = selectDelivered(model, env);
  if (environment.kind === "unknown") return { ...outcome, diagnostics: [...outcome.diagnostics, ...environment.diagnostics] };
  const look = kind === "deployment" ? ["drift", "watch"] : ["drift"];
  const objects = detectorObjects({
    name: `veltrix-drift-${env}`,
    environment: env,
    namespace: environment.found.namespace,
    kind,
    image,
    command: ["veltrix", ...look, "--env", env, "--workspace", WORKSPACE, "--format", "json"],
    hasExternalSecrets: outputsOf(model).externalSecrets !== undefined,
  });
  return {
    ...outcome,
    text: objects.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })).join("---\n"),
    data: { manifests: objects },
  };
}
