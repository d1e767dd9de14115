// What a mounted folder holds: config.json and veltrix.json, read as of one moment, parsed strictly, and meant for
// this process or not.
import paths from "node:path";
import {
  checkHashesFile,
  CONFIG_FILE,
  type ConfigProblem,
  HASHES_FILE,
  type HashesFile,
  isJsonObject,
  type JsonObject,
} from "@veltrix/protocol";
import { type FileReading, readFolder } from "../../mount/published-folder.ts";
import { blockingIo, type Io } from "../../mount/blocking-io.ts";
import { parseStrict } from "../../json/strict-json.ts";
import { decodeUtf8 } from "../../machine/decode-utf8.ts";
import type { DirOptions } from "./dir-source.ts";
import type { Reading } from "../source.ts";

/** The two files of a mounted folder, read as of one moment; `problems` says what is wrong with them. */
export type DeliveredFiles =
  | {
      readonly kind: "delivered";
      readonly configText: string;
      readonly value: JsonObject;
      readonly hashes: HashesFile;
      readonly contents: readonly Uint8Array[];
    }
  | {
      readonly kind: "refused";
      readonly problems: readonly ConfigProblem[];
      readonly hashes?: HashesFile;
      readonly contents: readonly Uint8Array[];
    };

/** Reads and parses `config.json` and `veltrix.json` of a mounted folder. Throws nothing. */
export function readDelivered(dir: string): Promise<DeliveredFiles> {
  return readWith(dir, blockingIo);
}

async function readWith(dir: string, io: Io): Promise<DeliveredFiles> {
  const files = await readFolder(dir, [CONFIG_FILE, HASHES_FILE], io);
  const contents = [...files.values()].map((file) => (file.kind === "bytes" ? file.bytes : new Uint8Array()));
  const problems: ConfigProblem[] = [];
  const configText = textOf(files.get(CONFIG_FILE), paths.join(dir, CONFIG_FILE), problems);
  const value = configText === undefined ? undefined : parseConfig(configText, paths.join(dir, CONFIG_FILE), problems);
  const hashesText = textOf(files.get(HASHES_FILE), paths.join(dir, HASHES_FILE), problems);
  const hashes = hashesText === undefined ? undefined : parseHashes(hashesText, paths.join(dir, HASHES_FILE), problems);
  if (configText === undefined || value === undefined || hashes === undefined) {
    return { kind: "refused", problems, contents, ...(hashes === undefined ? {} : { hashes }) };
  }
  return { kind: "delivered", configText, value, hashes, contents };
}

function textOf(file: FileReading | undefined, path: string, problems: ConfigProblem[]): string | undefined {
  if (file?.kind !== "bytes") {
    const hint =
      "mount the whole ConfigMap <service>-config as a directory, without subPath, and name that directory in VELTRIX_CONFIG_DIR";
    problems.push({
      code: "VX5002",
      pointer: "",
      message: `cannot be read: ${file?.reason ?? "it was not read"}`,
      hint,
      source: path,
    });
    return undefined;
  }
  const text = decodeUtf8(file.bytes);
  if (text === undefined) problems.push(malformed("", "it is not UTF-8", path));
  return text;
}

function parseConfig(text: string, path: string, problems: ConfigProblem[]): JsonObject | undefined {
  const parsed = parseStrict(text);
  if (parsed.kind === "malformed") {
    problems.push(malformed(parsed.pointer, parsed.reason, path));
    return undefined;
  }
  if (isJsonObject(parsed.value)) return parsed.value;
  problems.push(malformed("", "it is not a JSON object", path));
  return undefined;
}

function parseHashes(text: string, path: string, problems: ConfigProblem[]): HashesFile | undefined {
  const strict = parseStrict(text);
  if (strict.kind === "malformed") {
    problems.push(malformed(strict.pointer, strict.reason, path));
    return undefined;
  }
  const parsed = checkHashesFile(strict.value);
  if (parsed.kind === "hashes") return parsed.file;
  problems.push(malformed("", parsed.reason, path));
  return undefined;
}

function malformed(pointer: string, reason: string, source: string): ConfigProblem {
  const at = pointer === "" ? "" : `at ${pointer} `;
  const hint = "deliver the file as `veltrix build` wrote it; it is never edited";
  return { code: "VX5003", pointer, message: `${at}is malformed: ${reason}`, hint, source };
}

/** One look at a mounted folder: what is delivered there, and whether it is meant for this process. */
export async function readDir(options: DirOptions, io: Io): Promise<Reading> {
  const files = await readWith(options.dir, io);
  const { contents } = files;
  if (files.kind === "refused") {
    const { problems, hashes } = files;
    const wrong = hashes === undefined ? [] : findWrongOwner(hashes, options);
    const known = hashes === undefined || wrong.length > 0 ? {} : { secrets: hashes.secrets };
    return { kind: "refused", problems: [...problems, ...wrong], contents, ...known };
  }
  const { configText, value, hashes } = files;
  const problems = findWrongOwner(hashes, options);
  if (problems.length > 0) return { kind: "refused", problems, contents };
  const delivery = {
    value,
    secrets: hashes.secrets,
    policy: hashes.policy,
    proof: { configText, hashes },
  };
  return { kind: "delivered", delivery, contents };
}

function findWrongOwner(hashes: HashesFile, options: DirOptions): readonly ConfigProblem[] {
  const { dir, service, environment } = options;
  const where = environment === undefined ? "" : ` of ${environment}`;
  const common = {
    code: "VX5004",
    pointer: "",
    hint: `mount the ConfigMap ${service}-config${where} here`,
    source: paths.join(dir, HASHES_FILE),
  } as const;
  const problems: ConfigProblem[] = [];
  if (hashes.service !== service) {
    problems.push({
      ...common,
      message: `is the configuration of service ${hashes.service}; this process is ${service}`,
    });
  }
  if (environment !== undefined && hashes.environment !== environment) {
    problems.push({
      ...common,
      message: `is the configuration of environment ${hashes.environment}; VELTRIX_ENVIRONMENT says ${environment}`,
    });
  }
  return problems;
}
