// What a build wants a cluster to hold, as plain data: whoever builds hands it to whoever compares.
import type { HashesFile } from "../delivered.ts";
import type { JsonObject } from "../json.ts";
import type { Texts } from "./labels.ts";
import type { WorkloadKind } from "./workload-kinds.ts";

/** What every object of ours says of itself. */
export interface ExpectedMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Texts;
  readonly annotations: Texts;
}

/** A ConfigMap as it is built. */
export interface ExpectedConfigMap {
  readonly apiVersion: "v1";
  readonly kind: "ConfigMap";
  readonly metadata: ExpectedMetadata;
  /** Only with immutable delivery. */
  readonly immutable?: true;
  readonly data: Texts;
}

/** An ExternalSecret as it is built. */
export interface ExpectedExternalSecret {
  readonly apiVersion: "external-secrets.io/v1";
  readonly kind: "ExternalSecret";
  readonly metadata: ExpectedMetadata;
  readonly spec: ExternalSecretSpec;
}

// Types and not interfaces: these are compared as JSON objects, which an interface is not.
export type ExternalSecretSpec = {
  readonly refreshInterval: string;
  readonly secretStoreRef: { readonly name: string; readonly kind: string };
  readonly target: { readonly name: string; readonly creationPolicy: "Owner" };
  readonly data: readonly RemoteKey[];
};

/** One key of the Secret, and where its value is fetched. */
export type RemoteKey = {
  readonly secretKey: string;
  readonly remoteRef: { readonly key: string; readonly property?: string };
};

/** The workload that a contract names. */
export interface ExpectedWorkload {
  readonly kind: WorkloadKind;
  readonly name: string;
  /** The annotation of its pod template that rolls its pods: RESTART_ANNOTATION, or one of its own where services share the workload. */
  readonly annotation: string;
  readonly pod: ExpectedPod;
}

/** What our projection puts into a pod template, each part as Kubernetes spells it. */
export interface ExpectedPod {
  /** The container that Kustomize and `veltrix patch` put the parts into; a chart's named templates go into any. */
  readonly container: string;
  /** Containers of the other services that share the workload: what they hold is theirs. */
  readonly foreignContainers: readonly string[];
  readonly volumes: readonly JsonObject[];
  readonly volumeMounts: readonly JsonObject[];
  readonly env: readonly JsonObject[];
  /** Names of variables of the contract that have no value here, to the pointers of their keys: nobody should set them. */
  readonly undelivered: Texts;
}

/** One service in one environment, as it is built. */
export interface ExpectedService {
  readonly service: string;
  readonly environment: string;
  readonly namespace: string;
  /** Holds config.json and veltrix.json. */
  readonly config: ExpectedConfigMap;
  /** Holds the keys with `x-env`. */
  readonly variables?: ExpectedConfigMap;
  /** Left out where the workspace writes none for any service: nothing is asked for then. */
  readonly externalSecrets?: readonly ExpectedExternalSecret[];
  /** Name of a variable to the pointer of its key. */
  readonly variablePointers: Texts;
  /** Name of a variable that carries a secret to the pointer of its key. No ConfigMap has one. */
  readonly secretVariables: Texts;
  /** The parsed veltrix.json of `config`. */
  readonly hashes: HashesFile;
  /** The parsed config.json of `config`. */
  readonly value: JsonObject;
  /** Pointers of secret keys: nothing at or below them is ever shown or hashed. */
  readonly secrets: readonly string[];
  readonly workload?: ExpectedWorkload;
}
