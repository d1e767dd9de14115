// `npm run suite`: brings the JSON Schema Test Suite to this machine, once. The source package of Python's jsonschema
// carries it whole, and pip brings that. Without pip the tests of the suite are skipped by name.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { builtSuite, SUITE_VERSION } from "@veltrix/testkit";

const target = builtSuite();
if (existsSync(target)) console.log(target);
else bring();

function bring() {
  const folder = mkdtempSync(join(tmpdir(), "veltrix-suite-"));
  const name = `jsonschema-${SUITE_VERSION}`;
  const pip = ["-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", "--dest", folder, `jsonschema==${SUITE_VERSION}`];
  const done = run("python3", pip) && run("tar", ["-xzf", join(folder, `${name}.tar.gz`), "-C", folder]);
  const suite = join(folder, name, "json");
  if (done && existsSync(join(suite, "tests"))) {
    // Beside the target first, and renamed: one that is killed leaves no half of a suite.
    const draft = mkdtempSync(join(mkdirp(dirname(target)), "draft-"));
    for (const part of ["tests", "remotes", "LICENSE"]) cpSync(join(suite, part), join(draft, part), { recursive: true });
    renameSync(draft, target);
    console.log(target);
  } else console.log("SKIPPED: tests of the whole JSON Schema Test Suite: pip did not bring the source package of jsonschema");
  rmSync(folder, { recursive: true, force: true });
}

function mkdirp(folder) {
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Five minutes at the most: pip makes an environment to read the package's metadata. */
function run(command, args) {
  return spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"], timeout: 300_000 }).status === 0;
}
