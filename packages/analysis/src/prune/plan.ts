// What may go of immutable delivery, and what holds the rest. A pure function of what the cluster was seen to have:
// only our own immutable objects under a name that is the hash of their data are ever judged.
import { type Manifest, namesIn, podTemplateOf } from "@veltrix/kubernetes";
import type { JsonObject, JsonValue } from "@veltrix/protocol";
import { contentHash, ENVIRONMENT_LABEL, FINGERPRINT_ANNOTATION, SERVICE_LABEL } from "@veltrix/protocol/kubernetes";

/** A ConfigMap as the API server has it. */
export interface LiveConfigMap {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    /** RFC 3339. */
    readonly creationTimestamp?: string;
    readonly labels?: { readonly [name: string]: string };
    readonly annotations?: { readonly [name: string]: string };
  };
  readonly immutable?: boolean;
  readonly data?: { readonly [key: string]: string };
  readonly binaryData?: { readonly [key: string]: string };
}

/** An object that can hold a ConfigMap: a Pod, or anything with a pod template, that of a ControllerRevision included. */
export interface Holder {
  readonly kind: string;
  readonly object: JsonObject & { readonly metadata: { readonly name: string } };
}

/** A process that says which config it holds. */
export interface HoldingInstance {
  readonly id: string;
  readonly service: string;
  /** Root fingerprint. */
  readonly root: string;
}

/** How far back a rollback must be possible. */
export interface RollbackWindow {
  /** Milliseconds since another object took the place of this one. */
  readonly keepFor?: number;
  /** So many of the newest of each kind of a service. */
  readonly keepCount?: number;
}

export interface PruneInput {
  readonly environment: string;
  /** Only this service. */
  readonly service?: string | undefined;
  readonly configMaps: readonly LiveConfigMap[];
  readonly holders: readonly Holder[];
  readonly instances: readonly HoldingInstance[];
  /** Names of the objects that a build gives now. */
  readonly built: ReadonlySet<string>;
  readonly window: RollbackWindow;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** An object that was judged. */
export interface JudgedObject {
  readonly service: string;
  readonly name: string;
  /** RFC 3339; null where the object does not say. */
  readonly created: string | null;
  /** What holds it; none: it may go. */
  readonly reasons: readonly string[];
  readonly object: LiveConfigMap;
}

/** The plan: both lists ordered by name. */
export interface PrunePlan {
  readonly kept: readonly JudgedObject[];
  readonly removable: readonly JudgedObject[];
}

/** Judges every candidate. */
export function planPrune(input: PruneInput): PrunePlan {
  const candidates = input.configMaps.flatMap((object) => candidateOf(object, input)).sort((a, b) => (a.name < b.name ? -1 : 1));
  const held = holdersByName(input.holders);
  const successors = findSuccessors(candidates, input.built);
  const judged = candidates.map(({ object, service, name }): JudgedObject => {
    const root = object.metadata.annotations?.[FINGERPRINT_ANNOTATION];
    const instances = input.instances.filter((instance) => instance.service === service && instance.root === root);
    return {
      service,
      name,
      created: object.metadata.creationTimestamp ?? null,
      object,
      reasons: [
        ...(input.built.has(name) ? ["built now"] : []),
        ...(held.get(name) ?? []),
        ...instances.map(({ id }) => `instance ${id}`),
        ...windowReasons(object, successors.get(name), input),
      ],
    };
  });
  return { kept: judged.filter(({ reasons }) => reasons.length > 0), removable: judged.filter(({ reasons }) => reasons.length === 0) };
}

interface Candidate {
  readonly object: LiveConfigMap;
  readonly service: string;
  /** `config` or `env`. */
  readonly part: string;
  readonly name: string;
}

/** Ours, immutable, and called by the hash of exactly this data. Anything else is never touched. */
function candidateOf(object: LiveConfigMap, { environment, service: only }: PruneInput): readonly Candidate[] {
  const { metadata, immutable, data = {}, binaryData } = object;
  const service = metadata.labels?.[SERVICE_LABEL];
  if (service === undefined || metadata.labels?.[ENVIRONMENT_LABEL] !== environment) return [];
  if (immutable !== true || binaryData !== undefined || (only !== undefined && service !== only)) return [];
  const part = ["config", "env"].find((each) => metadata.name === `${service}-${each}-${contentHash(data)}`);
  return part === undefined ? [] : [{ object, service, part, name: metadata.name }];
}

/** What holds each ConfigMap: pods and templates that name it anywhere. */
function holdersByName(holders: readonly Holder[]): ReadonlyMap<string, readonly string[]> {
  const held = new Map<string, string[]>();
  for (const { kind, object } of holders) {
    const value = kind === "ControllerRevision" ? object["data"] : object;
    const template = podTemplateOf(manifestOf(kind, value));
    if (template === undefined) continue;
    for (const name of namesIn(template, "ConfigMap")) {
      const known = held.get(name);
      if (known === undefined) held.set(name, [`${kind} ${object.metadata.name}`]);
      else known.push(`${kind} ${object.metadata.name}`);
    }
  }
  return held;
}

function manifestOf(kind: string, value: JsonValue | undefined): Manifest {
  // What is no object has no template, and an empty one says so.
  const object = typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
  return { value: object, pointer: "", apiVersion: "", kind, name: undefined, namespace: undefined };
}

/** Newer objects of the same service and part, for each name: how many, and when the next one came. */
function findSuccessors(candidates: readonly Candidate[], built: ReadonlySet<string>): ReadonlyMap<string, Successors> {
  const bySeries = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const series = `${candidate.service} ${candidate.part}`;
    bySeries.set(series, [...(bySeries.get(series) ?? []), candidate]);
  }
  const successors = new Map<string, Successors>();
  for (const series of bySeries.values()) {
    // The server's clock counts seconds: of two in one second, what is built now is the newer one.
    const newest = series.toSorted(
      (a, b) => createdAt(b.object) - createdAt(a.object) || Number(built.has(b.name)) - Number(built.has(a.name)),
    );
    newest.forEach(({ name }, index) => {
      const next = newest[index - 1];
      successors.set(name, { count: index, replacedAt: next === undefined ? undefined : createdAt(next.object) });
    });
  }
  return successors;
}

interface Successors {
  readonly count: number;
  /** Undefined: nothing is newer. */
  readonly replacedAt: number | undefined;
}

/** An object that does not say when it was made counts as made just now. */
function createdAt({ metadata }: LiveConfigMap): number {
  const time = Date.parse(metadata.creationTimestamp ?? "");
  return Number.isNaN(time) ? Number.POSITIVE_INFINITY : time;
}

function windowReasons(object: LiveConfigMap, successors: Successors | undefined, { window, now }: PruneInput): readonly string[] {
  const { keepFor, keepCount } = window;
  const { count, replacedAt } = successors ?? { count: 0, replacedAt: undefined };
  const reasons: string[] = [];
  if (keepCount !== undefined && count < keepCount) reasons.push(`rollback window: one of the newest ${keepCount}`);
  // The clock of this machine and the cluster's may differ: what seems to come from the future is new.
  const since = replacedAt ?? createdAt(object);
  if (keepFor !== undefined && now - since < keepFor)
    reasons.push(
      replacedAt === undefined ? "rollback window: nothing newer" : `rollback window: replaced ${new Date(since).toISOString()}`,
    );
  return reasons;
}
