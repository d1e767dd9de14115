// What a workload's pods need of us: volumes, mounts, variables and the annotation that rolls them.
// Kustomize patches it in; the chart's named templates and `veltrix patch` say the same.
import type { ResolvedConfig } from "@veltrix/compiler";
import { secretsOf } from "./external-secrets.ts";
import type { ServiceObjects } from "./objects.ts";
import type { YamlMap, YamlNode } from "./yaml.ts";

/** Where a container finds its files. */
export const CONFIG_DIR = "/etc/veltrix/config";
export const SECRETS_DIR = "/etc/veltrix/secrets";

/** Changes exactly when a key changes that only a restart applies. */
export const RESTART_ANNOTATION = "veltrix.dev/restart-fingerprint";

/** The kinds of workload that have a pod template we can patch. */
export const workloadKinds: { readonly [kind: string]: { readonly apiVersion: string } } = {
  Deployment: { apiVersion: "apps/v1" },
  StatefulSet: { apiVersion: "apps/v1" },
  DaemonSet: { apiVersion: "apps/v1" },
  CronJob: { apiVersion: "batch/v1" },
};

/** The parts of a pod template that are ours, each as Kubernetes spells it. */
export interface PodParts {
  readonly annotations: YamlMap;
  readonly volumes: readonly YamlMap[];
  readonly volumeMounts: readonly YamlMap[];
  readonly env: readonly YamlMap[];
}

/** Our parts of the pod template of the service in the environment of `config`. */
export function podPartsFor(config: ResolvedConfig, objects: ServiceObjects): PodParts {
  const names = secretNames(config, objects);
  const sources = secretSources(config, names);
  const hasSecrets = sources.length > 0;
  return {
    annotations: { [RESTART_ANNOTATION]: config.fingerprints.restart },
    volumes: [
      { name: "veltrix-config", configMap: { name: objects.config.metadata.name } },
      ...(hasSecrets ? [{ name: "veltrix-secrets", projected: { sources } }] : []),
    ],
    volumeMounts: [
      { name: "veltrix-config", mountPath: CONFIG_DIR, readOnly: true },
      ...(hasSecrets ? [{ name: "veltrix-secrets", mountPath: SECRETS_DIR, readOnly: true }] : []),
    ],
    env: [
      { name: "VELTRIX_SOURCE", value: "dir" },
      { name: "VELTRIX_ENVIRONMENT", value: config.environment.name },
      { name: "VELTRIX_CONFIG_DIR", value: CONFIG_DIR },
      ...(hasSecrets ? [{ name: "VELTRIX_SECRETS_DIR", value: SECRETS_DIR }] : []),
      ...variableEntries(objects),
      ...secretEntries(objects, names),
    ],
  };
}

// One entry per variable and not `envFrom`: a strategic merge replaces the workload's own `envFrom` list
// as a whole, while `env` merges by name; and a missing key stops the container instead of being skipped.
function variableEntries({ variables }: ServiceObjects): readonly YamlMap[] {
  if (variables === undefined) return [];
  return Object.keys(variables.data).map((name) => ({
    name,
    valueFrom: { configMapKeyRef: { name: variables.metadata.name, key: name, optional: false } },
  }));
}

/** A secret is named, never written: the kubelet takes its text from the Secret when the container starts. */
function secretEntries({ secretVariables }: ServiceObjects, names: ReadonlyMap<string, string>): readonly YamlMap[] {
  return secretVariables.map(({ name, reference }) => {
    const slash = reference.indexOf("/");
    const secret = reference.slice(0, slash);
    return {
      name,
      valueFrom: { secretKeyRef: { name: names.get(secret) ?? secret, key: reference.slice(slash + 1), optional: false } },
    };
  });
}

/** What each Secret that the values name is called in the cluster. */
function secretNames(config: ResolvedConfig, { externalSecrets }: ServiceObjects): ReadonlyMap<string, string> {
  // An ExternalSecret stands at the place of the Secret that it makes, under a name of its own.
  return new Map([...secretsOf(config).keys()].map((secret, index) => [secret, externalSecrets[index]?.spec.target.name ?? secret]));
}

/** Every Secret with the keys that are read from it, at `<name>/<key>` below the mount. */
function secretSources(config: ResolvedConfig, names: ReadonlyMap<string, string>): readonly YamlNode[] {
  return [...secretsOf(config)].map(([secret, keys]) => ({
    secret: {
      name: names.get(secret) ?? secret,
      items: keys.map((key) => ({ key, path: `${secret}/${key}` })),
      optional: false,
    },
  }));
}
