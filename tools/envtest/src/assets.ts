// Where etcd and kube-apiserver are on this machine, or what to do to have them.
import { accessSync, constants, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Paths of the executables. */
export interface Assets {
  readonly etcd: string;
  readonly apiserver: string;
}

/** Why there are none here. */
export interface Skipped {
  readonly skipped: string;
}

/** The Go module that kube-apiserver is built from. */
export const MODULE_FOLDER: string = fileURLToPath(new URL("../apiserver", import.meta.url));

/** `v1.35.4`: what the Go module requires. */
export function apiserverVersion(): string {
  const [, version] = /\bk8s\.io\/kubernetes (v[0-9.]+)$/m.exec(readFileSync(join(MODULE_FOLDER, "go.mod"), "utf8")) ?? [];
  if (version === undefined) throw new Error("apiserver/go.mod requires no k8s.io/kubernetes");
  return version;
}

/** Where a kube-apiserver that was built here is kept: outside the repository, so that every clone finds it. */
export function builtApiserver(): string {
  const cache = process.env["XDG_CACHE_HOME"];
  const base = cache === undefined || cache === "" ? join(homedir(), ".cache") : cache;
  return join(base, "veltrix/envtest", `${apiserverVersion()}-${process.platform}-${process.arch}`, "kube-apiserver");
}

/** The executables: those of KUBEBUILDER_ASSETS where that is set, else the built server and the machine's etcd. */
export function findAssets(): Assets | Skipped {
  const named = process.env["KUBEBUILDER_ASSETS"];
  if (named !== undefined && named !== "") {
    const assets = { etcd: join(named, "etcd"), apiserver: join(named, "kube-apiserver") };
    const missing = Object.values(assets).filter((path) => !isExecutable(path));
    return missing.length === 0 ? assets : { skipped: `KUBEBUILDER_ASSETS has no ${missing.join(", ")}` };
  }
  const apiserver = builtApiserver();
  if (!isExecutable(apiserver)) {
    return {
      skipped:
        "no kube-apiserver: build it once with `npm run envtest` (needs Go), or set KUBEBUILDER_ASSETS to a folder with etcd and kube-apiserver",
    };
  }
  const etcd = (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "etcd"))
    .find(isExecutable);
  return etcd === undefined ? { skipped: "no etcd: install it with `apt-get install etcd-server`" } : { etcd, apiserver };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
