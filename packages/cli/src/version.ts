// The version of this package.
import { readFileSync } from "node:fs";

/** As `package.json` says: our own file, beside the source and beside what is compiled. */
export function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { readonly version: string };
  return version;
}
