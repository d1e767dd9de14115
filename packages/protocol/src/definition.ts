// The seam between generated code and the runtime: what each generated index.js hands over. A type alone: the emitter
// prints an object of it, the runtime takes one.
import type { FingerprintsFile } from "./delivered.ts";
import type { SecretType } from "./secret-types.ts";
import type { UnitName } from "./units.ts";
import type { Validate, Violation } from "./validation.ts";

/** How the text of an environment variable becomes a value. */
export type VariableType = "string" | "integer" | "number" | "boolean" | "json";

/** What a contract says of a secret, beside the rules of its text. */
export interface SecretDefinition {
  /** Wherever the parent object is there. */
  readonly required: boolean;
  /** The `x-env`, which the source `env` reads. */
  readonly variable?: string;
  /** The `x-type`. */
  readonly type?: SecretType;
  /** It has a `contentMediaType`: what looks like a slip in its text may be meant. */
  readonly isDocument?: true;
}

/** All that the runtime must know of one service. Nothing in it depends on values or environments. */
export interface ServiceDefinition {
  readonly service: string;
  /** Fingerprint of the contract that the importing code was compiled against. */
  readonly contract: string;
  readonly contractVersion: string;
  /** Pointers of the hot subtrees. None lies inside another. */
  readonly hot: readonly string[];
  /** Secret keys by pointer. */
  readonly secrets: { readonly [pointer: string]: SecretDefinition };
  /** Keys with an `x-type`, by pointer; `*` stands for every item of an array. */
  readonly units: { readonly [pointer: string]: UnitName };
  /** Keys with an `x-env` that are no secrets, by pointer. */
  readonly variables: {
    readonly [pointer: string]: { readonly name: string; readonly type: VariableType };
  };
  /** Keys, no secrets, whose contract says that a text means itself, whatever it looks like; absent where there are none. */
  readonly meantTexts?: readonly string[];
  /** Required keys without an `x-env`: where there is one, the source `env` is impossible. */
  readonly withoutVariable: readonly string[];
  /** Keys required in some environments only: pointer to the names of the environments. */
  readonly requiredIn: { readonly [pointer: string]: readonly string[] };
  /** Checks a delivered config.json (secrets are not in it) against the contract. */
  readonly validate: Validate;
  /** Checks the text of the secret at `pointer` against that key's own constraints. */
  readonly validateSecret: (pointer: string, text: string) => readonly Violation[];
  /** Loads the package's own fingerprints.json, late. */
  readonly fingerprints: () => Promise<FingerprintsFile>;
}
