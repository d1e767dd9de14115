// What has several places has all of them, and nothing that a scaffold left to be written is left.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { main } from "@veltrix/cli";
import { describe, expect, it } from "vitest";
import { files, root } from "./repository.ts";

const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** The commands that `veltrix --help` lists. */
async function listCommands(): Promise<readonly string[]> {
  let output = "";
  const write = (text: string): void => void (output += text);
  await main(["--help"], { stdout: write, stderr: write, cwd: root, env: { NO_COLOR: "1" }, isTerminal: false });
  return [...new Set([...output.matchAll(/^ {2}veltrix ([a-z]+)/gm)].map(([, name = ""]) => name))];
}

describe("a command", () => {
  const folder = "packages/cli/src/commands/";
  const modules = files.filter((path) => path.startsWith(folder) && !path.endsWith(".test.ts") && /: Command</.test(read(path)));
  const named = modules.map((path) => path.slice(folder.length).split(/[/.-]/)[0] ?? "");

  it("stands in the list of commands, and nothing else does", async () => {
    const listed = await listCommands();
    expect(listed.length).toBeGreaterThan(10);
    expect([...new Set(named)].toSorted()).toEqual(listed.toSorted());
  });

  it("has a test beside it, or shares one with the command that it belongs to", () => {
    const untested = modules.filter((path) => !existsSync(join(root, path.replace(/(?:-\w+)*\.ts$/, ".test.ts"))));
    expect(untested).toEqual([]);
  });

  it("has a row in the README of the command line, and nothing else has", async () => {
    const rows = [...read("packages/cli/README.md").matchAll(/^\| `veltrix ([a-z]+)/gm)].map(([, name = ""]) => name);
    expect([...new Set(rows)].toSorted()).toEqual((await listCommands()).toSorted());
  });
});

describe("what a scaffold made", () => {
  it("is written to its end", () => {
    // In pieces, so that this line is none of those that it looks for.
    const mark = new RegExp(["<wri", "te: "].join(""));
    const left = files
      .filter((path) => !path.startsWith("tools/new/"))
      .flatMap((path) =>
        readFileSync(join(root, path), "latin1")
          .split("\n")
          .flatMap((line, index) => (mark.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
      );
    // All of them, where an assertion would shorten its message.
    if (left.length > 0) throw new Error(left.join("\n"));
    expect(left).toEqual([]);
  });
});
