// A workspace that is looked at from end to end: what cannot be read on the way is noted, and not taken for empty.
import { DiskHost, type FolderRead, type FolderEntry } from "@veltrix/compiler";
import type { CheckResult } from "./check-result.ts";

/** Reads as `DiskHost` does, and knows the folders that it could not list. */
export class LookingHost extends DiskHost {
  readonly #unreadable: Map<string, string> = new Map();

  override listFolder(path: string): FolderRead {
    const read = super.listFolder(path);
    if (read.kind === "refused") this.#unreadable.set(path, read.reason);
    return read;
  }

  /** What stands in a folder, as far as it can be told. */
  entriesIn(path: string): readonly FolderEntry[] {
    const read = this.listFolder(path);
    return read.kind === "entries" ? read.entries : [];
  }

  /** One result for each folder that could not be listed: nothing is known of what is below it. */
  get unreadable(): readonly CheckResult[] {
    return [...this.#unreadable].map(([folder, reason]) => ({
      kind: "skipped",
      check: "folders",
      detail: `${folder === "" ? "the workspace" : folder} cannot be read, and nothing below it was checked: ${reason}`,
    }));
  }
}
