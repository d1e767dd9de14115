// Secrets from their mounted files: $VELTRIX_SECRETS_DIR/<name>/<key>, bytes, one final newline removed. With the
// source `env`, those that have a variable are read from it instead, as they are; there is no second place for any.
import path from "node:path";
import type { ConfigProblem, SecretReferences } from "@veltrix/protocol";
import { checkSecretText } from "../contract/check-values.ts";
import type { ServiceDefinition } from "../contract/definition.ts";
import { type FileReading, readFolder } from "../mount/published-folder.ts";
import { blockingIo } from "../mount/blocking-io.ts";
import { parseReference, type SecretReference } from "../mount/limits.ts";
import type { Variables } from "../view/types.ts";
import { decodeUtf8 } from "../machine/decode-utf8.ts";

/** The text of each secret by pointer, and what is wrong with the others. No problem holds a text. */
export interface SecretsReading {
  readonly texts: ReadonlyMap<string, string>;
  readonly problems: readonly ConfigProblem[];
}

interface Reference extends SecretReference {
  readonly pointer: string;
}

/** Where secrets are: in files, and, with the source `env`, in variables. */
export interface SecretPlaces {
  readonly dir: string | undefined;
  readonly variables: Variables | undefined;
}

/** Reads the secrets that `definition` knows. The keys of one Secret are read as of one moment. */
export async function readSecrets(
  definition: ServiceDefinition,
  { dir, variables }: SecretPlaces,
  references: SecretReferences,
): Promise<SecretsReading> {
  const texts = new Map<string, string>();
  const problems: ConfigProblem[] = [];
  const keep = (pointer: string, result: Taken): void => {
    if (typeof result === "string") texts.set(pointer, result);
    else problems.push(...result);
  };
  const byName = new Map<string, Reference[]>();
  for (const [pointer, text] of Object.entries(references)) {
    // A newer contract's secret: this code has no place for it, and contract-skew is reported.
    if (!Object.hasOwn(definition.secrets, pointer)) continue;
    const variable = definition.secrets[pointer]?.variable;
    if (variables !== undefined && variable !== undefined) {
      keep(pointer, takeVariable(definition, pointer, variables, variable));
      continue;
    }
    const reference = parseReference(text);
    if (reference === undefined) problems.push(describeBadReference(pointer));
    else byName.set(reference.name, [...(byName.get(reference.name) ?? []), { pointer, ...reference }]);
  }
  if (byName.size > 0 && dir === undefined) problems.push(missingSecretsDir);
  if (dir === undefined) return { texts, problems };
  const read = async ([name, wanted]: readonly [string, readonly Reference[]]): Promise<void> => {
    const folder = path.join(dir, name);
    const files = await readFolder(
      folder,
      wanted.map(({ key }) => key),
      blockingIo,
    );
    for (const { pointer, key } of wanted) {
      keep(pointer, takeSecret(definition, pointer, files.get(key), path.join(folder, key)));
    }
  };
  await Promise.all([...byName].map(read));
  problems.sort((a, b) => (a.pointer < b.pointer ? -1 : 1));
  return { texts, problems };
}

/** Said when there are secrets and no folder to read them from. */
export const missingSecretsDir: ConfigProblem = {
  code: "VX5008",
  pointer: "",
  message: "VELTRIX_SECRETS_DIR is not set, and this configuration has secrets",
  hint: "set VELTRIX_SECRETS_DIR to the folder that the Secrets are mounted in, one folder per Secret",
  source: "VELTRIX_SECRETS_DIR",
};

function describeBadReference(pointer: string): ConfigProblem {
  const message = `${pointer} refers to a secret that is not <name>/<key> within the secrets folder`;
  return {
    code: "VX5006",
    pointer,
    message,
    hint: "deliver veltrix.json as `veltrix build` wrote it",
  };
}

/** The text, or the problems with it. */
type Taken = string | readonly ConfigProblem[];

function takeVariable(definition: ServiceDefinition, pointer: string, variables: Variables, name: string): Taken {
  const text = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (text === undefined || text === "")
    return [{ code: "VX5008", pointer, message: `${pointer} is missing: ${name} is not set, or empty`, hint: `set ${name}`, source: name }];
  // Node.js gives this character for what is not UTF-8: what the secret is can no longer be told.
  if (text.includes("\uFFFD")) {
    const message = `the secret for ${pointer} is not UTF-8, or holds U+FFFD: in a variable the two look the same`;
    return [{ code: "VX5007", pointer, message, hint: "store other text in it, or mount it and set VELTRIX_SOURCE=dir", source: name }];
  }
  return judge(definition, pointer, text, name);
}

function takeSecret(definition: ServiceDefinition, pointer: string, file: FileReading | undefined, source: string): Taken {
  if (file?.kind !== "bytes") {
    const message = `the secret for ${pointer} cannot be read: ${file?.reason ?? "it was not read"}`;
    return [
      {
        code: "VX5006",
        pointer,
        message,
        hint: "mount the Secret there, or create that key in it",
        source,
      },
    ];
  }
  const text = decodeUtf8(file.bytes)?.replace(/\r?\n$/, "");
  if (text === undefined)
    return [
      {
        code: "VX5007",
        pointer,
        message: `the secret for ${pointer} is not UTF-8`,
        hint: "store text in it",
        source,
      },
    ];
  return judge(definition, pointer, text, source);
}

function judge(definition: ServiceDefinition, pointer: string, text: string, source: string): Taken {
  const problems = checkSecretText(definition, pointer, text);
  return problems.length === 0 ? text : problems.map((problem) => ({ ...problem, source }));
}
