// The in-sync check for tools: the same code path as in a process, without one.
import type { DriftReport, HashesFile, JsonObject } from "@veltrix/protocol";
import { isJsonObject } from "@veltrix/protocol";
import { ConfigError } from "../contract/config-error.ts";
import { parseStrict } from "@veltrix/protocol/strict-json";

/** What `compareDelivered` compares. */
export interface ComparedFiles {
  /** The text of config.json. */
  readonly configText: string;
  /** The parsed veltrix.json beside it. */
  readonly hashes: HashesFile;
  /** Values known from before, so that a finding can show what was expected. */
  readonly previous?: JsonObject;
  /** Folder of the two files, for messages. */
  readonly dir?: string;
}

/**
 * Compares a config.json with the veltrix.json it was delivered with. In sync when there are no findings;
 * a file that is only written differently is in sync.
 *
 * @throws ConfigError (VX5003) when the text is not a JSON object.
 */
export async function compareDelivered(files: ComparedFiles): Promise<DriftReport> {
  const { configText, hashes, previous, dir } = files;
  const { service, environment, root: expectedRoot } = hashes;
  const parsed = parseStrict(configText);
  if (parsed.kind === "malformed" || !isJsonObject(parsed.value)) {
    const reason = parsed.kind === "malformed" ? parsed.reason : "it is not a JSON object";
    const source = dir === undefined ? {} : { source: dir };
    throw new ConfigError(service, environment, [
      { code: "VX5003", pointer: "", message: `config.json is malformed: ${reason}`, ...source },
    ]);
  }
  const { inspectProof } = await import("./inspect-proof.ts");
  const known = previous === undefined ? [] : [previous];
  const { findings, root } = inspectProof({
    configText,
    value: parsed.value,
    hashes,
    known,
    hidden: [],
    hidesLists: true,
  });
  return { service, environment, expectedRoot, actualRoot: root, findings };
}
