// Golden cases of the command line: the commands run in a copy of the case, and the last one's output is compared.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Io, main } from "@veltrix/cli";
import { expect, it } from "vitest";
import { casesWith, copyCase, layOver } from "./cases.ts";

it.each(casesWith("command.txt"))("$name: prints what it printed before", async (golden) => {
  const workspace = copyCase(golden);
  const lines = readFileSync(join(golden.folder, "command.txt"), "utf8").trim().split("\n");
  const last = lines.pop() ?? "";
  for (const line of lines) {
    // Cases about revisions make a repository first.
    if (line.startsWith("git ")) execFileSync("git", line.split(" ").slice(1), { cwd: workspace, stdio: "pipe" });
    else await run(line, workspace);
  }
  layOver(join(golden.folder, "edited"), workspace);
  const { output, code } = await run(last, workspace);
  const text = output.replaceAll(workspace, "<workspace>").replaceAll(/^ {4}at .*\n/gm, "");
  await expect(`$ ${last}\n${text}`).toMatchFileSnapshot(join(golden.folder, "expected.txt"));
  expect([...new Set(text.match(/(?<=^(?:error|warning)\[)VX[0-9]{4}/gm))]).toEqual([golden.code]);
  expect(text).toMatch(/^1 (?:error|warning)$/m);
  expect(code).toBe(["VX7017", "VX7019", "VX7020", "VX9001"].includes(golden.code) ? 2 : /^1 error$/m.test(text) ? 1 : 0);
});

async function run(line: string, workspace: string): Promise<{ readonly output: string; readonly code: number }> {
  let output = "";
  const write = (text: string): void => void (output += text);
  const io: Io = {
    stdout: write,
    stderr: write,
    get cwd(): string {
      // What a process sees whose folder was removed under it.
      if (existsSync(join(workspace, "removed-folder"))) throw new Error("ENOENT: no such file or directory, uv_cwd");
      return workspace;
    },
    env: { NO_COLOR: "1" },
    isTerminal: false,
  };
  const [program, ...args] = line.split(" ");
  expect(program).toBe("veltrix");
  return { code: await main(args, io), output };
}
