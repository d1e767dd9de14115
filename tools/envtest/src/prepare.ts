// Builds kube-apiserver for these tests, once per version and machine: `npm run envtest`.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { apiserverVersion, builtApiserver, findAssets, MODULE_FOLDER } from "./assets.ts";

/** A machine that needs longer goes without. */
const LONGEST_MS = 8 * 60_000;

const target = builtApiserver();
const version = apiserverVersion();
if ((process.env["KUBEBUILDER_ASSETS"] ?? "") === "" && !existsSync(target)) buildApiserver();
const found = findAssets();
console.log("skipped" in found ? `SKIPPED: tests against a real API server: ${found.skipped}` : `${found.apiserver}\n${found.etcd}`);

/** Builds beside the target and renames: a build that is killed leaves no half of a server. */
function buildApiserver(): void {
  mkdirSync(dirname(target), { recursive: true });
  const draft = mkdtempSync(join(dirname(target), "draft-"));
  const start = performance.now();
  const link = ["-s -w", `-X k8s.io/component-base/version.gitVersion=${version}`].join(" ");
  const { status, error } = spawnSync("go", ["build", "-trimpath", "-ldflags", link, "-o", join(draft, "kube-apiserver"), "."], {
    cwd: MODULE_FOLDER,
    env: { ...process.env, GOFLAGS: `-mod=readonly -buildvcs=false -p=${cpus().length}`, CGO_ENABLED: "0" },
    stdio: ["ignore", "inherit", "inherit"],
    timeout: LONGEST_MS,
  });
  if (status === 0) renameSync(join(draft, "kube-apiserver"), target);
  rmSync(draft, { recursive: true, force: true });
  if (error !== undefined) console.log(`go: ${error.message}`);
  else
    console.log(`kube-apiserver ${version}: ${status === 0 ? "built" : "FAILED"} in ${Math.round((performance.now() - start) / 1000)} s`);
}
