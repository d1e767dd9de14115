import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { hopNames, hops } from "./hops.ts";

it("has every hop in the table of the README", () => {
  const text = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const written = text
    .split("\n")
    .filter((line) => /^\| `[a-z-]+` +\|/.test(line) && hopNames.some((hop) => line.startsWith(`| \`${hop}\``)))
    .map((line) =>
      line
        .slice(2, -2)
        .split(/ +\| +/)
        .map((cell) => cell.trim()),
    );
  const remedy = { environment: "<env>", apply: "apply what `veltrix build` wrote" };
  const expected = hopNames.map((hop) => {
    const { meaning, seenBy, told, advise } = hops[hop];
    return [`\`${hop}\``, meaning, seenBy.join(", "), told, advise(remedy)];
  });
  expect(written).toEqual(expected);
});
