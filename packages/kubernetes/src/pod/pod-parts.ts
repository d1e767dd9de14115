// What a workload's pods need of us: volumes, mounts, variables and the annotation that rolls them.
// Kustomize patches it in; the chart's named templates and `veltrix patch` say the same.
import type { Model, ResolvedConfig, Service } from "@veltrix/compiler";
import { RESTART_ANNOTATION } from "@veltrix/protocol/kubernetes";
import { secretsOf } from "../objects/external-secrets.ts";
import type { ServiceObjects } from "../objects/service-objects.ts";
import type { YamlMap, YamlNode } from "../render/yaml.ts";

/** Where a container finds its files. */
export const CONFIG_DIR = "/etc/veltrix/config";
export const SECRETS_DIR = "/etc/veltrix/secrets";

/** The parts of a pod template that are ours, each as Kubernetes spells it. */
export interface PodParts {
  readonly annotations: YamlMap;
  readonly volumes: readonly YamlMap[];
  readonly volumeMounts: readonly YamlMap[];
  readonly env: readonly YamlMap[];
}

/** What is ours in a pod, by name. Mount paths and variables are each container's own. */
export interface PodNames {
  /** The annotation with the restart fingerprint. */
  readonly restart: string;
  readonly configVolume: string;
  readonly secretsVolume: string;
}

const ALONE: PodNames = { restart: RESTART_ANNOTATION, configVolume: "veltrix-config", secretsVolume: "veltrix-secrets" };

/** The names in the pods of `service`. They end in its id where another service's contract names the same workload. */
export function podNamesOf({ services }: Pick<Model, "services">, service: Service): PodNames {
  if (sharingWith(services, service.id) === undefined) return ALONE;
  const own = (name: string): string => `${name}-${service.id}`;
  return { restart: own(ALONE.restart), configVolume: own(ALONE.configVolume), secretsVolume: own(ALONE.secretsVolume) };
}

const known = new WeakMap<readonly Service[], ReadonlyMap<string, readonly string[]>>();

/** Ids of all services that share the pods of a service, itself among them; undefined of one that has pods of its own. */
export function sharingWith(services: readonly Service[], id: string): readonly string[] | undefined {
  const before = known.get(services);
  if (before !== undefined) return before.get(id);
  const byWorkload = new Map<string, string[]>();
  for (const service of services) {
    if (service.contract.workload === undefined) continue;
    const { kind, name } = service.contract.workload;
    const together = byWorkload.get(`${kind} ${name}`);
    if (together === undefined) byWorkload.set(`${kind} ${name}`, [service.id]);
    else together.push(service.id);
  }
  const shared = [...byWorkload.values()].filter(({ length }) => length > 1);
  const sharing = new Map(shared.flatMap((together) => together.map((each) => [each, together] as const)));
  known.set(services, sharing);
  return sharing.get(id);
}

/** Our parts of the pod template of the service in the environment of `config`. */
export function podPartsFor(config: ResolvedConfig, objects: ServiceObjects, own: PodNames): PodParts {
  const names = secretNames(config, objects);
  const sources = secretSources(config, names);
  const hasSecrets = sources.length > 0;
  return {
    annotations: { [own.restart]: config.fingerprints.restart },
    volumes: [
      { name: own.configVolume, configMap: { name: objects.config.metadata.name } },
      ...(hasSecrets ? [{ name: own.secretsVolume, projected: { sources } }] : []),
    ],
    volumeMounts: [
      { name: own.configVolume, mountPath: CONFIG_DIR, readOnly: true },
      ...(hasSecrets ? [{ name: own.secretsVolume, mountPath: SECRETS_DIR, readOnly: true }] : []),
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
