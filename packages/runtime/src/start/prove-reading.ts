// One reading to values that a process may start with, with the secrets it refers to; or every reason why it may not.
import type { ConfigProblem } from "@veltrix/protocol";
import type { ServiceDefinition } from "../contract/definition.ts";
import { accept, type Held, type Rules } from "../held/accept.ts";
import type { MutableObject } from "../json/json-tree.ts";
import type { Source, SourceReading } from "../sources/source.ts";
import { readSecrets, type SecretPlaces, type SecretsReading } from "./read-secrets.ts";
import type { ProcessSettings } from "./settings.ts";

/** What is to be proved. Both are absent where the settings name no source. */
export interface Candidate {
  readonly source: Source | undefined;
  readonly reading: SourceReading | undefined;
  /** Where it was read, where that is not the source itself. */
  readonly place?: string;
}

/** What a process may start with. */
export interface Proved {
  readonly kind: "proved";
  readonly reading: SourceReading;
  readonly held: Held;
  readonly whole: MutableObject;
  readonly rules: Rules;
}

/** Values to start with, or the problems. */
export type Proof = Proved | { readonly kind: "refused"; readonly problems: readonly ConfigProblem[] };

/** Reads the secrets that a reading refers to and decides whether all of it may be held. */
export async function proveReading(definition: ServiceDefinition, settings: ProcessSettings, candidate: Candidate): Promise<Proof> {
  const { source, reading, place } = candidate;
  const { environment, secretsDir, overrides } = settings;
  const references = reading?.kind === "delivered" ? reading.delivery.secrets : reading?.kind === "refused" ? reading.secrets : undefined;
  const places = { dir: secretsDir, variables: source?.variables };
  const { secrets, faults } = references === undefined ? noSecrets(definition, places) : await readSecrets(definition, places, references);
  const label = source?.label ?? "";
  const rules = { definition, environment, secrets, overrides, label };
  const acceptance = reading?.kind === "delivered" ? await accept({ ...rules, label: place ?? label }, reading.delivery) : undefined;
  if (acceptance?.kind === "accepted" && reading !== undefined && faults.length === 0) {
    return { kind: "proved", reading, held: acceptance.held, whole: acceptance.whole, rules };
  }
  const { explainSecrets } = await import("./explain-secrets.ts");
  const problems = [
    ...(reading === undefined || reading.kind === "delivered" ? [] : reading.problems),
    ...explainSecrets(faults),
    ...(acceptance?.kind === "refused" ? acceptance.problems : []),
  ];
  return { kind: "refused", problems };
}

/** Where no reference is known, all that can be said is that there is no folder for those that must come. */
function noSecrets(definition: ServiceDefinition, { dir, variables }: SecretPlaces): SecretsReading {
  const isFile = ({ variable }: { readonly variable?: string }): boolean => variables === undefined || variable === undefined;
  const isNeeded = dir === undefined && Object.values(definition.secrets).some((secret) => secret.required && isFile(secret));
  return { secrets: new Map(), faults: isNeeded ? [{ kind: "no-folder", pointer: "" }] : [] };
}
