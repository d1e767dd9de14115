// Where workspaces are written for a run.
import { existsSync, mkdirSync, mkdtempSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Linux's file system in memory: there the CPU is the programs', and not what a busy disk adds to it. */
const MEMORY = "/dev/shm";
/** What a workspace, its output and the peers' take together. */
const BYTES_PER_SERVICE = 500_000;

/** Makes an empty folder below `folder`, else in memory where there is room, else in the temporary folder. */
export function makeScratch(folder: string | undefined, services: number): string {
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  return mkdtempSync(join(folder ?? (hasRoom(MEMORY, services * BYTES_PER_SERVICE) ? MEMORY : tmpdir()), "veltrix-bench-"));
}

function hasRoom(folder: string, bytes: number): boolean {
  if (!existsSync(folder)) return false;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize > bytes;
}
