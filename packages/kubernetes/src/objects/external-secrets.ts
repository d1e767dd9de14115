// Secrets that the External Secrets Operator fetches: which keys, under which names. Never a value.
import type { ExternalSecretsOutput } from "../options.ts";
import type { ResolvedConfig, Service } from "@veltrix/compiler";
import type { ExpectedExternalSecret, ExpectedMetadata, RemoteKey } from "@veltrix/protocol/kubernetes";

/** The Secrets that a config refers to, ordered by name, each with its keys in order. */
export function secretsOf(config: ResolvedConfig): ReadonlyMap<string, readonly string[]> {
  const keysByName = new Map<string, string[]>();
  for (const reference of [...new Set(Object.values(config.secrets))].sort()) {
    const slash = reference.indexOf("/");
    const name = reference.slice(0, slash);
    const keys = keysByName.get(name);
    if (keys === undefined) keysByName.set(name, [reference.slice(slash + 1)]);
    else keys.push(reference.slice(slash + 1));
  }
  return keysByName;
}

/**
 * Name of the Secret that a service's ExternalSecret makes. It is the service's own, since two
 * ExternalSecrets cannot own one Secret, and a service gets the keys that it reads and no others.
 */
export function ownSecretName(service: string, secret: string): string {
  return `${service}-${secret}`;
}

/** One ExternalSecret for every Secret that the service refers to in the environment of `config`. */
export function externalSecretsFor(
  service: Service,
  config: ResolvedConfig,
  options: { readonly output: ExternalSecretsOutput; readonly metadataOf: (name: string) => ExpectedMetadata },
): readonly ExpectedExternalSecret[] {
  const { store, refreshInterval, remoteKey = "{secret}" } = options.output;
  return [...secretsOf(config)].map(([secret, keys]) => {
    const name = ownSecretName(service.id, secret);
    const names = { environment: config.environment.name, namespace: config.environment.namespace ?? "", service: service.id, secret };
    return {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: options.metadataOf(name),
      spec: {
        refreshInterval,
        secretStoreRef: { name: store.name, kind: store.kind },
        target: { name, creationPolicy: "Owner" },
        data: keys.map((key) => ({ secretKey: key, remoteRef: remoteRef(remoteKey, { ...names, key }) })),
      },
    };
  });
}

/** A template that names the key itself needs no property below it. */
function remoteRef(template: string, names: { readonly [name: string]: string }): RemoteKey["remoteRef"] {
  const key = template.replace(/\{([a-z]+)\}/g, (_all, name: string) => names[name] ?? "");
  return template.includes("{key}") ? { key } : { key, property: names["key"] ?? "" };
}
