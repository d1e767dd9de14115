// A copy of this repository in which scripts may write: its own sources, and the installed packages of this one.
import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { files, known, root } from "./repository.ts";

/** What a command came to. */
export interface Ran {
  readonly status: number | null;
  readonly output: string;
}

/** One test that failed: its file, its name, and all that was said. */
export interface FailedTest {
  readonly file: string;
  readonly name: string;
  readonly message: string;
}

/** A copy of the repository. */
export interface CopiedRepository {
  readonly root: string;
  /** Runs Node.js in it. */
  readonly node: (...args: readonly string[]) => Ran;
  /** Runs a local command, such as `tsc`. */
  readonly run: (command: string, ...args: readonly string[]) => Ran;
  readonly read: (path: string) => string;
  readonly write: (path: string, text: string) => void;
  /** Runs these test files, and tells how many passed, and which did not. */
  readonly test: (...paths: readonly string[]) => { readonly passed: number; readonly failed: readonly FailedTest[] };
  readonly remove: () => void;
}

/** Copies the repository to a temporary folder. */
export function copyRepository(): CopiedRepository {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), "veltrix-copy-")));
  // Links of fixtures are files of the repository too.
  for (const path of known) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(root, path), join(copy, path), { verbatimSymlinks: true });
  }
  // A lock file newer than what is installed would be installed: through this link, into this repository.
  utimesSync(join(copy, "pnpm-lock.yaml"), 0, 0);
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  for (const path of files.filter((file) => file.endsWith("package.json") && file !== "package.json")) {
    const modules = join(dirname(path), "node_modules");
    // Links of the workspace are relative: in the copy they lead to its own packages.
    if (existsSync(join(root, modules))) cpSync(join(root, modules), join(copy, modules), { recursive: true, verbatimSymlinks: true });
  }
  execFileSync("git", ["init", "--quiet"], { cwd: copy });
  const run = (command: string, args: readonly string[]): Ran => {
    const env = { ...process.env, CI: "true", NO_COLOR: "1", FORCE_COLOR: "0" };
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: copy, encoding: "utf8", env, maxBuffer: 64 * 1024 * 1024 });
    return { status, output: `${stdout}${stderr}` };
  };
  const read = (path: string): string => readFileSync(join(copy, path), "utf8");
  return {
    root: copy,
    node: (...args) => run(process.execPath, args),
    run: (command, ...args) => run(join(root, "node_modules/.bin", command), args),
    read,
    write: (path, text) => writeFileSync(join(copy, path), text),
    test: (...paths) => {
      const results = join(copy, "node_modules.results.json");
      run(join(root, "node_modules/.bin/vitest"), ["run", "--reporter=json", `--outputFile=${results}`, ...paths]);
      const { numPassedTests, testResults } = JSON.parse(readFileSync(results, "utf8")) as VitestResults;
      rmSync(results);
      const failed = testResults.flatMap(({ name, message, assertionResults }) => {
        const file = name.slice(copy.length + 1);
        if (assertionResults.length === 0) return [{ file, name: "", message }];
        return assertionResults
          .filter(({ status }) => status === "failed")
          .map(({ fullName, failureMessages }) => ({ file, name: fullName, message: failureMessages.join("\n") }));
      });
      return { passed: numPassedTests, failed };
    },
    remove: () => rmSync(copy, { recursive: true, force: true }),
  };
}

interface VitestResults {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}
