// One look at the cluster: list everything that is needed, then compare.
import { compareService } from "./compare.ts";
import type { ExpectedService } from "./expected.ts";
import type { ClusterFinding } from "./finding.ts";
import { LiveObjects } from "./live.ts";
import type { Cluster } from "./read.ts";
import { scopesOf } from "./scopes.ts";

/** Of more objects than these, one list costs less than asking for each. */
const FEW = 16;

/** Every difference between `services` and the cluster now. @throws ClusterError. */
export async function findDrift(cluster: Cluster, services: readonly ExpectedService[]): Promise<readonly ClusterFinding[]> {
  const live = new LiveObjects(services);
  const lists = scopesOf(services).map(async (scope) => {
    const { items } = await cluster.list(scope.kind, scope);
    live.replace(scope.kind, items, scope.speaksFor);
  });
  // All of them end, so that of several refusals it is always the same one that is told.
  for (const { reason } of (await Promise.allSettled(lists)).filter((outcome) => outcome.status === "rejected")) throw reason;
  await lookForAbsent(cluster, live, services);
  return services.flatMap((service) => compareService(service, live.of(service)));
}

/** Looks by name for what no label showed: somebody may have taken the labels away. */
export async function lookForAbsent(cluster: Cluster, live: LiveObjects, services: readonly ExpectedService[]): Promise<void> {
  const places = services.flatMap((service) => live.absentOf(service));
  const namespaces = new Set(places.map(({ namespace }) => namespace));
  for (const namespace of namespaces) {
    const wanted = places.filter((place) => place.namespace === namespace);
    if (wanted.length <= FEW) {
      await Promise.all(wanted.map(async (place) => live.putUnlabelled(place, await cluster.get("ConfigMap", place))));
      continue;
    }
    const { items } = await cluster.list("ConfigMap", { namespace });
    const byName = new Map(items.map((item) => [item.metadata.name, item]));
    for (const place of wanted) live.putUnlabelled(place, byName.get(place.name));
  }
}
