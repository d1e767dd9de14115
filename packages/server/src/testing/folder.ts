// A folder that is gone when the tests of a file are over.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** Makes one now; called outside of a test, or in a beforeAll. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "veltrix-store-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
