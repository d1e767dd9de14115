// What tools import beside services. Nothing of it is loaded before it is called.
import type { DriftReport } from "@veltrix/protocol";
import type { ComparedFiles } from "./drift/compare-delivered.ts";
import type { DeliveredFiles } from "./sources/dir/delivered-files.ts";

/** Reads and parses `config.json` and `veltrix.json` of a mounted folder. Throws nothing. */
export async function readDelivered(dir: string): Promise<DeliveredFiles> {
  const late = await import("./sources/dir/delivered-files.ts");
  return late.readDelivered(dir);
}

/**
 * Compares a config.json with the veltrix.json it was delivered with. In sync when there are no findings;
 * a file that is only written differently is in sync.
 *
 * @throws ConfigError (VX5003) when the text is not a JSON object.
 */
export async function compareDelivered(files: ComparedFiles): Promise<DriftReport> {
  const late = await import("./drift/compare-delivered.ts");
  return late.compareDelivered(files);
}
