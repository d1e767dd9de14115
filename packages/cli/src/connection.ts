// Which cluster a command asks: --kubeconfig and --context, as kubectl understands them.
import { resolve } from "node:path";
import type { ConnectionOptions } from "@veltrix/cluster";
import type { Parameter } from "./command.ts";
import type { Io } from "./io.ts";

/** The options of a command that name a cluster, each as written. */
export interface ConnectionArgs {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

export const connectionParameters: { readonly [Name in keyof ConnectionArgs]-?: Parameter } = {
  context: { describe: "Context in the kubeconfig; defaults to its current one", type: "string" },
  kubeconfig: { describe: "Kubeconfig file; defaults to KUBECONFIG, ~/.kube/config or the pod's service account", type: "string" },
};

/** What `openCluster` and `openDeleter` take. A path is taken from the working folder. */
export function connectionOf({ kubeconfig, context }: ConnectionArgs, io: Io): ConnectionOptions {
  return {
    env: io.env,
    ...(kubeconfig === undefined ? {} : { kubeconfig: resolve(io.cwd, kubeconfig) }),
    ...(context === undefined ? {} : { context }),
  };
}
