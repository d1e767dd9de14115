// A mounted folder to a reading: what it holds, and whether it is meant for this process. What is wrong is said by
// explain-folder.ts, which is loaded only then.
import { isJsonObject } from "@veltrix/protocol";
import type { Io } from "../../mount/blocking-io.ts";
import type { SourceReading } from "../source.ts";
import { type DirOptions, parseFolder } from "./parse-folder.ts";

/** One look at a mounted folder: what is delivered there, and whether it is meant for this process. */
export async function readDir(options: DirOptions, io: Io): Promise<SourceReading> {
  const folder = await parseFolder(options.dir, io);
  const { config, checked, contents } = folder;
  const isOwn =
    checked?.kind === "hashes" &&
    checked.file.service === options.service &&
    (options.environment === undefined || checked.file.environment === options.environment);
  if (isOwn && config.text !== undefined && config.json?.kind === "value" && isJsonObject(config.json.value)) {
    const { file: hashes } = checked;
    const proof = { configText: config.text, hashes };
    return { kind: "delivered", delivery: { value: config.json.value, secrets: hashes.secrets, policy: hashes.policy, proof }, contents };
  }
  const { explainFolder } = await import("./explain-folder.ts");
  const secrets = isOwn ? { secrets: checked.file.secrets } : {};
  return { kind: "refused", problems: explainFolder(folder, options), contents, ...secrets };
}
