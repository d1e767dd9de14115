// C1, C7: a build that is killed at any instant leaves each file old or new, and the next build completes the set.
import { spawn } from "node:child_process";
import { cpSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { temporaryWorkspace } from "@veltrix/testkit";
import { expect, it } from "vitest";
import { repository } from "./clone.ts";

const ROUNDS = 30;
const cli = join(repository, "packages/cli/bin/veltrix.js");

/** Runs the CLI; kills it after `killAfter` milliseconds where that is given. Gives its exit code, or null. */
async function veltrix(args: readonly string[], root: string, killAfter?: number): Promise<number | null> {
  const child = spawn(process.execPath, [cli, ...args, "--workspace", root], { stdio: "ignore" });
  const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfter);
  const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  clearTimeout(timer);
  return code;
}

function filesBelow(folder: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (statSync(join(folder, path)).isFile()) found.set(path, readFileSync(join(folder, path), "utf8"));
  }
  return found;
}

it(`C1 C7 survives ${ROUNDS} kills at random instants`, { timeout: 600_000 }, async () => {
  const folder = temporaryWorkspace({});
  cpSync(join(repository, "schemas"), join(folder.root, "schemas"), { recursive: true });
  const contract = join(folder.root, "schemas/shared/logging.schema.json");
  const before = readFileSync(contract, "utf8");
  expect(await veltrix(["build"], folder.root)).toBe(0);
  const old = filesBelow(join(folder.root, "generated"));
  // Every contract uses this fragment, so a new bound in it changes files of every service.
  const changed = before
    .replace(/"description": "[^"]*"/, '"description": "Changed."')
    .replace('"properties": {', '"properties": { "spare": { "type": "string" },');
  expect(changed).not.toBe(before);
  folder.write("schemas/shared/logging.schema.json", changed);
  const started = performance.now();
  expect(await veltrix(["build"], folder.root)).toBe(0);
  const duration = performance.now() - started;
  const renewed = filesBelow(join(folder.root, "generated"));
  expect([...renewed].filter(([path, text]) => old.get(path) !== text).length).toBeGreaterThan(20);

  const seen = { old: 0, new: 0 };
  let span = duration;
  for (let round = 0; round < ROUNDS || Math.min(seen.old, seen.new) === 0; round++) {
    // What a build took may have been too much or too little to go by: then later and later ones meet its writing.
    if (round >= ROUNDS) span *= 1.2;
    folder.write("schemas/shared/logging.schema.json", round % 2 === 0 ? before : changed);
    await veltrix(["build"], folder.root, span * (0.3 + 0.7 * Math.random()));
    for (const [path, text] of filesBelow(join(folder.root, "generated"))) {
      if (/(^|\/)\.veltrix-tmp-/.test(path)) continue;
      const isOld = text === old.get(path);
      const isNew = text === renewed.get(path);
      expect([path, isOld || isNew]).toEqual([path, true]);
      if (isOld !== isNew) seen[isOld ? "old" : "new"]++;
    }
  }
  folder.write("schemas/shared/logging.schema.json", changed);
  expect(await veltrix(["build"], folder.root)).toBe(0);
  expect(filesBelow(join(folder.root, "generated"))).toEqual(renewed);
  expect(await veltrix(["build", "--check"], folder.root)).toBe(0);
});

it("C7 ends in the same set when eight builds run at once", { timeout: 300_000 }, async () => {
  const folder = temporaryWorkspace({});
  cpSync(join(repository, "schemas"), join(folder.root, "schemas"), { recursive: true });
  const codes = await Promise.all(Array.from({ length: 8 }, () => veltrix(["build"], folder.root)));
  expect(codes).toEqual(Array(8).fill(0));
  expect(await veltrix(["build", "--check"], folder.root)).toBe(0);
});
