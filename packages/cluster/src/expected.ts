// What was built, as plain data: the caller compiles, this package only compares.
import type { HashesFile, JsonObject } from "@veltrix/protocol";
import type { Kind, Texts } from "./objects.ts";

/** A ConfigMap as it was built. */
export interface ExpectedConfigMap {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels: Texts; readonly annotations: Texts };
  readonly immutable?: true;
  readonly data: Texts;
}

/** An ExternalSecret as it was built. */
export interface ExpectedExternalSecret {
  readonly metadata: ExpectedConfigMap["metadata"];
  readonly spec: JsonObject;
}

/** The kinds that a contract may name as its workload. */
export type WorkloadKind = Extract<Kind, "Deployment" | "StatefulSet" | "DaemonSet" | "CronJob">;

/** The workload that a contract names. */
export interface ExpectedWorkload {
  readonly kind: WorkloadKind;
  readonly name: string;
  /** The annotation of its pod template that rolls its pods: RESTART_ANNOTATION, or one of its own where services share the workload. */
  readonly annotation: string;
}

/** One service in one environment, as it was built. */
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

/** The annotation of a pod template that rolls its pods. */
export const RESTART_ANNOTATION = "veltrix.dev/restart-fingerprint";
export const SERVICE_LABEL = "veltrix.dev/service";
export const ENVIRONMENT_LABEL = "veltrix.dev/environment";
export const ANNOTATIONS = {
  root: "veltrix.dev/fingerprint",
  contract: "veltrix.dev/contract",
  contractVersion: "veltrix.dev/contract-version",
} as const;
