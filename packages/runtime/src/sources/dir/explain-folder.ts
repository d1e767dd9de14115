// What is wrong with the two files of a mounted folder. Reads nothing, decides nothing: loaded once they are refused.
import { CONFIG_FILE, type ConfigProblem, HASHES_FILE, type HashesFile, isJsonObject } from "@veltrix/protocol";
import type { DirOptions, ParsedFile, ParsedFolder } from "./parse-folder.ts";

/** Every problem with the files, and with whom they are for. */
export function explainFolder(folder: ParsedFolder, options: DirOptions): readonly ConfigProblem[] {
  const { checked } = folder;
  return [...explainFiles(folder, options.dir), ...(checked?.kind === "hashes" ? explainOwner(checked.file, options) : [])];
}

/** Every problem with the files themselves. */
export function explainFiles({ config, hashes, checked }: ParsedFolder, dir: string): readonly ConfigProblem[] {
  const [configPath, hashesPath] = [pathOf(dir, CONFIG_FILE), pathOf(dir, HASHES_FILE)];
  const isObject = config.json?.kind !== "value" || isJsonObject(config.json.value);
  return [
    ...explainFile(config, configPath),
    ...(isObject ? [] : [malformed("", "it is not a JSON object", configPath)]),
    ...explainFile(hashes, hashesPath),
    ...(checked?.kind === "malformed" ? [malformed("", checked.reason, hashesPath)] : []),
  ];
}

function pathOf(dir: string, name: string): string {
  return process.getBuiltinModule("node:path").join(dir, name);
}

function explainFile({ file, text, json }: ParsedFile, path: string): readonly ConfigProblem[] {
  if (file?.kind !== "bytes") {
    const message = `cannot be read: ${file?.reason ?? "it was not read"}`;
    const hint =
      "mount the whole ConfigMap <service>-config as a directory, without subPath, and name that directory in VELTRIX_CONFIG_DIR";
    return [{ code: "VX5002", pointer: "", message, hint, source: path }];
  }
  if (text === undefined) return [malformed("", "it is not UTF-8", path)];
  return json?.kind === "malformed" ? [malformed(json.pointer, json.reason, path)] : [];
}

function malformed(pointer: string, reason: string, source: string): ConfigProblem {
  const at = pointer === "" ? "" : `at ${pointer} `;
  const hint = "deliver the file as `veltrix build` wrote it; it is never edited";
  return { code: "VX5003", pointer, message: `${at}is malformed: ${reason}`, hint, source };
}

function explainOwner(hashes: HashesFile, { dir, service, environment }: DirOptions): readonly ConfigProblem[] {
  const where = environment === undefined ? "" : ` of ${environment}`;
  const hint = `mount the ConfigMap ${service}-config${where} here`;
  const common = { code: "VX5004", pointer: "", hint, source: pathOf(dir, HASHES_FILE) } as const;
  const problems: ConfigProblem[] = [];
  if (hashes.service !== service) {
    const message = `is the configuration of service ${hashes.service}; this process is ${service}`;
    problems.push({ ...common, message });
  }
  if (environment !== undefined && hashes.environment !== environment) {
    const message = `is the configuration of environment ${hashes.environment}; VELTRIX_ENVIRONMENT says ${environment}`;
    problems.push({ ...common, message });
  }
  return problems;
}
