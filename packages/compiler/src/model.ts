// The frozen model: what the stages make of schemas/, and all that an emitter may know. It is data throughout: it can be
// cloned, sent to another thread and stored.
import type { DeliveredPolicy, JsonObject, JsonValue, SecretReferences, UnitName } from "@veltrix/protocol";
import type { Fingerprints } from "@veltrix/protocol/fingerprint";

/** A whole workspace, resolved and checked. */
export interface Model {
  readonly settings: Settings;
  /** Ordered by id. */
  readonly services: readonly Service[];
  readonly workloads: Workloads;
}

/** The team's own manifests. */
export interface Workloads {
  /** Indexes of patterns of the settings that name no file. */
  readonly unmatched: readonly number[];
  /** Ordered by path. */
  readonly files: readonly ManifestFile[];
}

/** One file of manifests. */
export interface ManifestFile {
  /** Relative to the workspace, with `/`. */
  readonly file: string;
  /** In the order of the stream; null where a document is empty. */
  readonly documents: readonly JsonValue[];
}

/** `schemas/veltrix.yaml`. */
export interface Settings {
  /** In the order in which they are declared. */
  readonly environments: readonly Environment[];
  readonly outputs: Outputs;
  readonly workloads: WorkloadSettings;
  /** The Secrets of every environment with a namespace. Present: a `!secret` names one of the declared ones. */
  readonly secrets?: SecretKeys;
  /** Codes of warnings that are errors here. */
  readonly raisedWarnings?: readonly string[];
}

/** The keys that Secrets have, by their names. */
export interface SecretKeys {
  readonly [secret: string]: readonly string[];
}

/** `workloads`: manifests that are checked against what is generated. */
export interface WorkloadSettings {
  /** Globs, relative to the workspace. */
  readonly files: readonly string[];
  /** Names of ConfigMaps and Secrets that others make. */
  readonly external: readonly string[];
}

/** What is generated, and as which package. */
export interface Outputs {
  /** Name of the generated package. */
  readonly package: string;
  /** Folder of the generated package, relative to the workspace, with `/`. */
  readonly folder: string;
  /** What the workspace tells emitters, as it is written: everything else that stands in `outputs`, by name. */
  readonly options: JsonObject;
}

/** One declared environment with its own policy, the workspace's where it does not narrow it. */
export interface Environment {
  readonly name: string;
  /** Absent: no manifests are written for it. */
  readonly namespace?: string;
  readonly production: boolean;
  readonly policy: Policy;
  /** The Secrets of this environment alone. */
  readonly secrets?: SecretKeys;
}

/** What an environment allows. `defaults` is the build's business, the rest is delivered to processes. */
export interface Policy extends DeliveredPolicy {
  /** What a schema default is: `declared`: written into the output and marked; `refuse`: a problem; `ignore`: a description. */
  readonly defaults: "declared" | "refuse" | "ignore";
}

/** A JSON Schema: an object of keywords, or a boolean. */
export type JsonSchema = JsonObject | boolean;

/** One service: its contract and its resolved config per environment. */
export interface Service {
  /** DNS-1123 label of at most 40 characters. */
  readonly id: string;
  readonly contract: Contract;
  /** Keys of services (its own included) that its values refer to, each once. */
  readonly uses: readonly KeyUse[];
  /** One per environment, in the order of the settings. */
  readonly configs: readonly ResolvedConfig[];
}

/** A `!ref`: the value at `pointer` is taken from `key` of `service`. */
export interface KeyUse {
  readonly pointer: string;
  readonly service: string;
  /** Pointer of the key that is used. */
  readonly key: string;
}

/** A service's contract, linked. */
export interface Contract {
  /** Path of `config.schema.json`, relative to the workspace, with `/`. */
  readonly file: string;
  /** Semantic version. */
  readonly version: string;
  readonly title?: string;
  readonly description?: string;
  readonly owner?: string;
  /** Service id to semver range. */
  readonly dependsOn: { readonly [service: string]: string };
  readonly workload?: { readonly kind: string; readonly name: string };
  readonly delivery: "mutable" | "immutable";
  /** Hash of the normalised schema without titles, descriptions, examples, comments and owner. */
  readonly fingerprint: string;
  /**
   * The whole contract as one self-contained 2020-12 schema: every `$ref` is inlined, or, where it is
   * recursive, points to `#/$defs/<name>`. Annotations, titles and descriptions are kept.
   */
  readonly schema: JsonObject;
  /** `schema` as `config.json` obeys it: secret keys and all `x-` annotations removed. */
  readonly delivered: JsonObject;
  /** Every property that has a fixed pointer, parents before children, in the order of the contract. */
  readonly keys: readonly Key[];
}

/** One property of a contract that has a fixed pointer (none inside an array). */
export interface Key {
  readonly pointer: string;
  /** The property's own schema, linked. */
  readonly schema: JsonSchema;
  readonly declaredAt: { readonly file: string; readonly pointer: string };
  /** True when it has no properties of its own: a scalar, an array, an open object, a secret. */
  readonly isLeaf: boolean;
  /** Required wherever its parent is there. */
  readonly required: boolean;
  /** Environments that require it beside `required`. */
  readonly requiredIn: readonly string[];
  readonly secret: boolean;
  /** `x-env`: name of the environment variable that carries it too. */
  readonly variable?: string;
  /** `root`: this property carries `x-reload: hot`; `inside`: an ancestor does. */
  readonly hot?: "root" | "inside";
  readonly exported: boolean;
  readonly unit?: UnitName;
  /** `x-unique`: no two keys of this scope may hold one value in an environment, whichever services they belong to. */
  readonly unique?: string;
  /** `x-bound-to: env`: no two environments may hold one value. */
  readonly isBound: boolean;
  /** `x-renamed-to`: pointer of the key that values of this one are delivered as. */
  readonly renamedTo?: string;
  readonly description?: string;
  readonly deprecated: boolean;
}

/** One service in one environment after layers and references: complete, valid, frozen. */
export interface ResolvedConfig {
  readonly environment: Environment;
  /** The delivered value: no secrets in it. */
  readonly value: JsonObject;
  readonly secrets: SecretReferences;
  readonly fingerprints: Fingerprints;
  /** `config.json`, byte for byte as it is delivered. */
  readonly text: string;
  /** Hash of the bytes of `text`. */
  readonly bytes: string;
  /** Where its values come from, by pointer; `originOf` knows the pointers inside lists and references too. */
  readonly origins: { readonly [pointer: string]: Origin };
}

/** Where a value comes from. */
export interface Origin {
  /**
   * `reference`: taken by `!ref`; `default`: the contract's, by policy; `unset`: nothing holds the key, because a layer
   * takes it away (`!unset`), or does not have it where it replaces what is below (`!replace`).
   */
  readonly kind: "value" | "secret" | "reference" | "default" | "unset";
  /** File and pointer of the line that was written. */
  readonly file: string;
  readonly pointer: string;
  /** `<service>#/<pointer>` of a reference, as written. */
  readonly reference?: string;
  /** True where the value is written with `!replace`: nothing of the lower layers merges. */
  readonly replaces?: true;
  /** The reference whose object the one that is written here merges with. */
  readonly over?: { readonly file: string; readonly pointer: string; readonly reference: string };
  /** Lower layers that set the same key: overridden by this one, or hidden by it. Nearest first. */
  readonly overridden: readonly OverriddenLayer[];
}

/** What a layer writes that does not count. */
export interface OverriddenLayer {
  readonly file: string;
  readonly pointer: string;
  /** The value as it is written there, on one line. */
  readonly written: string;
}
