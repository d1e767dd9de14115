// The watch on what a case may do is itself seen to work: in a process of its own, because it cannot be undone.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const watchFile = new URL("./watch.ts", import.meta.url).href;
const source = new URL("../source.mjs", import.meta.url).href;
const here = fileURLToPath(import.meta.url);

/** What is noted when `statement` runs under the watch. */
function noted(statement: string): string {
  // The watch refuses by throwing; what counts is what it noted, and a statement that fails for another reason notes nothing.
  const script = `
    const { watch } = await import(${JSON.stringify(watchFile)});
    const seen = [];
    watch((what) => seen.push(what));
    try { ${statement} } catch {}
    console.log(seen.join("; "));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--import", source, "--input-type=module", "-e", script], { encoding: "utf8" });
  return (stdout + stderr).trim();
}

describe("watch", () => {
  it.each([
    [`(await import("node:net")).connect(9, "127.0.0.1")`, /^opened a socket: connect/],
    [`(await import("node:child_process")).spawnSync("true")`, /^started a process: spawnSync true$/],
    [`(await import("node:fs")).writeFileSync("/tmp/never", "")`, /^wrote to the disk: writeFileSync \/tmp\/never$/],
    [`await (await import("node:fs/promises")).writeFile("/tmp/never", "")`, /^wrote to the disk: writeFile \/tmp\/never$/],
    [`(await import("node:fs")).readFileSync("/etc/passwd")`, /^read the disk: readFileSync \/etc\/passwd$/],
    [`(await import("node:fs")).readdirSync(".")`, /^read the disk: readdirSync /],
    [`(await import("node:fs")).readFileSync(${JSON.stringify(here)})`, /^$/],
  ])("sees %s", (statement, expected) => {
    expect(noted(statement)).toMatch(expected);
  });
});
