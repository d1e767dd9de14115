// Faults of ours and of the machine, put into the compiled command: it ends with 2 and says so, and never with 0.
import { spawn } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runCli, shop, temporaryWorkspace, type TemporaryWorkspace } from "@veltrix/testkit";
import { describe, expect, it } from "vitest";

const bin = join(import.meta.dirname, "../bin/veltrix.js");

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(args: readonly string[], cwd: string, env: { readonly [name: string]: string } = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env["PATH"], NO_COLOR: "1", ...env },
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** A module that is loaded before the command, and changes what it runs on. */
function preload(workspace: TemporaryWorkspace, code: string): readonly string[] {
  workspace.write("fault.mjs", code);
  return ["--import", pathToFileURL(workspace.at("fault.mjs")).href];
}

/** Every command that works in a workspace. */
const lines: readonly (readonly string[])[] = [
  ["build"],
  ["build", "--check"],
  ["why", "checkout#/", "--env", "dev"],
  ["run", "--env", "dev", "--service", "catalog", "--", process.execPath, "-e", ""],
  ["export", "--service", "catalog", "--env", "dev", "--out", "out"],
  ["diff", "--env", "dev", "prod"],
  ["parity"],
  ["graph"],
  ["editor"],
  ["doctor"],
  ["init"],
  ["patch", "--env", "dev", "--file", "deploy.yaml"],
  ["drift", "mount", "out", "--env", "dev"],
  ["prune", "--env", "dev", "--kubeconfig", "nowhere"],
];

/** Lets every call on the file system from the Nth on, that concerns the workspace, fail as no call ever does. */
const BROKEN_DISK = `
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
const { FAULT_ROOT, FAULT_AT } = process.env;
let calls = 0;
for (const name of ["openSync", "readFileSync", "statSync", "lstatSync", "readdirSync", "realpathSync", "mkdirSync", "renameSync", "writeFileSync", "readSync"]) {
  const real = fs[name];
  const broken = (...args) => {
    const isOurs = name === "readSync" ? calls > 0 : String(args[0]).startsWith(FAULT_ROOT) && !String(args[0]).endsWith("fault.mjs");
    if (isOurs && ++calls >= Number(FAULT_AT)) {
      process.stderr.write("injected\\n");
      throw new TypeError("an injected fault");
    }
    return real(...args);
  };
  fs[name] = Object.assign(broken, real, name === "realpathSync" ? { native: broken } : {});
}
syncBuiltinESMExports();
`;

describe("C5: exit codes under faults", { timeout: 600_000 }, () => {
  it.each(lines.map((line) => [line.slice(0, 2).join(" "), line] as const))(
    "%s: a fault that nobody expects is never a success",
    async (_name, line) => {
      let hits = 0;
      for (const at of ["1", "4", "12", "40"]) {
        const workspace = temporaryWorkspace({
          ...shop,
          "deploy.yaml": "kind: Deployment\n",
          ".veltrix/secrets/dev.yaml": "shop-db: { password: a }\n",
        });
        const before = workspace.files().filter((path) => path.startsWith("schemas/"));
        const flags = preload(workspace, BROKEN_DISK);
        const { code, stderr } = await start([...flags, bin, ...line], workspace.root, { FAULT_ROOT: workspace.root, FAULT_AT: at });
        const isHit = stderr.includes("injected\n");
        if (isHit) {
          hits++;
          expect([line[0], at, code]).not.toEqual([line[0], at, 0]);
          // Either it is our bug, with one line that says so, or the disk's word was made a diagnostic.
          if (code === 2) expect(stderr.match(/^veltrix: this is a bug in Veltrix$/gm)).toHaveLength(1);
          else expect(stderr).toMatch(/^error\[VX[0-9]{4}\]/m);
        }
        expect(workspace.files().filter((path) => path.startsWith("schemas/"))).toEqual(before);
      }
    },
  );

  it("an emitter that throws ends a build with 2, says so once, and leaves no index", async () => {
    const workspace = temporaryWorkspace(shop);
    const hooks = `export async function load(url, context, next) {
      if (!/emit-typescript\\/dist\\/index\\.js$/.test(url)) return next(url, context);
      return { format: "module", shortCircuit: true, source: "export const typescriptEmitter = { name: 'broken', emit() { throw new Error('emitter broke'); } };" };
    }`;
    workspace.write("hooks.mjs", hooks);
    const flags = preload(
      workspace,
      `import { register } from "node:module"; register(${JSON.stringify(pathToFileURL(workspace.at("hooks.mjs")).href)});`,
    );
    const { code, stderr } = await start([...flags, bin, "build"], workspace.root);
    expect(code).toBe(2);
    expect(stderr).toContain("emitter broke");
    expect(stderr.match(/^veltrix: this is a bug in Veltrix$/gm)).toHaveLength(1);
    expect(existsSync(workspace.at("generated/index.json"))).toBe(false);
  });

  it.each([
    ["is broken", (dist: string): void => writeFileSync(join(dist, "main.js"), "this is not JavaScript")],
    ["throws", (dist: string): void => writeFileSync(join(dist, "main.js"), "throw new Error('no');")],
    ["is a folder", (dist: string): void => void mkdirSync(join(dist, "main.js"))],
    ["lacks a part", (dist: string): void => writeFileSync(join(dist, "main.js"), "import './missing.js';")],
  ])("a dist that %s ends with 2 and one line", async (_name, breakIt) => {
    const workspace = temporaryWorkspace({ "package.json": '{ "type": "module" }' });
    for (const folder of ["bin", "dist"]) mkdirSync(workspace.at(folder));
    cpSync(bin, workspace.at("bin/veltrix.js"));
    breakIt(workspace.at("dist"));
    const { code, stdout, stderr } = await start([workspace.at("bin/veltrix.js"), "build"], workspace.root);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toMatch(/^Veltrix cannot start: .*npm run build/);
  });

  it.each(["EACCES", "EIO", "EMFILE", "ENOSPC", "EROFS"])(
    "%s while writing ends a build with 1 or 2 and leaves no index",
    async (errno) => {
      const workspace = temporaryWorkspace(shop);
      const flags = preload(
        workspace,
        `import fs from "node:fs";
       import { syncBuiltinESMExports } from "node:module";
       const { openSync } = fs;
       fs.openSync = (path, flags, ...rest) => {
         if (String(path).includes("/generated/") && (Number(flags) & fs.constants.O_CREAT) !== 0)
           throw Object.assign(new Error("${errno}: injected, open '" + path + "'"), { code: "${errno}", syscall: "open" });
         return openSync(path, flags, ...rest);
       };
       syncBuiltinESMExports();`,
      );
      const { code, stderr } = await start([...flags, bin, "build"], workspace.root);
      expect([errno, code === 1 || code === 2]).toEqual([errno, true]);
      expect(stderr).toMatch(/^(?:error\[VX7005\]|veltrix: this is a bug)/m);
      expect(stderr.match(/^\d+ errors?$/gm)).toHaveLength(1);
      expect(existsSync(workspace.at("generated/index.json"))).toBe(false);
    },
  );

  it("a file that may not be read is a problem with a place, not a crash", async () => {
    const workspace = temporaryWorkspace(shop);
    chmodSync(workspace.at("schemas/catalog/values/base.yaml"), 0);
    const isReadable = canRead(workspace.at("schemas/catalog/values/base.yaml"));
    const { code, stderr } = await runCli(["build"], { cwd: workspace.root });
    // Root may read everything.
    expect(code).toBe(isReadable ? 0 : 1);
    if (!isReadable) expect(stderr).toContain("VX1007");
  });
});

function canRead(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}
