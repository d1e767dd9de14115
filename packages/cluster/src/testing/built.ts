// A service as it was built, and the same as an API server keeps it: for tests without a server.
import { type HashesFile, type JsonObject, renderDelivered } from "@veltrix/protocol";
import { fingerprintConfig, hashBytes } from "@veltrix/protocol/fingerprint";
import type { ConfigMap, ExpectedConfigMap, ExpectedPod, ExpectedService } from "@veltrix/protocol/kubernetes";

/** A pod into which nothing is put but the annotation. */
export const noParts: ExpectedPod = {
  container: "gateway",
  foreignContainers: [],
  volumes: [],
  volumeMounts: [],
  env: [],
  undelivered: {},
};

/** What differs between builds. */
export interface Build {
  readonly value?: JsonObject;
  readonly secrets?: { readonly [pointer: string]: string };
  readonly contract?: string;
  readonly policy?: HashesFile["policy"];
}

/** `gateway` in prod. */
export function built(build: Build = {}): ExpectedService {
  const { value = { port: 80, mqtt: { keepAlive: "30s" } }, secrets = { "/password": "mqtt/password" }, contract = "v1:sha256:c1" } = build;
  const text = renderDelivered(value);
  const { root, restart, leaves } = fingerprintConfig(value, { secrets });
  const policy = build.policy ?? { onDrift: "alert", overrides: "allow" };
  const names = { service: "gateway", environment: "prod", contract, contractVersion: "1.0.0" };
  const hashes: HashesFile = { format: 1, ...names, bytes: hashBytes(text), root, restart, leaves, policy, secrets };
  const annotations = { "veltrix.dev/contract": contract, "veltrix.dev/contract-version": "1.0.0", "veltrix.dev/fingerprint": root };
  const labels = { "veltrix.dev/service": "gateway", "veltrix.dev/environment": "prod", "app.kubernetes.io/managed-by": "veltrix" };
  const metadata = { namespace: "iot", labels, annotations };
  const head = { apiVersion: "v1", kind: "ConfigMap" } as const;
  return {
    service: "gateway",
    environment: "prod",
    namespace: "iot",
    config: {
      ...head,
      metadata: { ...metadata, name: "gateway-config" },
      data: { "config.json": text, "veltrix.json": renderDelivered({ ...hashes, policy: { ...policy } }) },
    },
    variables: { ...head, metadata: { ...metadata, name: "gateway-env" }, data: { PORT: String(value["port"]) } },
    variablePointers: { PORT: "/port" },
    secretVariables: { PASSWORD: "/password" },
    hashes,
    value,
    secrets: ["/password"],
  };
}

/** As `manager` applied it. */
export function applied(object: ExpectedConfigMap, manager = "kubectl"): ConfigMap {
  const own = (names: readonly string[]): object => Object.fromEntries(names.map((name) => [`f:${name}`, {}]));
  const { labels, annotations } = object.metadata;
  const fieldsV1 = {
    "f:data": own(Object.keys(object.data)),
    "f:metadata": { "f:labels": own(Object.keys(labels)), "f:annotations": own(Object.keys(annotations)) },
  };
  return {
    ...object,
    metadata: {
      ...object.metadata,
      uid: object.metadata.name,
      managedFields: [{ manager, operation: "Apply", time: "2026-01-01T00:00:00Z", fieldsV1 }],
    },
  };
}

/** The same object after `manager` wrote `data` by hand. */
export function edited(object: ConfigMap, data: { readonly [name: string]: string }, manager = "by-hand"): ConfigMap {
  const [first, ...others] = object.metadata.managedFields ?? [];
  const left = Object.fromEntries(
    Object.entries(first?.fieldsV1?.["f:data"] ?? {}).filter(([name]) => !Object.hasOwn(data, name.slice(2))),
  );
  const fieldsV1 = { "f:data": Object.fromEntries(Object.keys(data).map((name) => [`f:${name}`, {}])) };
  const managedFields = [
    { ...first, fieldsV1: { ...first?.fieldsV1, "f:data": left } },
    ...others,
    { manager, operation: "Update", time: "2026-01-02T00:00:00Z", fieldsV1 },
  ];
  return { ...object, data: { ...object.data, ...data }, metadata: { ...object.metadata, managedFields } };
}
