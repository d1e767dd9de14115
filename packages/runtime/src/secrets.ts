// Secrets from their mounted files: $VELTRIX_SECRETS_DIR/<name>/<key>, bytes, one final newline removed.
import type { ConfigProblem, SecretReferences } from "@veltrix/protocol";
import { path } from "./builtin.ts";
import { checkSecretText } from "./check.ts";
import type { ServiceDefinition } from "./definition.ts";
import { type FileReading, readFolder } from "./folder.ts";
import { blockingIo } from "./io.ts";
import { parseReference, type SecretReference } from "./mount.ts";
import { decodeUtf8 } from "./utf8.ts";

/** The text of each secret by pointer, and what is wrong with the others. No problem holds a text. */
export interface SecretsReading {
  readonly texts: ReadonlyMap<string, string>;
  readonly problems: readonly ConfigProblem[];
}

interface Reference extends SecretReference {
  readonly pointer: string;
}

/** Reads the secrets that `definition` knows. The keys of one Secret are read as of one moment. */
export async function readSecrets(
  definition: ServiceDefinition,
  dir: string | undefined,
  references: SecretReferences,
): Promise<SecretsReading> {
  const texts = new Map<string, string>();
  const problems: ConfigProblem[] = [];
  const byName = new Map<string, Reference[]>();
  for (const [pointer, text] of Object.entries(references)) {
    // A newer contract's secret: this code has no place for it, and contract-skew is reported.
    if (!Object.hasOwn(definition.secrets, pointer)) continue;
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
      const result = takeSecret(definition, pointer, files.get(key), path.join(folder, key));
      if (typeof result === "string") texts.set(pointer, result);
      else problems.push(...result);
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
function takeSecret(
  definition: ServiceDefinition,
  pointer: string,
  file: FileReading | undefined,
  source: string,
): string | readonly ConfigProblem[] {
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
  const problems = checkSecretText(definition, pointer, text);
  return problems.length === 0 ? text : problems.map((problem) => ({ ...problem, source }));
}
