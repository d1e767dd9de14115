// Which real programs are here: Debian's etcd, and a current etcd and porcupine that `npm run prepare:server` builds
// with Go. Tests that need one that is not here are skipped, and their names say so.
import { accessSync, constants, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The Go module whose programs are built; its versions name the folder that they are kept in. */
export const MODULE_FOLDER: string = fileURLToPath(new URL("../../go", import.meta.url));

/** Where built programs are kept: outside the repository, so that every clone finds them. */
export function builtFolder(): string {
  const requirements = readFileSync(join(MODULE_FOLDER, "go.mod"), "utf8");
  const versions = ["porcupine", "server/v3"].map((name) => new RegExp(`${name} (v[0-9.]+)$`, "m").exec(requirements)?.[1] ?? "none");
  const cache = process.env["XDG_CACHE_HOME"];
  const base = cache === undefined || cache === "" ? join(homedir(), ".cache") : cache;
  return join(base, "veltrix/server", `${versions.join("-")}-${process.platform}-${process.arch}`);
}

/** An etcd to test against. */
export interface EtcdProgram {
  readonly name: string;
  /** Undefined: not here. */
  readonly path: string | undefined;
}

/** The machine's etcd, and the current one. */
export function etcdPrograms(): readonly EtcdProgram[] {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return [
    { name: "the machine's etcd", path: folders.map((folder) => join(folder, "etcd")).find(isExecutable) },
    { name: "a current etcd", path: builtProgram("etcd") },
  ];
}

/** A program that was built with Go; undefined: not here. */
export function builtProgram(name: "etcd" | "porcupine"): string | undefined {
  const path = join(builtFolder(), name);
  return isExecutable(path) ? path : undefined;
}

/** What stands behind the name of a test that is skipped. */
export const MISSING_ETCD = "skipped: not here (apt-get install etcd-server; `npm run prepare:server` with Go)";

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
