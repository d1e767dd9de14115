// veltrix drift: whether what is deployed, or mounted, is what was built, key by key.
import type { Diagnostic } from "@veltrix/diagnostics";
import type { Command, Context, Outcome } from "../command.ts";
import { inWorkspace } from "../workspace.ts";

interface DriftArgs {
  readonly env?: string;
  readonly service?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly watch?: boolean;
  readonly deadline?: string;
  readonly manifests?: string;
  readonly image?: string;
  readonly dir?: string;
}

export const drift: Command<DriftArgs> = {
  command: "drift",
  describe: "Compare a cluster, or a mounted folder, with what the schemas give",
  parameters: {
    env: { describe: "The environment that the cluster, or the folder, belongs to", type: "string", alias: "environment" },
    service: { describe: "Compare this service alone; the one that the folder must belong to", type: "string" },
    context: { describe: "Context of the kubeconfig, instead of its current one", type: "string" },
    kubeconfig: { describe: "Kubeconfig file, instead of KUBECONFIG, ~/.kube/config or the pod's service account", type: "string" },
    watch: { describe: "Go on, and tell each difference when it is confirmed and when it is over", type: "boolean" },
    deadline: { describe: "How long --watch gives a rollout before it is called late; 3m when left out", type: "string" },
    manifests: { describe: "Print the objects that run the watch in the cluster: deployment or cronjob", type: "string" },
    image: { describe: "Image for --manifests: one that holds the veltrix command and this workspace", type: "string" },
    dir: { describe: "Folder of config.json and veltrix.json as it is mounted, instead of a cluster", type: "string" },
  },
  examples: [
    ["$0 drift --env prod", "what in the cluster is not what was built, who changed it and when"],
    ["$0 drift --env prod --context eu-1 --watch", "the same, as it happens; with --format json one document a line"],
    ["$0 drift --env prod --manifests deployment --image registry.example/veltrix:1", "run the watch in the cluster"],
    ["$0 drift --dir /etc/veltrix/config", "is this mount what was built?"],
  ],
  handler: runDrift,
};

async function runDrift(args: DriftArgs, context: Context): Promise<Outcome> {
  const misuse = await findMisuse(args, context);
  if (misuse !== undefined) return { diagnostics: [misuse] };
  const { env, dir, manifests, watch = false } = args;
  if (dir !== undefined) return (await import("../drift/folder.ts")).compareFolder({ ...args, dir }, context);
  // Without a folder there is an environment: the misuse above.
  const named = { ...args, env: env ?? "" };
  if (manifests !== undefined) {
    const { printManifests } = await import("../drift/manifests.ts");
    return inWorkspace(printManifests)({ env: named.env, kind: manifests, image: args.image ?? "" }, context);
  }
  if (!watch) return inWorkspace((await import("../drift/cluster.ts")).lookAtCluster)(named, context);
  const [{ watchCluster }, { parseUnit }] = await Promise.all([import("../drift/watch.ts"), import("@veltrix/protocol")]);
  const parsed = args.deadline === undefined ? undefined : parseUnit("duration", args.deadline);
  return inWorkspace(watchCluster)({ ...named, deadlineMs: parsed }, context);
}

/** VX7002 for options that do not go together. */
async function findMisuse(args: DriftArgs, { format }: Context): Promise<Diagnostic | undefined> {
  const isReport = format === "sarif" || format === "junit" || format === "github";
  const watched = args.watch === true && isReport ? `--watch prints as it goes: --format pretty or json, not ${format}` : undefined;
  const detail = describeMisuse(args) ?? watched ?? (await describeBadDeadline(args));
  if (detail === undefined) return undefined;
  const { report } = await import("@veltrix/diagnostics");
  return report("VX7002", { detail, suggestions: [] }, { at: { file: "command line" } });
}

async function describeBadDeadline({ deadline }: DriftArgs): Promise<string | undefined> {
  if (deadline === undefined) return undefined;
  const { parseUnit } = await import("@veltrix/protocol");
  return parseUnit("duration", deadline) === undefined ? `--deadline takes a duration like 3m, not \`${deadline}\`` : undefined;
}

function describeMisuse({ env, dir, watch, deadline, manifests, image, context, kubeconfig }: DriftArgs): string | undefined {
  if (dir === undefined && env === undefined) return "drift needs --env for a cluster, or --dir for a mounted folder";
  const clusterOnly = Object.entries({ watch, manifests, context, kubeconfig }).find(([, value]) => value !== undefined)?.[0];
  if (dir !== undefined && clusterOnly !== undefined) return `--dir and --${clusterOnly} do not go together`;
  if (watch !== true && deadline !== undefined) return "--deadline belongs to --watch";
  if (manifests !== undefined && manifests !== "deployment" && manifests !== "cronjob") {
    return `--manifests takes deployment or cronjob, not \`${manifests}\``;
  }
  if ((manifests === undefined) !== (image === undefined)) {
    return manifests === undefined ? "--image belongs to --manifests" : "--manifests needs --image: no image is guessed";
  }
  return undefined;
}
