// npm run golden [-- <path or code> ...]: writes what golden tests print now. Without an argument all of them run,
// else those under the paths, and of these the cases of the codes. (`vitest -u <path>` takes the path for its own value
// and runs everything.)
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const given = process.argv.slice(2);
const codes = given.filter((word) => /^VX\d{4}$/.test(word));
const options = given.filter((word) => word.startsWith("-"));
const paths = given.filter((word) => !codes.includes(word) && !options.includes(word)).map((path) => path.replace(/^\.\//, ""));

const tests = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.test.ts"], { cwd: root, encoding: "utf8" })
  .split("\n")
  .filter((path) => path !== "" && (paths.length === 0 || paths.some((part) => path.startsWith(part))))
  .filter((path) => readFileSync(`${root}${path}`, "utf8").includes("toMatchFileSnapshot("));
if (tests.length === 0) {
  console.error(`no golden test under ${paths.join(", ")}`);
  process.exit(2);
}
const named = codes.length === 0 ? [] : ["--testNamePattern", codes.join("|")];
const vitest = ["tools/first-run.mjs", "vitest", "run", "--update=all", ...named, ...options, ...tests];
process.exit(spawnSync(process.execPath, vitest, { cwd: root, stdio: "inherit" }).status ?? 2);
