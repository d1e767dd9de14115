// The two files of a mounted folder, for tools that look at one without being the service that it is for.
import { type ConfigProblem, type HashesFile, isJsonObject, type JsonObject } from "@veltrix/protocol";
import { blockingIo } from "../../mount/blocking-io.ts";
import { explainFiles } from "./explain-folder.ts";
import { parseFolder } from "./parse-folder.ts";

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
export async function readDelivered(dir: string): Promise<DeliveredFiles> {
  const folder = await parseFolder(dir, blockingIo);
  const { config, checked, contents } = folder;
  const hashes = checked?.kind === "hashes" ? checked.file : undefined;
  if (config.text !== undefined && config.json?.kind === "value" && isJsonObject(config.json.value) && hashes !== undefined) {
    return { kind: "delivered", configText: config.text, value: config.json.value, hashes, contents };
  }
  return { kind: "refused", problems: explainFiles(folder, dir), contents, ...(hashes === undefined ? {} : { hashes }) };
}
