// Secrets of a local run: from .veltrix/secrets/<env>.yaml, or from a folder of <name>/<key> files.
// No text of a secret ever enters a message: problems name lines, never what stands in them.
import type { ServiceConfig } from "@veltrix/analysis";
import { isUtf8 } from "node:buffer";
import { join } from "node:path";
import { DiskHost, type FileRead, MAX_FILE_BYTES } from "@veltrix/compiler";
import { type Diagnostic, report } from "@veltrix/diagnostics";
import { refuseSize, secretVariablesOf } from "@veltrix/kubernetes";
import { isMap, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import { readNamedFile } from "../disk.ts";

/** Where the secrets of a run are. */
export interface SecretsPlace {
  readonly root: string;
  readonly environment: string;
  /** Absolute; instead of the file in the workspace. */
  readonly folder?: string;
}

/** Reads secrets, one by one. */
export interface SecretStore {
  /** As messages name it. */
  readonly label: string;
  /** A folder of files, and not the file of the workspace. */
  readonly isFolder: boolean;
  readonly problems: readonly Diagnostic[];
  readonly read: (name: string, key: string) => FileRead;
}

/** Opens the secrets; a file that is missing holds none. */
export function openSecrets({ root, environment, folder }: SecretsPlace): SecretStore {
  if (folder !== undefined) {
    return { label: folder, isFolder: true, problems: [], read: (name, key) => readNamedFile(join(folder, name, key), MAX_FILE_BYTES) };
  }
  const label = `.veltrix/secrets/${environment}.yaml`;
  const file = new DiskHost(root).readFile(label, MAX_FILE_BYTES);
  if (file.kind === "refused") return { label, isFolder: false, problems: [unreadable(label, file.reason)], read: () => file };
  const { secrets, problems } = parseSecrets(file.kind === "bytes" ? new TextDecoder().decode(file.bytes) : "", label);
  const read = (path: string): FileRead => {
    const bytes = secrets.get(path);
    return bytes === undefined ? { kind: "missing" } : { kind: "bytes", bytes };
  };
  return { label, isFolder: false, problems, read: (name, key) => read(`${name}/${key}`) };
}

/** The secrets that one service needs, by `<name>/<key>`. */
export interface TakenSecrets {
  readonly texts: ReadonlyMap<string, Uint8Array>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Takes every secret that the config refers to; those that are not there are one VX7008. */
export function takeSecrets({ service, config }: ServiceConfig, store: SecretStore): TakenSecrets {
  if (store.problems.length > 0) return { texts: new Map(), diagnostics: store.problems };
  const texts = new Map<string, Uint8Array>();
  const diagnostics: Diagnostic[] = [];
  const missing: { readonly pointer: string; readonly secret: string }[] = [];
  for (const [pointer, secret] of Object.entries(config.secrets)) {
    const slash = secret.indexOf("/");
    const file = store.read(secret.slice(0, slash), secret.slice(slash + 1));
    if (file.kind === "bytes") texts.set(secret, file.bytes);
    else if (file.kind === "refused") diagnostics.push(unreadable(`${store.label}/${secret}`, file.reason));
    else missing.push({ pointer, secret });
  }
  if (missing.length > 0) {
    const [{ pointer: key } = { pointer: "" }] = missing;
    const place = { at: { file: store.label }, service: service.id, environments: [config.environment.name], key };
    diagnostics.push(report("VX7008", { service: service.id, missing, file: store.label, isFolder: store.isFolder }, place));
  }
  return { texts, diagnostics: [...diagnostics, ...checkVariables({ service, config }, store, texts)] };
}

/** What a process cannot be given as a variable is refused here: no system call and no error of it may see the text. */
function checkVariables(
  { service, config }: ServiceConfig,
  { label }: SecretStore,
  texts: ReadonlyMap<string, Uint8Array>,
): readonly Diagnostic[] {
  return secretVariablesOf(service, config).flatMap(({ name, reference }) => {
    const bytes = texts.get(reference);
    const detail =
      bytes === undefined ? undefined : bytes.includes(0) ? HOLDS_NUL : !isUtf8(bytes) ? NOT_UTF8 : refuseSize(name, bytes.length);
    if (detail === undefined) return [];
    const place = { at: { file: label }, service: service.id, environments: [config.environment.name] };
    return [report("VX4002", { what: "an environment variable", name, rule: `of the secret ${reference}: ${detail}` }, place)];
  });
}

const HOLDS_NUL = "its value holds a NUL character, which ends a variable: store another, or drop x-env";
const NOT_UTF8 = "its value is not UTF-8, which only a mounted file can hold: store another, or drop x-env";

interface ParsedSecrets {
  readonly secrets: ReadonlyMap<string, Uint8Array>;
  readonly problems: readonly Diagnostic[];
}

/** A map of secret names to maps of keys to texts. What YAML would read as a number must be quoted. */
export function parseSecrets(text: string, file: string): ParsedSecrets {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: "1.2",
    schema: "core",
    merge: false,
    prettyErrors: false,
    logLevel: "error",
    lineCounter: lines,
  });
  const problems: Diagnostic[] = [];
  const note = (offset: number | undefined, detail: string): void => {
    const where = offset === undefined ? "" : `line ${lines.linePos(offset).line}: `;
    problems.push(report("VX1001", { detail: where + detail }, { at: { file } }));
  };
  for (const error of [...document.errors, ...document.warnings]) note(error.pos[0], error.code.toLowerCase().replaceAll("_", " "));
  const secrets = new Map<string, Uint8Array>();
  if (problems.length > 0 || document.contents === null) return { secrets, problems };
  for (const [name, keys] of membersOf(document.contents, note)) {
    for (const [key, node] of membersOf(keys, note)) {
      if (isScalar(node) && typeof node.value === "string") secrets.set(`${name}/${key}`, Buffer.from(node.value, "utf8"));
      else note(node?.range?.[0], "the secret is not a string: quote it");
    }
  }
  return { secrets, problems };
}

type Note = (offset: number | undefined, detail: string) => void;

function membersOf(node: Node | null, note: Note): readonly (readonly [string, Node | null])[] {
  if (!isMap(node)) {
    note(node?.range?.[0], "this does not map secret names to maps of keys to strings");
    return [];
  }
  return node.items.flatMap(({ key, value }): readonly (readonly [string, Node | null])[] => {
    // A parsed map holds nodes and nothing else.
    if (isScalar(key) && typeof key.value === "string") return [[key.value, value as Node | null]];
    note((key as Node | null)?.range?.[0], "the name is not a string: quote it");
    return [];
  });
}

function unreadable(file: string, detail: string): Diagnostic {
  return report("VX1007", { detail }, { at: { file } });
}
