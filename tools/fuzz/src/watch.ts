// What no case may do: open a socket, start a process, write to the disk, or read anything there but code of ours.
import childProcess from "node:child_process";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

const READS = ["open", "openSync", "readFile", "readFileSync", "createReadStream", "readdir", "readdirSync", "opendir", "opendirSync"];
const WRITES = [
  ...[
    "writeFile",
    "appendFile",
    "mkdir",
    "mkdtemp",
    "rm",
    "rmdir",
    "unlink",
    "rename",
    "symlink",
    "link",
    "copyFile",
    "chmod",
    "truncate",
    "cp",
  ].flatMap((name) => [name, `${name}Sync`]),
  "createWriteStream",
];

type Functions = { [name: string]: unknown };

/** Calls `note` with words for everything that must not happen from now on, and lets none of it happen. */
export function watch(note: (what: string) => void): void {
  const forbid = (holder: object, name: string, what: string): void => {
    // The functions of a module of Node.js by their names.
    (holder as Functions)[name] = (...args: readonly unknown[]): never => {
      const words = `${what}: ${name} ${String(args[0]).slice(0, 200)}`;
      note(words);
      throw new Error(words);
    };
  };
  forbid(net.Socket.prototype, "connect", "opened a socket");
  for (const name of ["spawn", "spawnSync", "exec", "execSync", "execFile", "execFileSync", "fork"])
    forbid(childProcess, name, "started a process");
  for (const holder of [fs, fs.promises] as readonly object[]) {
    for (const name of WRITES) if (name in holder) forbid(holder, name, "wrote to the disk");
    for (const name of READS) if (name in holder) watchReads(holder as Functions, name, note);
  }
  syncBuiltinESMExports();
}

/** Modules are loaded late, so the code of this repository and of its dependencies may be read. */
function watchReads(holder: Functions, name: string, note: (what: string) => void): void {
  // Every name that is given here is a function's.
  const read = holder[name] as (...args: readonly unknown[]) => unknown;
  holder[name] = (...args: readonly unknown[]): unknown => {
    const [path] = args;
    const file = path instanceof URL ? fileURLToPath(path) : typeof path === "string" ? resolve(path) : "";
    if (!isCode(file)) {
      const words = `read the disk: ${name} ${file === "" ? String(path) : file}`;
      note(words);
      throw new Error(words);
    }
    return read.call(holder, ...args);
  };
}

function isCode(file: string): boolean {
  return (
    file.startsWith(root) && /^(?:node_modules|packages|tools)\//.test(file.slice(root.length)) && /\.(?:[cm]?[jt]s|json|node)$/.test(file)
  );
}
