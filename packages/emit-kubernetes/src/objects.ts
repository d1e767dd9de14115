// The one model of what a cluster holds: the objects of a service in an environment. kubectl, Kustomize
// and Helm render these and nothing else.
import { hashesFileOf, type ResolvedConfig, type Service } from "@veltrix/compiler";
import { canonicalize, CONFIG_FILE, HASHES_FILE, renderDelivered } from "@veltrix/protocol";
import { hashBytes } from "@veltrix/protocol/fingerprint";
import { variablesOf } from "./variables.ts";

type Texts = { readonly [name: string]: string };

/** A ConfigMap as we write it. */
export interface ConfigMap {
  readonly apiVersion: "v1";
  readonly kind: "ConfigMap";
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Texts;
    readonly annotations: Texts;
  };
  /** Only with immutable delivery. */
  readonly immutable?: true;
  readonly data: Texts;
}

export type KubernetesObject = ConfigMap;

/** The objects of one service in one environment, by what they are for. */
export interface ServiceObjects {
  /** `<service>-config`: mounted as a folder. */
  readonly config: ConfigMap;
  /** `<service>-env`: where keys with `x-env` have a value. */
  readonly variables?: ConfigMap;
}

/** The objects of a service in an environment; none where the environment has no namespace. */
export function objectsFor(service: Service, config: ResolvedConfig): readonly KubernetesObject[] {
  const objects = serviceObjects(service, config);
  if (objects === undefined) return [];
  return objects.variables === undefined ? [objects.config] : [objects.config, objects.variables];
}

/** The same objects by what they are for; undefined where the environment has no namespace. */
export function serviceObjects(service: Service, config: ResolvedConfig): ServiceObjects | undefined {
  const { namespace } = config.environment;
  if (namespace === undefined) return undefined;
  const context = { service, config, namespace };
  const files = { [CONFIG_FILE]: config.text, [HASHES_FILE]: renderHashes(service, config) };
  const variables = variablesOf(service, config);
  return {
    config: configMap(`${service.id}-config`, files, context),
    ...(variables.length === 0
      ? {}
      : { variables: configMap(`${service.id}-env`, Object.fromEntries(variables.map(({ name, text }) => [name, text])), context) }),
  };
}

interface Context {
  readonly service: Service;
  readonly config: ResolvedConfig;
  readonly namespace: string;
}

function configMap(name: string, data: Texts, { service, config, namespace }: Context): ConfigMap {
  const isImmutable = service.contract.delivery === "immutable";
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: isImmutable ? `${name}-${contentHash(data)}` : name,
      namespace,
      labels: {
        "app.kubernetes.io/managed-by": "veltrix",
        "app.kubernetes.io/name": service.id,
        "veltrix.dev/environment": config.environment.name,
        "veltrix.dev/service": service.id,
      },
      annotations: {
        ...(isImmutable ? keepAnnotations : {}),
        "veltrix.dev/contract": service.contract.fingerprint,
        "veltrix.dev/contract-version": service.contract.version,
        "veltrix.dev/fingerprint": config.fingerprints.root,
      },
    },
    ...(isImmutable ? { immutable: true } : {}),
    data,
  };
}

/** An old release stays while a pod or a rollback may still need it: only `veltrix prune` removes it. */
const keepAnnotations: Texts = {
  "argocd.argoproj.io/sync-options": "Prune=false",
  "helm.sh/resource-policy": "keep",
};

function contentHash(data: Texts): string {
  return hashBytes(canonicalize(data)).slice("v1:sha256:".length).slice(0, 10);
}

function renderHashes(service: Service, config: ResolvedConfig): string {
  const hashes = hashesFileOf(service, config);
  return renderDelivered({ ...hashes, policy: { ...hashes.policy } });
}
