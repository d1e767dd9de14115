// index.json: what was generated, one service a line, so that a merge conflict is a line and a reviewer sees which changed.
import { isJsonObject } from "@veltrix/protocol";
import { hashBytes } from "@veltrix/protocol/fingerprint";
import { GENERATED_MARK } from "../emitter.ts";
import type { Model } from "../model.ts";

/** Written last: a build that was interrupted before it leaves an index that does not match. */
export const INDEX_FILE = "index.json";

/** The text of index.json for files with these hashes, by path. */
export function renderIndex(model: Model, hashes: ReadonlyMap<string, string>): string {
  const byService = new Map<string, { [path: string]: string }>();
  const others: { [path: string]: string } = {};
  const ids = new Set(model.services.map(({ id }) => id));
  for (const [path, hash] of [...hashes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const slash = path.indexOf("/");
    const id = path.slice(0, Math.max(0, slash));
    if (!ids.has(id)) {
      others[path] = hash;
      continue;
    }
    const known = byService.get(id) ?? {};
    known[path.slice(slash + 1)] = hash;
    byService.set(id, known);
  }
  const lines = model.services.map((service) => {
    const entry = {
      version: service.contract.version,
      contract: service.contract.fingerprint,
      environments: service.configs.map((config) => config.environment.name),
      dependsOn: Object.keys(service.contract.dependsOn).sort(),
      files: byService.get(service.id) ?? {},
    };
    return `    ${JSON.stringify(service.id)}: ${JSON.stringify(entry)}`;
  });
  const rest = Object.keys(others).length === 0 ? "" : `  "files": ${JSON.stringify(others)},\n`;
  return `{\n  "$comment": "${GENERATED_MARK}. Do not edit: run \\"veltrix build\\".",\n  "format": 1,\n${rest}  "services": {\n${lines.join(",\n")}\n  }\n}\n`;
}

/** The hash that the index keeps of a file. */
export function fileHash(contents: string): string {
  return hashBytes(contents);
}

/** The files that an earlier index lists: path to hash. Empty when there is no index that can be read. */
export function readIndex(text: string | undefined): ReadonlyMap<string, string> {
  const listed = new Map<string, string>();
  const index = parseOrUndefined(text);
  if (!isJsonObject(index)) return listed;
  const add = (prefix: string, files: unknown): void => {
    if (!isJsonObject(files)) return;
    for (const [path, hash] of Object.entries(files)) if (typeof hash === "string") listed.set(prefix + path, hash);
  };
  add("", index["files"]);
  const services = index["services"];
  if (isJsonObject(services)) for (const [id, entry] of Object.entries(services)) if (isJsonObject(entry)) add(`${id}/`, entry["files"]);
  return listed;
}

/** An index is only ever a help: an unreadable one means that nothing is known. */
function parseOrUndefined(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
