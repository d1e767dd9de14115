// The short way of a start: a mounted folder in which everything is plainly in order. It reads and checks without a
// pause and decides nothing by itself: at the first thing that is not so it gives up without a word, and `load.ts`
// starts over, reads everything again and says what is wrong. So it takes nothing that `load.ts` would not take.
import {
  checkHashesFile,
  CONFIG_FILE,
  HASHES_FILE,
  type HashesFile,
  isJsonObject,
  type JsonObject,
  type SecretReferences,
} from "@veltrix/protocol";
import { fs, loadCrypto, resolvePath } from "../machine/builtin.ts";
import { checkSecrets, checkValue } from "../contract/check-values.ts";
import { systemClock } from "../machine/clock.ts";
import type { ServiceDefinition } from "../contract/definition.ts";
import { Instance } from "../held/instance.ts";
import { MAX_FILE_BYTES, OPEN_FLAGS, OVERRIDE_PREFIX, parseReference } from "../mount/limits.ts";
import { createDirSource } from "../sources/dir/dir-source.ts";
import { parseAsWritten } from "../json/strict-json.ts";
import { checkTimes } from "./check-times.ts";
import type { LoadOptions, Variables } from "../view/types.ts";
import { materialise, Secret, type Secrets } from "../view/view.ts";

/** The instance of a process whose start needs no second look; undefined for every other. Throws nothing. */
export function startAtOnce<Config>(
  definition: ServiceDefinition,
  variables: Variables,
  options: LoadOptions,
): Instance<Config> | undefined {
  try {
    checkTimes(options);
    return options.signal?.aborted === true ? undefined : start(definition, variables, options);
  } catch {
    return undefined;
  }
}

function start<Config>(definition: ServiceDefinition, variables: Variables, options: LoadOptions): Instance<Config> | undefined {
  const settings = readSettings(variables);
  if (settings === undefined) return undefined;
  const { environment, dir } = settings;
  const [configText, hashesText] = readPublished(dir, [CONFIG_FILE, HASHES_FILE]) ?? [];
  const value = parseAsWritten(configText);
  const hashes = takeHashes(hashesText);
  if (configText === undefined || hashesText === undefined || !isJsonObject(value) || hashes === undefined) return undefined;
  if (hashes.service !== definition.service || hashes.environment !== environment) return undefined;
  if (hashes.policy.onDrift === "refuse" && !isUnchanged(configText, hashes)) return undefined;
  const secrets = readSecrets(definition, hashes.secrets, settings.secretsDir);
  if (secrets === undefined || !isAllowed(definition, value, hashes, environment)) return undefined;
  // To parse the text once more takes an engine less than to run a copying function for the first time.
  const materialised = materialise(definition, value, secrets, JSON.parse(configText) as JsonObject);
  if (materialised.kind === "refused") return undefined;
  const { policy } = hashes;
  const delivery = { value, secrets: hashes.secrets, policy, proof: { configText, hashes } };
  const source = createDirSource({ dir, service: definition.service, environment }, false);
  const { clock = systemClock, logger } = options;
  return new Instance<Config>({
    rules: { definition, environment, secrets, overrides: new Map(), label: dir },
    held: { delivery, value, overridden: [] },
    whole: materialised.whole,
    origin: { source, reading: { kind: "delivered", delivery, contents: [configText, hashesText] }, from: "source", tried: [], options },
    clock,
    ...(logger === undefined ? {} : { logger }),
  });
}

interface StartSettings {
  readonly environment: string;
  readonly dir: string;
  readonly secretsDir: string | undefined;
}

function readSettings(variables: Variables): StartSettings | undefined {
  const take = (name: string): string => (Object.hasOwn(variables, name) ? (variables[name] ?? "") : "");
  const [environment, dir, secretsDir] = [take("VELTRIX_ENVIRONMENT"), take("VELTRIX_CONFIG_DIR"), take("VELTRIX_SECRETS_DIR")];
  if (take("VELTRIX_SOURCE") !== "dir" || environment === "" || dir === "") return undefined;
  // Object.keys would ask for each variable whether it may be enumerated.
  for (const name of Reflect.ownKeys(variables)) if (String(name).startsWith(OVERRIDE_PREFIX)) return undefined;
  return { environment, dir: resolvePath(dir), secretsDir: secretsDir === "" ? undefined : resolvePath(secretsDir) };
}

/** The texts of files of a folder, all of one published version. */
function readPublished(folder: string, names: readonly string[]): readonly string[] | undefined {
  const published = resolvePublished(folder);
  if (published === undefined) return undefined;
  // One byte more than a file may have shows that it is too large. What is not written to costs no memory.
  const buffer = Buffer.allocUnsafeSlow(MAX_FILE_BYTES + 1);
  const texts: string[] = [];
  for (const name of names) {
    const text = readText(`${published}/${name}`, buffer);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return resolvePublished(folder) === published ? texts : undefined;
}

function resolvePublished(folder: string): string | undefined {
  const link = `${folder}/..data`;
  if (fs.existsSync(link)) return fs.realpathSync.native(link);
  // A link whose target is not there yet exists for lstat only.
  return fs.lstatSync(link, { throwIfNoEntry: false }) === undefined ? folder : undefined;
}

/**
 * UTF-8 text of a file of bounded size. It is read at a position, which no pipe and no terminal can do; all of a
 * regular file comes at once, and what does not is no JSON.
 */
function readText(name: string, buffer: Buffer): string | undefined {
  const file = fs.openSync(name, OPEN_FLAGS);
  try {
    const length = fs.readvSync(file, [buffer], 0);
    const text = buffer.subarray(0, length).toString();
    // What is not UTF-8 is decoded to this; where it really is in the text, the long way can tell.
    return length > MAX_FILE_BYTES || text.includes("\uFFFD") ? undefined : text;
  } finally {
    fs.closeSync(file);
  }
}

function takeHashes(text: string | undefined): HashesFile | undefined {
  const value = parseAsWritten(text);
  const checked = value === undefined ? undefined : checkHashesFile(value);
  return checked?.kind === "hashes" ? checked.file : undefined;
}

function isUnchanged(configText: string, { bytes }: HashesFile): boolean {
  return `v1:sha256:${loadCrypto().hash("sha256", configText, "hex")}` === bytes;
}

function isAllowed(definition: ServiceDefinition, value: JsonObject, { secrets }: HashesFile, environment: string): boolean {
  return checkValue(definition, value, environment).length === 0 && checkSecrets(definition, value, secrets, environment).length === 0;
}

/** Every secret that is referred to, by pointer; the keys of one Secret are all of one published version. */
function readSecrets(definition: ServiceDefinition, references: SecretReferences, dir: string | undefined): Secrets | undefined {
  const secrets = new Map<string, Secret<string>>();
  if (Object.keys(references).length === 0) return secrets;
  const folders = new Map<string, Map<string, string>>();
  for (const pointer of Object.keys(references)) {
    // A newer contract's secret: this code has no place for it.
    if (!Object.hasOwn(definition.secrets, pointer)) continue;
    const reference = parseReference(references[pointer] ?? "");
    if (reference === undefined || dir === undefined) return undefined;
    const { name, key } = reference;
    folders.set(name, (folders.get(name) ?? new Map<string, string>()).set(pointer, key));
  }
  for (const [name, keys] of folders) {
    const texts = readPublished(`${dir}/${name}`, [...keys.values()])?.values();
    if (texts === undefined) return undefined;
    for (const pointer of keys.keys()) {
      const text = String(texts.next().value).replace(/\r?\n$/, "");
      if (definition.validateSecret(pointer, text).length > 0) return undefined;
      secrets.set(pointer, new Secret(text));
    }
  }
  return secrets;
}
