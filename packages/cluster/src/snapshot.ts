// One look at the cluster: list everything that is needed, then compare.
import type { ClusterFinding, ExpectedService, KubernetesObject } from "@veltrix/protocol/kubernetes";
import { compareService } from "./compare.ts";
import { LiveObjects } from "./live.ts";
import { type Cluster, isUnknownKind } from "./read.ts";
import { type KindScope, scopesOf } from "./scopes.ts";

/** Of more objects than these, one list costs less than asking for each. */
const FEW = 16;

/** Every difference between `services` and the cluster now. @throws ClusterError. */
export async function findDrift(cluster: Cluster, services: readonly ExpectedService[]): Promise<readonly ClusterFinding[]> {
  const live = new LiveObjects(services);
  const lists = scopesOf(services).map(async (scope) => {
    const items = await listKnown(cluster, scope);
    live.setKnown(scope.kind, items !== undefined);
    live.replace(scope.kind, items ?? [], scope.speaksFor);
  });
  // All of them end, so that of several refusals it is always the same one that is told.
  for (const { reason } of (await Promise.allSettled(lists)).filter((outcome) => outcome.status === "rejected")) throw reason;
  await lookForAbsent(cluster, live, services);
  return services.flatMap((service) => compareService(service, live.of(service)));
}

/** All objects of a scope; undefined where the cluster has no such kind, and need not have it. @throws ClusterError. */
async function listKnown(cluster: Cluster, { kind, ...scope }: KindScope): Promise<readonly KubernetesObject[] | undefined> {
  try {
    return (await cluster.list(kind, scope)).items;
  } catch (error) {
    if (isUnknownKind(kind, error)) return undefined;
    throw error;
  }
}

/** Looks by name for what no label showed: somebody may have taken the labels away. */
export async function lookForAbsent(cluster: Cluster, live: LiveObjects, services: readonly ExpectedService[]): Promise<void> {
  const places = services.flatMap((service) => live.absentOf(service));
  const groups = new Map(places.map(({ kind, namespace }) => [`${kind} ${namespace}`, { kind, namespace }]));
  for (const { kind, namespace } of groups.values()) {
    const wanted = places.filter((place) => place.kind === kind && place.namespace === namespace);
    if (wanted.length <= FEW) {
      await Promise.all(wanted.map(async (place) => live.putUnlabelled(place, await cluster.get(kind, place))));
      continue;
    }
    const { items } = await cluster.list(kind, { namespace });
    const byName = new Map(items.map((item) => [item.metadata.name, item]));
    for (const place of wanted) live.putUnlabelled(place, byName.get(place.name));
  }
}
