// What a workspace tells this emitter, in `outputs` itself: `targets`, `externalSecrets` and `admission`. Light to load:
// every command that compiles judges veltrix.yaml by it.
import { type EmitterOptions, type Model, optionsOf } from "@veltrix/compiler";
import type { JsonObject } from "@veltrix/protocol";

export type Target = "kubectl" | "kustomize" | "helm";

/** Where the External Secrets Operator finds the secrets. */
export interface ExternalSecretsOutput {
  readonly store: { readonly name: string; readonly kind: "SecretStore" | "ClusterSecretStore" };
  /** A Go duration. */
  readonly refreshInterval: string;
  /** Key in the store, with `{environment}`, `{namespace}`, `{service}`, `{secret}` and `{key}` in it; absent: `{secret}`. */
  readonly remoteKey?: string;
}

/** What the API server does about a change that comes from elsewhere. */
export interface AdmissionOutput {
  readonly mode: "warn" | "deny" | "audit";
  /** Names of the users and groups that may change what Veltrix delivers. */
  readonly deployers: readonly string[];
}

/** The options, with what holds where none are written. */
export interface KubernetesOptions {
  readonly targets: readonly Target[];
  /** Present: every Secret that values refer to is also declared as an ExternalSecret. */
  readonly externalSecrets?: ExternalSecretsOutput;
  /** Present: a ValidatingAdmissionPolicy is written for every environment that has a namespace. */
  readonly admission?: AdmissionOutput;
}

const TARGETS: readonly Target[] = ["kubectl", "kustomize", "helm"];

const store: JsonObject = {
  type: "object",
  additionalProperties: false,
  required: ["name", "kind"],
  properties: {
    name: {
      type: "string",
      maxLength: 253,
      pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
      examples: ["name: vault"],
    },
    kind: { enum: ["SecretStore", "ClusterSecretStore"], examples: ["kind: ClusterSecretStore"] },
  },
};

const optionsSchema: JsonObject = {
  type: "object",
  additionalProperties: false,
  properties: {
    targets: { type: "array", items: { enum: [...TARGETS] }, examples: ["targets: [kubectl, kustomize, helm]"] },
    externalSecrets: {
      type: "object",
      additionalProperties: false,
      required: ["store", "refreshInterval"],
      properties: {
        store,
        refreshInterval: {
          type: "string",
          maxLength: 253,
          pattern: "^([0-9]+(\\.[0-9]+)?(h|m|s|ms|us|ns))+$",
          examples: ["refreshInterval: 1h"],
        },
        remoteKey: {
          type: "string",
          maxLength: 253,
          pattern: "^([^{}\\p{C}\\p{Z}]|\\{(environment|namespace|service|secret|key)\\})+$",
          examples: ['remoteKey: "{environment}/{secret}"'],
        },
      },
    },
    admission: {
      type: "object",
      additionalProperties: false,
      required: ["mode", "deployers"],
      properties: {
        mode: { enum: ["warn", "deny", "audit"], examples: ["mode: warn"] },
        deployers: {
          type: "array",
          minItems: 1,
          items: { type: "string", pattern: "\\S" },
          examples: ['deployers: ["system:serviceaccount:ci:deployer"]'],
        },
      },
    },
  },
};

/** The emitter as veltrix.yaml knows it. */
export const kubernetesOptions: EmitterOptions = { name: "kubernetes", optionsSchema, ownsNames: true };

/** What the workspace of `model`, which was judged by `kubernetesOptions`, says. */
export function outputsOf(model: Pick<Model, "settings">): KubernetesOptions {
  // The schema lets through nothing else.
  return { targets: TARGETS, ...(optionsOf(kubernetesOptions, model) as Partial<KubernetesOptions>) };
}
