// Which objects are asked for: ConfigMaps and ExternalSecrets of ours wherever they are, everything else where the environments live.
import { ENVIRONMENT_LABEL, type ExpectedService, type KubernetesObject, SERVICE_LABEL } from "@veltrix/protocol/kubernetes";
import { WATCHED_KINDS, type WatchedKind } from "./live.ts";
import type { Scope } from "./read.ts";

/** One list, and one watch, of one kind. */
export interface KindScope extends Scope {
  readonly kind: WatchedKind;
  /** True for an object that the list would hold. */
  readonly speaksFor: (object: KubernetesObject) => boolean;
}

/** All scopes that a comparison of `services` reads. */
export function scopesOf(services: readonly ExpectedService[]): readonly KindScope[] {
  const environments = [...new Set(services.map(({ environment }) => environment))].sort();
  const namespaces = [...new Set(services.map(({ namespace }) => namespace))].sort();
  const selector = `${SERVICE_LABEL},${ENVIRONMENT_LABEL} in (${environments.join(",")})`;
  const workloads = new Set(services.map(({ workload }) => workload?.kind));
  const delivered: readonly WatchedKind[] = [
    "ConfigMap",
    ...(services.some(({ externalSecrets }) => externalSecrets !== undefined) ? (["ExternalSecret"] as const) : []),
  ];
  const isNeeded = (kind: WatchedKind): boolean => {
    if (kind === "ConfigMap" || kind === "ExternalSecret") return false;
    if (kind === "Pod") return [...workloads].some((named) => named !== undefined && named !== "CronJob");
    return workloads.has(kind === "ReplicaSet" ? "Deployment" : kind);
  };
  return [
    ...delivered.map((kind) => ({ kind, selector, speaksFor: () => true })),
    ...WATCHED_KINDS.filter(isNeeded).flatMap((kind) =>
      namespaces.map((namespace) => ({ kind, namespace, speaksFor: ({ metadata }: KubernetesObject) => metadata.namespace === namespace })),
    ),
  ];
}
