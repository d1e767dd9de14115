// Builds what the tests of the store need from Go, once per version and machine: `npm run prepare:server`.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const module = fileURLToPath(new URL(".", import.meta.url));
const requirements = readFileSync(join(module, "go.mod"), "utf8");
// The same folder as in ../src/testing/programs.ts.
const versions = ["porcupine", "server/v3"].map((name) => new RegExp(`${name} (v[0-9.]+)$`, "m").exec(requirements)?.[1] ?? "none");
const base = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
const target = join(base, "veltrix/server", `${versions.join("-")}-${process.platform}-${process.arch}`);

if (!existsSync(join(target, "etcd")) || !existsSync(join(target, "porcupine"))) build();
process.stdout.write(
  `${existsSync(join(target, "etcd")) ? target : "SKIPPED: tests of the store against a current etcd and porcupine: they need Go"}\n`,
);

/** Builds beside the target and renames: a build that is killed leaves no half of a program. */
function build() {
  mkdirSync(dirname(target), { recursive: true });
  const draft = mkdtempSync(join(dirname(target), "draft-"));
  const { status, error } = spawnSync("go", ["build", "-trimpath", "-ldflags", "-s -w", "-o", `${draft}/`, "./etcd", "./porcupine"], {
    cwd: module,
    env: { ...process.env, GOFLAGS: "-mod=readonly -buildvcs=false", CGO_ENABLED: "0" },
    stdio: ["ignore", "inherit", "inherit"],
    timeout: 8 * 60_000,
  });
  if (status === 0) {
    rmSync(target, { recursive: true, force: true });
    renameSync(draft, target);
  } else rmSync(draft, { recursive: true, force: true });
  if (error !== undefined) process.stdout.write(`${`go: ${error.message}`}\n`);
}
