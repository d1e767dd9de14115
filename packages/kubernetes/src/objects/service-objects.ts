// The one model of what a cluster holds: the objects of a service in an environment. kubectl, Kustomize
// and Helm render these and nothing else.
import { hashesFileOf, type ResolvedConfig, type Service } from "@veltrix/compiler";
import { CONFIG_FILE, HASHES_FILE, renderDelivered } from "@veltrix/protocol";
import {
  buildAnnotations,
  contentHash,
  ENVIRONMENT_LABEL,
  type ExpectedConfigMap,
  type ExpectedExternalSecret,
  type ExpectedMetadata,
  SERVICE_LABEL,
  type Texts,
} from "@veltrix/protocol/kubernetes";
import { externalSecretsFor } from "./external-secrets.ts";
import type { KubernetesOptions } from "../options.ts";
import { type SecretVariable, secretVariablesOf, variablesOf } from "./variables.ts";

/** Any object of a service. */
export type ServiceObject = ExpectedConfigMap | ExpectedExternalSecret;

/** The objects of one service in one environment, by what they are for. */
export interface ServiceObjects {
  /** `<service>-config`: mounted as a folder. */
  readonly config: ExpectedConfigMap;
  /** `<service>-env`: where keys with `x-env` have a value. */
  readonly variables?: ExpectedConfigMap;
  /** One per Secret that values refer to, where `outputs.externalSecrets` asks for them. */
  readonly externalSecrets: readonly ExpectedExternalSecret[];
  /** Secrets with `x-env`: no object of ours holds them, and pods take them from their Secrets. */
  readonly secretVariables: readonly SecretVariable[];
}

/**
 * The objects that carry the configuration of a service in an environment; none where the environment
 * has no namespace. What the outputs add to them is in `serviceObjects`.
 */
export function objectsFor(service: Service, config: ResolvedConfig): readonly ExpectedConfigMap[] {
  const objects = serviceObjects(service, config, {});
  if (objects === undefined) return [];
  return objects.variables === undefined ? [objects.config] : [objects.config, objects.variables];
}

/** Every object of a service in an environment, by what it is for; undefined where the environment has no namespace. */
export function serviceObjects(
  service: Service,
  config: ResolvedConfig,
  outputs: Pick<KubernetesOptions, "externalSecrets">,
): ServiceObjects | undefined {
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
    externalSecrets:
      outputs.externalSecrets === undefined
        ? []
        : externalSecretsFor(service, config, { output: outputs.externalSecrets, metadataOf: (name) => metadataOf(name, context, false) }),
    secretVariables: secretVariablesOf(service, config),
  };
}

/** All of `objects`, in the order in which they are written. */
export function listObjects(objects: ServiceObjects): readonly ServiceObject[] {
  const { config, variables, externalSecrets } = objects;
  return [config, ...(variables === undefined ? [] : [variables]), ...externalSecrets];
}

interface PlacedConfig {
  readonly service: Service;
  readonly config: ResolvedConfig;
  readonly namespace: string;
}

function configMap(name: string, data: Texts, context: PlacedConfig): ExpectedConfigMap {
  const isImmutable = context.service.contract.delivery === "immutable";
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadataOf(isImmutable ? `${name}-${contentHash(data)}` : name, context, isImmutable),
    ...(isImmutable ? { immutable: true } : {}),
    data,
  };
}

function metadataOf(name: string, { service, config, namespace }: PlacedConfig, isKept: boolean): ExpectedMetadata {
  return {
    name,
    namespace,
    labels: {
      "app.kubernetes.io/managed-by": "veltrix",
      "app.kubernetes.io/name": service.id,
      [ENVIRONMENT_LABEL]: config.environment.name,
      [SERVICE_LABEL]: service.id,
    },
    annotations: {
      ...(isKept ? keepAnnotations : {}),
      ...buildAnnotations({
        contract: service.contract.fingerprint,
        contractVersion: service.contract.version,
        root: config.fingerprints.root,
      }),
    },
  };
}

/** An old release stays while a pod or a rollback may still need it: only `veltrix prune` removes it. */
const keepAnnotations: Texts = {
  "argocd.argoproj.io/sync-options": "Prune=false",
  "helm.sh/resource-policy": "keep",
};

function renderHashes(service: Service, config: ResolvedConfig): string {
  const hashes = hashesFileOf(service, config);
  return renderDelivered({ ...hashes, policy: { ...hashes.policy } });
}
