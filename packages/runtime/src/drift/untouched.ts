// The first half of the proof, and all of it where nothing was touched: one hash over the bytes.
import type { HashesFile } from "@veltrix/protocol";
import { loadCrypto } from "../machine/builtin.ts";

/** True when config.json has the bytes that it was built with. */
export function isUntouched(configText: string, { bytes }: HashesFile): boolean {
  return `v1:sha256:${loadCrypto().hash("sha256", configText, "hex")}` === bytes;
}
