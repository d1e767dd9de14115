// What names a cluster on the command line, and what of it.
import { connectionParameters } from "../connection.ts";
import type { Parameter } from "../command.ts";

/** Which cluster, and what of it. */
export interface ClusterArgs {
  readonly env: string;
  readonly service?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
}

export const clusterParameters: { readonly [Name in keyof ClusterArgs]-?: Parameter } = {
  env: { describe: "The environment that the cluster belongs to", type: "string", alias: "environment", required: true },
  service: { describe: "Only this service", type: "string" },
  ...connectionParameters,
};
