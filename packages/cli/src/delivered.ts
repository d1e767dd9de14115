// The two files that a service is delivered, byte for byte as in its ConfigMap, and their way onto a disk.
import type { ServiceConfig } from "@veltrix/analysis";
import { join } from "node:path";
import { DiskHost, HostRefusal, hashesFileOf, MAX_FILE_BYTES } from "@veltrix/compiler";
import { type Diagnostic, report } from "@veltrix/diagnostics";
import { CONFIG_FILE, HASHES_FILE, parseHashesFile, renderDelivered } from "@veltrix/protocol";
import { makeFolder, systemCodeOf } from "./disk.ts";

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
    makeFolder(folder);
    const host = new DiskHost(folder);
    const foreign = findForeign(host);
    if (foreign !== undefined) throw new HostRefusal(foreign, "there is a file that `veltrix export` did not write");
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
function findForeign(host: DiskHost): string | undefined {
  const hashes = host.readFile(HASHES_FILE, MAX_FILE_BYTES);
  if (hashes.kind === "bytes")
    return parseHashesFile(Buffer.from(hashes.bytes).toString("utf8")).kind === "hashes" ? undefined : HASHES_FILE;
  if (hashes.kind === "refused") return HASHES_FILE;
  return host.readFile(CONFIG_FILE, MAX_FILE_BYTES).kind === "missing" ? undefined : CONFIG_FILE;
}

/** What the system says against writing; undefined when it is no refusal of the system. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof HostRefusal) return error.message;
  return error instanceof Error && systemCodeOf(error) !== undefined ? error.message : undefined;
}
