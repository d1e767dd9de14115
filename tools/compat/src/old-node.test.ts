import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { oldNode } from "./nodes.ts";

const bin = fileURLToPath(new URL("../../../packages/cli/bin/veltrix.js", import.meta.url));
const needed = "Veltrix needs Node.js 20.19 or newer, and this is Node.js ";

describe("the command under an old Node.js", () => {
  it.skipIf(!oldNode.isThere)("says which one it needs, and nothing else", () => {
    for (const args of [[], ["build"], ["run", "--env", "dev", "--", "true"], ["--version"]]) {
      const { status, stdout, stderr } = spawnSync(oldNode.path, [bin, ...args], { encoding: "utf8" });
      expect([status, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(/^Veltrix needs Node\.js 20\.19 or newer, and this is Node\.js 18\.\d+\.\d+: install a newer one\n$/);
    }
  });

  it.each([
    ["18.20.8", true],
    ["20.18.3", true],
    ["20.19.0", false],
    ["20.20.2", false],
    ["22.0.0", false],
    ["9.11.2", true],
  ])("compares versions by their numbers: %s", (version, isTooOld) => {
    const fake = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } })`;
    const { stderr } = spawnSync(process.execPath, ["--import", `data:text/javascript,${encodeURIComponent(fake)}`, bin, "--version"], {
      encoding: "utf8",
    });
    expect(stderr.startsWith(needed)).toBe(isTooOld);
  });
});
