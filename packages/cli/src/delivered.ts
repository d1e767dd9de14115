// The two files that a service is delivered, byte for byte as in its ConfigMap, and their way onto a disk.
import type { ServiceConfig } from "@veltrix/analysis";
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DiskHost, HostRefusal, hashesFileOf } from "@veltrix/compiler";
import { type Diagnostic, report } from "@veltrix/diagnostics";
import { CONFIG_FILE, HASHES_FILE, parseHashesFile, renderDelivered } from "@veltrix/protocol";

export interface DeliveredFile {
  readonly name: string;
  readonly contents: string;
}

/** config.json last: whoever finds it finds the hashes beside it. */
export function deliveredFiles({ service, config }: ServiceConfig): readonly DeliveredFile[] {
  const hashes = hashesFileOf(service, config);
  return [
    // Copied member by member, because an interface is not the open object that a JSON value is.
    { name: HASHES_FILE, contents: renderDelivered({ ...hashes, policy: { ...hashes.policy } }) },
    { name: CONFIG_FILE, contents: config.text },
  ];
}

/** Writes `files` into `folder`, each old or new and never torn. Files of these names that are not ours stay as they are. */
export function writeDelivered(folder: string, files: readonly DeliveredFile[]): readonly Diagnostic[] {
  try {
    mkdirSync(folder, { recursive: true });
    const foreign = findForeign(folder);
    if (foreign !== undefined) throw new HostRefusal(foreign, "a file that no `veltrix export` wrote stands there");
    const host = new DiskHost(folder);
    for (const { name, contents } of files) host.replaceFile(name, contents);
    return [];
  } catch (error) {
    const detail = reasonOf(error);
    if (detail === undefined) throw error;
    const file = error instanceof HostRefusal ? join(folder, error.path) : folder;
    return [report("VX7005", { file, detail }, { at: { file } })];
  }
}

/** The file that tells that the folder is not one of ours: hashes that are none, or a config.json without them. */
function findForeign(folder: string): string | undefined {
  const hashes = join(folder, HASHES_FILE);
  if (statSync(hashes, { throwIfNoEntry: false })?.isFile() === true) {
    return parseHashesFile(readFileSync(hashes, "utf8")).kind === "hashes" ? undefined : HASHES_FILE;
  }
  return statSync(join(folder, CONFIG_FILE), { throwIfNoEntry: false }) === undefined ? undefined : CONFIG_FILE;
}

/** What the system says against writing; undefined when it is no refusal of the system. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof HostRefusal) return error.message;
  return error instanceof Error && "code" in error && "syscall" in error ? error.message : undefined;
}
