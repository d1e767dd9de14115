import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sources } from "./table.ts";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const rowOf = (variable: string): string => readme.split("\n").find((line) => line.startsWith(`| \`${variable}\``)) ?? "";

describe.each(Object.entries(sources))("source %s", (name, { is, needs }) => {
  it("has a folder of its name", () => {
    expect(existsSync(new URL(name, import.meta.url)), `packages/runtime/src/sources/${name}`).toBe(true);
  });

  it("is told by the README, with the variables that it needs", () => {
    expect(rowOf("VELTRIX_SOURCE"), "the row of VELTRIX_SOURCE in packages/runtime/README.md").toContain(`\`${name}\` (${is})`);
    for (const variable of Object.keys(needs))
      expect(rowOf(variable), `a row of ${variable} in packages/runtime/README.md`).toContain(`\`${name}\``);
  });
});
