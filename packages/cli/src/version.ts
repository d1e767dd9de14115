// The version of this package.
import { readOwnFile } from "./disk.ts";

/** As `package.json` says: our own file, beside the source and beside what is compiled. */
export function readVersion(): string {
  const { version } = JSON.parse(readOwnFile(new URL("../package.json", import.meta.url))) as { readonly version: string };
  return version;
}
