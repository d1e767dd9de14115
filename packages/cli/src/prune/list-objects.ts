// What prune has to know of a cluster. Every list is read whole, or an error stops everything.
import type { Holder, LiveConfigMap } from "@veltrix/analysis/prune";
import type { Cluster, Kind } from "@veltrix/cluster";

/**
 * Every kind of Kubernetes itself that can hold a ConfigMap. The pods and ReplicaSets that a controller of another kind
 * makes are among them. Helm's releases are not: each holds its objects' whole text, and a rollback makes anew what is gone.
 */
const HOLDER_KINDS: readonly Kind[] = [
  "Pod",
  "Deployment",
  "StatefulSet",
  "DaemonSet",
  "Job",
  "CronJob",
  "ReplicaSet",
  "ControllerRevision",
  "ReplicationController",
  "PodTemplate",
];

/** All that is in a namespace and matters. */
export interface Seen {
  readonly configMaps: readonly LiveConfigMap[];
  readonly holders: readonly Holder[];
}

/** A list that could not be had. */
export class ListFailed extends Error {
  readonly what: string;
  constructor(what: string, reason: string) {
    super(reason);
    this.name = "ListFailed";
    this.what = what;
  }
}

/**
 * Looks at a namespace. The ConfigMaps come first: whoever takes one of them later is seen.
 *
 * @throws ListFailed.
 */
export async function lookAt(cluster: Pick<Cluster, "list">, namespace: string): Promise<Seen> {
  const configMaps = await listed(cluster, "ConfigMap", namespace);
  const holders: Holder[] = [];
  for (const kind of HOLDER_KINDS) {
    const items = await listed(cluster, kind, namespace);
    // The API server writes JSON; the client's types name only some of its members.
    for (const object of items) holders.push({ kind, object: object as unknown as Holder["object"] });
  }
  return { configMaps: configMaps as readonly LiveConfigMap[], holders };
}

async function listed(cluster: Pick<Cluster, "list">, kind: Kind, namespace: string): Promise<readonly object[]> {
  try {
    const { items } = await cluster.list(kind, { namespace });
    return items;
  } catch (error) {
    throw new ListFailed(
      `the ${kind}s of the namespace ${namespace} could not be listed`,
      error instanceof Error ? error.message : String(error),
    );
  }
}
