// The objects of the cluster as far as they are known, kept by what the comparison asks for.
import type { LiveWorkload } from "./compare-workload.ts";
import type { LiveService } from "./compare.ts";
import { ENVIRONMENT_LABEL, type ExpectedService, SERVICE_LABEL } from "./expected.ts";
import type { ConfigMap, CronJob, Kind, KubernetesObject, Pod, Workload } from "./objects.ts";

/** The kinds that the comparison reads. */
export type WatchedKind = Exclude<Kind, "Job" | "ControllerRevision">;
export const WATCHED_KINDS: readonly WatchedKind[] = [
  "ConfigMap",
  "Deployment",
  "StatefulSet",
  "DaemonSet",
  "CronJob",
  "ReplicaSet",
  "Pod",
];

type ByKey = Map<string, KubernetesObject>;

function keyOf({ namespace = "", name }: { readonly namespace?: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

/** Live objects. Every method says which services it may concern. */
export class LiveObjects {
  readonly #byKind = new Map<WatchedKind, ByKey>(WATCHED_KINDS.map((kind) => [kind, new Map()]));
  /** Kind and key of an owner, to what it owns. */
  readonly #owned = new Map<string, Map<string, Workload | Pod>>();
  /** Our labels, to the objects that carry them. */
  readonly #labelled = new Map<string, Set<string>>();
  readonly #deleted = new Set<string>();
  /** Objects of an expected name that carry no label of ours. */
  readonly #unlabelled: ByKey = new Map();
  readonly #services: readonly ExpectedService[];
  readonly #byWorkload = new Map<string, ExpectedService[]>();
  readonly #byName = new Map<string, ExpectedService>();
  readonly #byLabels = new Map<string, ExpectedService>();

  constructor(services: readonly ExpectedService[]) {
    this.#services = services;
    for (const service of services) {
      this.#byLabels.set(labelsKey(service.service, service.environment), service);
      for (const object of [service.config, service.variables]) if (object !== undefined) this.#byName.set(keyOf(object.metadata), service);
      if (service.workload === undefined) continue;
      const key = `${service.workload.kind} ${keyOf({ namespace: service.namespace, name: service.workload.name })}`;
      this.#byWorkload.set(key, [...(this.#byWorkload.get(key) ?? []), service]);
    }
  }

  /** Takes a whole new list of one kind in one scope; `isInScope` says which known objects it speaks for. */
  replace(
    kind: WatchedKind,
    items: readonly KubernetesObject[],
    isInScope: (object: KubernetesObject) => boolean,
  ): readonly ExpectedService[] {
    const touched = new Set<ExpectedService>();
    const present = new Set(items.map(({ metadata }) => keyOf(metadata)));
    for (const [key, object] of this.#kind(kind)) {
      if (isInScope(object) && !present.has(key)) for (const service of this.remove(kind, object)) touched.add(service);
    }
    for (const item of items) for (const service of this.put(kind, item)) touched.add(service);
    return [...touched];
  }

  put(kind: WatchedKind, object: KubernetesObject): readonly ExpectedService[] {
    const key = keyOf(object.metadata);
    const before = this.#kind(kind).get(key);
    const concerned = new Set([...(before === undefined ? [] : this.#drop(kind, before)), ...this.#concernedBy(kind, object)]);
    this.#kind(kind).set(key, object);
    this.#link(kind, object);
    if (kind === "ConfigMap") {
      this.#unlabelled.delete(key);
      this.#deleted.delete(key);
    }
    return [...concerned];
  }

  remove(kind: WatchedKind, object: KubernetesObject): readonly ExpectedService[] {
    const key = keyOf(object.metadata);
    const before = this.#kind(kind).get(key);
    if (before === undefined) return [];
    if (kind === "ConfigMap") this.#deleted.add(key);
    return this.#drop(kind, before);
  }

  /** Names of ConfigMaps of `service` that no list or watch by label has shown. */
  absentOf(service: ExpectedService): readonly { readonly namespace: string; readonly name: string }[] {
    return [service.config, service.variables]
      .filter((object) => object !== undefined)
      .map(({ metadata }) => ({ namespace: metadata.namespace, name: metadata.name }))
      .filter((place) => !this.#kind("ConfigMap").has(keyOf(place)));
  }

  /** Tells what a look at the very name has shown. */
  putUnlabelled(place: { readonly namespace: string; readonly name: string }, object: ConfigMap | undefined): void {
    if (object === undefined) this.#unlabelled.delete(keyOf(place));
    else this.#unlabelled.set(keyOf(place), object);
  }

  get services(): readonly ExpectedService[] {
    return this.#services;
  }

  /** What is known of one service. */
  of(expected: ExpectedService): LiveService {
    const { namespace, config, variables } = expected;
    const names = new Set([config.metadata.name, variables?.metadata.name].filter((name) => name !== undefined));
    const find = (name: string | undefined): ConfigMap | undefined => {
      if (name === undefined) return undefined;
      const key = keyOf({ namespace, name });
      return this.#kind("ConfigMap").get(key) ?? this.#unlabelled.get(key);
    };
    const labelled = [...(this.#labelled.get(labelsKey(expected.service, expected.environment)) ?? [])];
    const strays = labelled
      .map((key): ConfigMap | undefined => this.#kind("ConfigMap").get(key))
      .filter((object) => object !== undefined)
      .filter(({ metadata }) => metadata.namespace !== namespace || !names.has(metadata.name))
      // An older release of immutable delivery stays until `veltrix prune` takes it.
      .filter(({ metadata, immutable }) => metadata.namespace !== namespace || immutable !== true);
    return {
      config: find(config.metadata.name),
      variables: find(variables?.metadata.name),
      strays,
      workload: this.#workloadOf(expected),
      wasDeleted: (name) => this.#deleted.has(keyOf({ namespace, name })),
    };
  }

  #workloadOf({ namespace, workload }: ExpectedService): LiveWorkload | undefined {
    if (workload === undefined) return undefined;
    const object = this.#kind(workload.kind).get(keyOf({ namespace, name: workload.name }));
    if (object === undefined) return undefined;
    const owned = this.#ownedBy(object);
    const replicaSets = owned.filter((each): each is Workload => this.#isReplicaSet(each));
    const direct = owned.filter((each) => !this.#isReplicaSet(each));
    return { object, replicaSets, pods: [...direct, ...replicaSets.flatMap((set) => this.#ownedBy(set))] as readonly Pod[] };
  }

  #isReplicaSet(object: KubernetesObject): boolean {
    return this.#kind("ReplicaSet").get(keyOf(object.metadata)) === object;
  }

  #ownedBy({ metadata }: KubernetesObject): readonly (Workload | Pod)[] {
    return [...(this.#owned.get(metadata.uid ?? "")?.values() ?? [])];
  }

  #kind(kind: WatchedKind): ByKey {
    // Made for every kind in the constructor.
    return this.#byKind.get(kind) as ByKey;
  }

  #drop(kind: WatchedKind, object: KubernetesObject): readonly ExpectedService[] {
    const concerned = this.#concernedBy(kind, object);
    const key = keyOf(object.metadata);
    this.#kind(kind).delete(key);
    if (kind === "ConfigMap") this.#labelled.get(labelsOf(object))?.delete(key);
    for (const owner of ownersOf(kind, object)) this.#owned.get(owner)?.delete(`${kind} ${key}`);
    return concerned;
  }

  #link(kind: WatchedKind, object: KubernetesObject): void {
    const key = keyOf(object.metadata);
    if (kind === "ConfigMap") add(this.#labelled, labelsOf(object), () => new Set<string>()).add(key);
    for (const owner of ownersOf(kind, object)) {
      add(this.#owned, owner, () => new Map<string, Workload | Pod>()).set(`${kind} ${key}`, object as Workload | Pod);
    }
  }

  #concernedBy(kind: WatchedKind, object: KubernetesObject): readonly ExpectedService[] {
    const key = keyOf(object.metadata);
    if (kind === "ConfigMap") {
      return [this.#byName.get(key), this.#byLabels.get(labelsOf(object))].filter((service) => service !== undefined);
    }
    if (kind !== "Pod" && kind !== "ReplicaSet") return this.#byWorkload.get(`${kind} ${key}`) ?? [];
    const owner = object.metadata.ownerReferences?.find(({ controller }) => controller === true);
    if (owner === undefined) return [];
    const namespace = object.metadata.namespace ?? "";
    if (kind === "Pod" && owner.kind === "ReplicaSet") {
      const set = this.#kind("ReplicaSet").get(keyOf({ namespace, name: owner.name }));
      return set === undefined ? [] : this.#concernedBy("ReplicaSet", set);
    }
    return this.#byWorkload.get(`${owner.kind} ${keyOf({ namespace, name: owner.name })}`) ?? [];
  }
}

function add<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function ownersOf(kind: WatchedKind, { metadata }: CronJob | Pod | Workload): readonly string[] {
  if (kind !== "Pod" && kind !== "ReplicaSet") return [];
  return (metadata.ownerReferences ?? []).filter(({ controller }) => controller === true).map(({ uid }) => uid);
}

function labelsKey(service: string, environment: string): string {
  return `${service} ${environment}`;
}

function labelsOf({ metadata }: KubernetesObject): string {
  return labelsKey(metadata.labels?.[SERVICE_LABEL] ?? "", metadata.labels?.[ENVIRONMENT_LABEL] ?? "");
}
