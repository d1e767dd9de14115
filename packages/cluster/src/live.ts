// The objects of the cluster as far as they are known, kept by what the comparison asks for.
import {
  type ConfigMap,
  type CronJob,
  ENVIRONMENT_LABEL,
  type ExpectedConfigMap,
  type ExpectedService,
  type ExternalSecret,
  isOldRelease,
  type KubernetesObject,
  type Pod,
  SERVICE_LABEL,
  type Workload,
} from "@veltrix/protocol/kubernetes";
import type { LiveWorkload } from "./compare-workload.ts";
import type { LiveService } from "./compare.ts";
import type { Kind } from "./resources.ts";

/** The kinds that the comparison reads. */
export type WatchedKind = Exclude<Kind, "Job" | "ControllerRevision" | "ReplicationController" | "PodTemplate">;
export const WATCHED_KINDS: readonly WatchedKind[] = [
  "ConfigMap",
  "ExternalSecret",
  "Deployment",
  "StatefulSet",
  "DaemonSet",
  "CronJob",
  "ReplicaSet",
  "Pod",
];

/** The kinds that we write whole objects of; of all others we only look at what we put into them. */
export type DeliveredKind = "ConfigMap" | "ExternalSecret";

/** An object of ours by its name. */
export interface Place {
  readonly kind: DeliveredKind;
  readonly namespace: string;
  readonly name: string;
}

type ByKey = Map<string, KubernetesObject>;

function isDelivered(kind: WatchedKind): kind is DeliveredKind {
  return kind === "ConfigMap" || kind === "ExternalSecret";
}

function keyOf({ namespace = "", name }: { readonly namespace?: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

/** Live objects. Every method says which services it may concern. */
export class LiveObjects {
  readonly #byKind = new Map<WatchedKind, ByKey>(WATCHED_KINDS.map((kind) => [kind, new Map()]));
  /** Kind and key of an owner, to what it owns. */
  readonly #owned = new Map<string, Map<string, Workload | Pod>>();
  /** Our labels, to the keys of the objects that carry them. */
  readonly #labelled: Delivered<Map<string, Set<string>>> = { ConfigMap: new Map(), ExternalSecret: new Map() };
  readonly #deleted: Delivered<Set<string>> = { ConfigMap: new Set(), ExternalSecret: new Set() };
  /** Objects of an expected name that carry no label of ours. */
  readonly #unlabelled: Delivered<ByKey> = { ConfigMap: new Map(), ExternalSecret: new Map() };
  readonly #oldReleases = new WeakMap<KubernetesObject, boolean>();
  readonly #unknown = new Set<WatchedKind>();
  readonly #services: readonly ExpectedService[];
  readonly #byWorkload = new Map<string, ExpectedService[]>();
  readonly #byName: Delivered<Map<string, ExpectedService>> = { ConfigMap: new Map(), ExternalSecret: new Map() };
  readonly #byLabels = new Map<string, ExpectedService>();

  constructor(services: readonly ExpectedService[]) {
    this.#services = services;
    for (const service of services) {
      this.#byLabels.set(labelsKey(service.service, service.environment), service);
      for (const place of placesOf(service)) this.#byName[place.kind].set(keyOf(place), service);
      if (service.workload === undefined) continue;
      const key = `${service.workload.kind} ${keyOf({ namespace: service.namespace, name: service.workload.name })}`;
      add(this.#byWorkload, key, () => []).push(service);
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
    if (isDelivered(kind)) {
      this.#unlabelled[kind].delete(key);
      this.#deleted[kind].delete(key);
    }
    return [...concerned];
  }

  remove(kind: WatchedKind, object: KubernetesObject): readonly ExpectedService[] {
    const key = keyOf(object.metadata);
    const before = this.#kind(kind).get(key);
    if (before === undefined) return [];
    if (isDelivered(kind)) this.#deleted[kind].add(key);
    return this.#drop(kind, before);
  }

  /** Tells whether the cluster has `kind` at all; where it has not, there are no objects of it. True where that is news. */
  setKnown(kind: WatchedKind, isKnown: boolean): boolean {
    if (isKnown) return this.#unknown.delete(kind);
    const isNews = !this.#unknown.has(kind);
    this.#unknown.add(kind);
    return isNews;
  }

  /** Objects of `service` that no list or watch by label has shown. */
  absentOf(service: ExpectedService): readonly Place[] {
    return placesOf(service).filter((place) => !this.#unknown.has(place.kind) && !this.#kind(place.kind).has(keyOf(place)));
  }

  /** Tells what a look at the very name has shown. */
  putUnlabelled(place: Place, object: KubernetesObject | undefined): void {
    if (object === undefined) this.#unlabelled[place.kind].delete(keyOf(place));
    else this.#unlabelled[place.kind].set(keyOf(place), object);
  }

  get services(): readonly ExpectedService[] {
    return this.#services;
  }

  /** What is known of one service. */
  of(expected: ExpectedService): LiveService {
    const { namespace, config, variables } = expected;
    const names = new Set([config.metadata.name, variables?.metadata.name].filter((name) => name !== undefined));
    const find = (kind: DeliveredKind, name: string): KubernetesObject | undefined => {
      const key = keyOf({ namespace, name });
      return this.#kind(kind).get(key) ?? (this.#unknown.has(kind) ? undefined : this.#unlabelled[kind].get(key));
    };
    const labelled = (kind: DeliveredKind): readonly KubernetesObject[] =>
      [...(this.#labelled[kind].get(labelsKey(expected.service, expected.environment)) ?? [])]
        .map((key) => this.#kind(kind).get(key))
        .filter((object) => object !== undefined);
    const strays = labelled("ConfigMap")
      .filter(({ metadata }) => metadata.namespace !== namespace || !names.has(metadata.name))
      // An older release of immutable delivery stays until `veltrix prune` takes it.
      .filter((object) => object.metadata.namespace !== namespace || !this.#isOldRelease(object));
    const secrets = new Set((expected.externalSecrets ?? []).map(({ metadata }) => metadata.name));
    const found = [...secrets].map((name) => [name, find("ExternalSecret", name)] as const);
    return {
      config: find("ConfigMap", config.metadata.name),
      variables: variables === undefined ? undefined : find("ConfigMap", variables.metadata.name),
      strays,
      externalSecrets: new Map(
        found.flatMap(([name, object]): [string, ExternalSecret][] => (object === undefined ? [] : [[name, object]])),
      ),
      strayExternalSecrets: labelled("ExternalSecret").filter(
        ({ metadata }) => metadata.namespace !== namespace || !secrets.has(metadata.name),
      ),
      knowsExternalSecrets: !this.#unknown.has("ExternalSecret"),
      workload: this.#workloadOf(expected),
      wasDeleted: (name, kind) => this.#deleted[kind ?? "ConfigMap"].has(keyOf({ namespace, name })),
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

  /** Hashed once for each object that is seen. */
  #isOldRelease(object: ConfigMap): boolean {
    const known = this.#oldReleases.get(object) ?? isOldRelease(object);
    this.#oldReleases.set(object, known);
    return known;
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
    if (isDelivered(kind)) this.#labelled[kind].get(labelsOf(object))?.delete(key);
    for (const owner of ownersOf(kind, object)) this.#owned.get(owner)?.delete(`${kind} ${key}`);
    return concerned;
  }

  #link(kind: WatchedKind, object: KubernetesObject): void {
    const key = keyOf(object.metadata);
    if (isDelivered(kind)) add(this.#labelled[kind], labelsOf(object), () => new Set<string>()).add(key);
    for (const owner of ownersOf(kind, object)) {
      add(this.#owned, owner, () => new Map<string, Workload | Pod>()).set(`${kind} ${key}`, object as Workload | Pod);
    }
  }

  #concernedBy(kind: WatchedKind, object: KubernetesObject): readonly ExpectedService[] {
    const key = keyOf(object.metadata);
    if (isDelivered(kind)) {
      return [this.#byName[kind].get(key), this.#byLabels.get(labelsOf(object))].filter((service) => service !== undefined);
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

type Delivered<Value> = { readonly [K in DeliveredKind]: Value };

/** Every object that a service should have. */
function placesOf({ config, variables, externalSecrets = [] }: ExpectedService): readonly Place[] {
  const place = (kind: DeliveredKind, { metadata: { namespace, name } }: Pick<ExpectedConfigMap, "metadata">): Place => ({
    kind,
    namespace,
    name,
  });
  return [
    place("ConfigMap", config),
    ...(variables === undefined ? [] : [place("ConfigMap", variables)]),
    ...externalSecrets.map((object) => place("ExternalSecret", object)),
  ];
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
