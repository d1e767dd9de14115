// Secrets from their mounted files: $VELTRIX_SECRETS_DIR/<name>/<key>, bytes, one final newline removed. With the
// source `env`, those that have a variable are read from it instead, as they are; there is no second place for any.
// What is wrong with them is said by explain-secrets.ts.
import type { SecretReferences } from "@veltrix/protocol";
import type { ServiceDefinition } from "../contract/definition.ts";
import { decodeUtf8 } from "../machine/decode-utf8.ts";
import { takeVariable, type Variables } from "../machine/variables.ts";
import { blockingIo } from "../mount/blocking-io.ts";
import { type FileReading, readFolder } from "../mount/published-folder.ts";
import { Secret } from "../view/secret.ts";
import type { SecretFault } from "./secret-fault.ts";

/** Secrets by pointer, and what is wrong with the others. No fault holds a text. */
export interface SecretsReading {
  readonly secrets: ReadonlyMap<string, Secret<string>>;
  readonly faults: readonly SecretFault[];
}

/** Where secrets are: in files, and, with the source `env`, in variables. */
export interface SecretPlaces {
  readonly dir: string | undefined;
  readonly variables: Variables | undefined;
}

/** A secret that is in a file. */
interface FileReference {
  readonly pointer: string;
  readonly name: string;
  readonly key: string;
}

/** Reads the secrets that `definition` knows. The keys of one Secret are read as of one moment. */
export function readSecrets(
  definition: ServiceDefinition,
  places: SecretPlaces,
  references: SecretReferences,
): SecretsReading | Promise<SecretsReading> {
  return Object.keys(references).length === 0 ? { secrets: new Map(), faults: [] } : readAll(definition, places, references);
}

async function readAll(
  definition: ServiceDefinition,
  { dir, variables }: SecretPlaces,
  references: SecretReferences,
): Promise<SecretsReading> {
  const secrets = new Map<string, Secret<string>>();
  const faults: SecretFault[] = [];
  const keep = (taken: Secret<string> | SecretFault, pointer: string): void => {
    if (taken instanceof Secret) secrets.set(pointer, taken);
    else faults.push(taken);
  };
  const byName = new Map<string, FileReference[]>();
  for (const pointer of Object.keys(references)) {
    // A newer contract's secret: this code has no place for it, and contract-skew is reported.
    if (!Object.hasOwn(definition.secrets, pointer)) continue;
    const variable = definition.secrets[pointer]?.variable;
    const reference = parseReference(references[pointer] ?? "");
    if (variables !== undefined && variable !== undefined) keep(takeFromVariable(definition, pointer, variable, variables), pointer);
    else if (reference === undefined) faults.push({ kind: "bad-reference", pointer });
    else byName.set(reference.name, [...(byName.get(reference.name) ?? []), { pointer, ...reference }]);
  }
  if (byName.size > 0 && dir === undefined) faults.push({ kind: "no-folder", pointer: "" });
  for (const [name, wanted] of dir === undefined ? [] : byName) {
    const folder = `${dir}/${name}`;
    const keys = wanted.map(({ key }) => key);
    const files = await readFolder(folder, keys, blockingIo);
    for (const { pointer, key } of wanted) keep(takeFromFile(definition, pointer, files.get(key), `${folder}/${key}`), pointer);
  }
  return { secrets, faults };
}

const safePart = /^(?!\.{1,2}$)(?!\.\.)[-._a-zA-Z0-9]{1,253}$/;

/** Name and key of a reference, or undefined for what does not stay within the secrets folder. */
function parseReference(text: string): Pick<FileReference, "name" | "key"> | undefined {
  const [name = "", key = "", ...rest] = text.split("/");
  return rest.length === 0 && safePart.test(name) && safePart.test(key) ? { name, key } : undefined;
}

function takeFromVariable(
  definition: ServiceDefinition,
  pointer: string,
  name: string,
  variables: Variables,
): Secret<string> | SecretFault {
  const text = takeVariable(variables, name);
  if (text === undefined) return { kind: "unset-variable", pointer, source: name };
  // Node.js gives this character for what is not UTF-8: what the secret is can no longer be told.
  if (text.includes("\uFFFD")) return { kind: "undecodable-variable", pointer, source: name };
  return judge(definition, pointer, text, name);
}

function takeFromFile(
  definition: ServiceDefinition,
  pointer: string,
  file: FileReading | undefined,
  source: string,
): Secret<string> | SecretFault {
  if (file?.kind !== "bytes") return { kind: "unreadable-file", pointer, source, reason: file?.reason ?? "it was not read" };
  const text = decodeUtf8(file.bytes)?.replace(/\r?\n$/, "");
  return text === undefined ? { kind: "undecodable-file", pointer, source } : judge(definition, pointer, text, source);
}

function judge(definition: ServiceDefinition, pointer: string, text: string, source: string): Secret<string> | SecretFault {
  const violations = definition.validateSecret(pointer, text);
  return violations.length === 0 ? new Secret(text) : { kind: "violated", pointer, source, violations };
}
