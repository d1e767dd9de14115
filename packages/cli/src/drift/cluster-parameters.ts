// What names a cluster on the command line, and what of it.
import { type ConnectionArgs, connectionParameters } from "../connection.ts";
import type { Parameter } from "../command.ts";

/** Which cluster, and what of it. */
export interface ClusterArgs extends ConnectionArgs {
  readonly env: string;
  readonly service?: string;
}

export const clusterParameters: { readonly [Name in keyof ClusterArgs]-?: Parameter } = {
  env: { describe: "The environment that the cluster belongs to", type: "string", alias: "environment", required: true },
  service: { describe: "Only this service", type: "string" },
  ...connectionParameters,
};
