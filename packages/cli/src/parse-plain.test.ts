import { describe, expect, it } from "vitest";
import { commands } from "./commands.ts";
import { parseLine } from "./parse.ts";
import { parsePlain } from "./parse-plain.ts";

/** Right words, wrong ones, and all that is between. */
const words = [
  "why",
  "build",
  "run",
  "a#/b",
  "--env",
  "--environment",
  "dev",
  "--check",
  "true",
  "--format",
  "json",
  "--",
  "-x",
  "--help",
  "'q'",
  "",
];

/** `start` with up to `more` words behind it. */
function linesFrom(start: readonly string[], more: number): readonly (readonly string[])[] {
  return [start, ...(more === 0 ? [] : words.flatMap((word) => linesFrom([...start, word], more - 1)))];
}

describe("the short way through a command line", () => {
  it("understands what yargs understands, and in the same way", () => {
    const lines = ["build", "why", "run"].flatMap((name) => linesFrom([name], 3));
    const plain = lines.filter((line) => parsePlain(line, commands) !== undefined);
    expect(plain.length).toBeGreaterThan(50);
    for (const line of plain) expect({ line, kind: "understood", of: parsePlain(line, commands) }).toEqual({ line, ...yargsOn(line) });
  });

  it.each([
    ["build"],
    ["build", "--check"],
    ["why", "a#/b", "--env", "dev"],
    ["run", "--env", "dev", "--", "node", "-x", "--env", "y"],
    ["diff", "--env", "a", "b", "--exit-code"],
    ["graph", "--format", "mermaid"],
    ["drift", "mount", "x", "--service", "s", "--environment", "e", "--format", "json"],
  ])("takes %j %j %j %j", (...line) => {
    expect(parsePlain(line, commands)).toBeDefined();
    expect({ line, kind: "understood", of: parsePlain(line, commands) }).toEqual({ line, ...yargsOn(line) });
  });
});

function yargsOn(line: readonly string[]): object {
  const parsed = parseLine(line, commands);
  return { kind: parsed.kind, of: parsed.kind === "understood" ? parsed.line : undefined };
}
