import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { runMain } from "../testing/run-main.ts";

const page = readFileSync(createRequire(import.meta.url).resolve("@veltrix/diagnostics/docs/VX2001.md"), "utf8");

describe("veltrix explain", () => {
  it.each(["VX2001", "vx2001", "2001", "missing-required-key"])(
    "prints the page of VX2001 for %s, outside of any workspace",
    async (asked) => {
      expect(await runMain(["explain", asked], { cwd: "/" })).toEqual({ code: 0, stdout: page, stderr: "" });
    },
  );

  it("prints the page as JSON", async () => {
    const { stdout } = await runMain(["explain", "2001", "--format", "json"], { cwd: "/" });
    expect(JSON.parse(stdout)).toMatchObject({ explanation: { code: "VX2001", slug: "missing-required-key", severity: "error", page } });
  });

  it.each([
    { asked: "VX20001", suggests: "`VX2001`" },
    { asked: "missing-required-keys", suggests: "`missing-required-key`" },
  ])("reports VX7007 with the nearest name for $asked", async ({ asked, suggests }) => {
    const { code, stderr } = await runMain(["explain", asked], { cwd: "/" });
    expect(code).toBe(1);
    expect(stderr).toContain("VX7007");
    expect(stderr).toContain(suggests);
  });
});
