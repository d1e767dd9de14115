// The one file of this package that opens files by itself.
import { closeSync, openSync } from "node:fs";

/** Makes an empty file that only its owner reads and writes; one that is there stays as it is. */
export function createForOwner(path: string): void {
  closeSync(openSync(path, "a", 0o600));
}
