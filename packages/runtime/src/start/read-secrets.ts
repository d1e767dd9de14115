// Secrets from their mounted files: $VELTRIX_SECRETS_DIR/<name>/<key>, bytes, one final newline removed. With the
// source `env`, those that have a variable are read from it instead; there is no second place for any, and one text is
// judged alike in both.
// Our manifests mount all Secrets as one projected volume, which is published as one: all of them are read as of one
// moment. Where each Secret is a mount of its own, each is read as of one moment.
// What is wrong with them is said by explain-secrets.ts.
import type { SecretReferences } from "@veltrix/protocol";
import type { ServiceDefinition } from "../contract/definition.ts";
import { decodeUtf8 } from "../machine/decode-utf8.ts";
import { takeVariable, type Variables } from "../machine/variables.ts";
import { blockingIo, type Io } from "../mount/blocking-io.ts";
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

/** Reads the secrets that `definition` knows. What is published together is read as of one moment. */
export function readSecrets(
  definition: ServiceDefinition,
  places: SecretPlaces,
  references: SecretReferences,
  io: Io = blockingIo,
): SecretsReading | Promise<SecretsReading> {
  return Object.keys(references).length === 0 ? { secrets: new Map(), faults: [] } : readAll(definition, places, references, io);
}

async function readAll(
  definition: ServiceDefinition,
  { dir, variables }: SecretPlaces,
  references: SecretReferences,
  io: Io,
): Promise<SecretsReading> {
  const secrets = new Map<string, Secret<string>>();
  const faults: SecretFault[] = [];
  const keep = (taken: Secret<string> | SecretFault, pointer: string): void => {
    if (taken instanceof Secret) secrets.set(pointer, taken);
    else faults.push(taken);
  };
  const inFiles: FileReference[] = [];
  for (const pointer of Object.keys(references)) {
    // A newer contract's secret: this code has no place for it, and contract-skew is reported.
    if (!Object.hasOwn(definition.secrets, pointer)) continue;
    const variable = definition.secrets[pointer]?.variable;
    const reference = parseReference(references[pointer] ?? "");
    if (variables !== undefined && variable !== undefined) keep(await takeFromVariable(definition, pointer, variable, variables), pointer);
    else if (reference === undefined) faults.push({ kind: "bad-reference", pointer });
    else inFiles.push({ pointer, ...reference });
  }
  if (inFiles.length > 0 && dir === undefined) faults.push({ kind: "no-folder", pointer: "" });
  for (const [folder, wanted] of dir === undefined ? [] : await groupByVolume(dir, inFiles, io)) {
    const files = await readFolder(folder, [...wanted.keys()], io);
    for (const [file, pointers] of wanted)
      for (const pointer of pointers) keep(await takeFromFile(definition, pointer, files.get(file), `${folder}/${file}`), pointer);
  }
  return { secrets, faults };
}

type Volumes = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/** The files that are published together, by their folder, each with the keys that are read from it. */
async function groupByVolume(dir: string, references: readonly FileReference[], io: Io): Promise<Volumes> {
  const isOne = await io.exists(`${dir}/..data`);
  const volumes = new Map<string, Map<string, string[]>>();
  for (const { pointer, name, key } of references) {
    const [folder, file] = isOne ? [dir, `${name}/${key}`] : [`${dir}/${name}`, key];
    const files = volumes.get(folder) ?? new Map<string, string[]>();
    volumes.set(folder, files.set(file, [...(files.get(file) ?? []), pointer]));
  }
  return volumes;
}

const safePart = /^(?!\.{1,2}$)(?!\.\.)[-._a-zA-Z0-9]{1,253}$/;

/** Name and key of a reference, or undefined for what does not stay within the secrets folder. */
function parseReference(text: string): Pick<FileReference, "name" | "key"> | undefined {
  const [name = "", key = "", ...rest] = text.split("/");
  return rest.length === 0 && safePart.test(name) && safePart.test(key) ? { name, key } : undefined;
}

async function takeFromVariable(
  definition: ServiceDefinition,
  pointer: string,
  name: string,
  variables: Variables,
): Promise<Secret<string> | SecretFault> {
  const text = takeVariable(variables, name);
  if (text === undefined) return { kind: "unset-variable", pointer, source: name };
  // Node.js gives this character for what is not UTF-8: what the secret is can no longer be told.
  if (text.includes("\uFFFD")) return { kind: "undecodable-variable", pointer, source: name };
  return judge(definition, pointer, text, name);
}

async function takeFromFile(
  definition: ServiceDefinition,
  pointer: string,
  file: FileReading | undefined,
  source: string,
): Promise<Secret<string> | SecretFault> {
  if (file?.kind !== "bytes") return { kind: "unreadable-file", pointer, source, reason: file?.reason ?? "it was not read" };
  const text = decodeUtf8(file.bytes);
  return text === undefined ? { kind: "undecodable-file", pointer, source } : judge(definition, pointer, text, source);
}

/** The rules of the contract, and those that every secret has. Most texts need no look at the latter. */
async function judge(definition: ServiceDefinition, pointer: string, raw: string, source: string): Promise<Secret<string> | SecretFault> {
  const text = raw.replace(/\r?\n$/, "");
  const kind = definition.secrets[pointer];
  if (kind !== undefined && !isPlain(text, kind.type)) {
    const { judgeSecretText } = await import("./judge-secret-text.ts");
    const fault = judgeSecretText(text, kind);
    if (fault !== undefined) return { kind: "unmeant", pointer, source, ...fault };
  }
  const violations = definition.validateSecret(pointer, text);
  return violations.length === 0 ? new Secret(text) : { kind: "violated", pointer, source, violations };
}

/** True for texts that none of those rules speaks of, as generated passwords are: a start need not load them then. */
export function isPlain(text: string, type: string | undefined): boolean {
  return type === undefined && /^(?!your|__)(?=\D*\d)[\w+/=.~-]+$/i.test(text);
}
