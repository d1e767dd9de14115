// Child processes that import the runtime as a service does: compiled from the sources as they are now.
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { CONTRACT, fingerprintsFile, gateway, values } from "./gateway.ts";

const run = promisify(execFile);
const packages = fileURLToPath(new URL("../../../", import.meta.url));
const tsc = join(packages, "..", "node_modules", ".bin", "tsc");

/** Compiles protocol and runtime into a new folder, with a service package beside them. */
export async function buildWorkspace(): Promise<string> {
  const workspace = await mkdtemp(join(tmpdir(), "veltrix-child-"));
  for (const name of ["protocol", "runtime"]) await buildPackage(workspace, name);
  const service = join(workspace, "service");
  await mkdir(service);
  await writeFile(join(service, "package.json"), '{"type":"module"}');
  await writeFile(join(service, "fingerprints.json"), JSON.stringify(fingerprintsFile(values)));
  await writeFile(join(service, "index.js"), serviceSource());
  return workspace;
}

/** Removes what `buildWorkspace` made. */
export function removeWorkspace(workspace: string): Promise<void> {
  return rm(workspace, { recursive: true, force: true });
}

async function buildPackage(workspace: string, name: string): Promise<void> {
  const target = join(workspace, "node_modules", "@veltrix", name);
  await mkdir(target, { recursive: true });
  await cp(join(packages, name, "package.json"), join(target, "package.json"));
  // Emitting needs no types of other packages; they are checked by the build.
  const emit = ["--noCheck", "--incremental", "false", "--outDir", join(target, "dist", name === "runtime" ? ".types" : "")];
  await run(tsc, ["-p", join(packages, name), ...emit]);
  if (name === "runtime") {
    await run(process.execPath, [join(packages, name, "build.mjs"), join(target, "dist")]);
  }
}

/** What tsc says of a module that uses the service's declarations, in strict mode; empty when it is content. */
export async function checkTypes(workspace: string, declarations: string, source: string): Promise<string> {
  const folder = join(workspace, "service");
  await writeFile(join(folder, "index.d.ts"), declarations);
  await writeFile(join(folder, "use.ts"), source);
  const types = join(packages, "..", "node_modules", "@types");
  const strict = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--noEmit"];
  const modules = ["--module", "nodenext", "--target", "es2023", "--lib", "es2023,esnext.disposable"];
  const flags = [...strict, ...modules, "--typeRoots", types, "--types", "node", "--ignoreConfig"];
  return run(tsc, [...flags, join(folder, "use.ts")]).then(
    () => "",
    (error: { readonly stdout: string }) => error.stdout,
  );
}

function serviceSource(): string {
  const { hot, secrets, units, variables, withoutVariable, requiredIn, contractVersion } = gateway();
  const data = JSON.stringify({
    service: "device-gateway",
    contract: CONTRACT,
    contractVersion,
    hot,
    secrets,
    units,
    variables,
    withoutVariable,
    requiredIn,
  });
  return `import { defineService } from "@veltrix/runtime";
const validate = (value) => (Number.isInteger(value.mqtt?.qos) ? [] : [{ pointer: "/mqtt/qos", rule: "type", expected: "integer" }]);
const validateSecret = () => [];
const service = defineService({ ...${data}, validate, validateSecret, fingerprints: () => import("./fingerprints.json", { with: { type: "json" } }).then((m) => m.default) });
export const { loadConfig, loadConfigOrExit, createTestConfig } = service;
`;
}

/** What a module that runs in a child waits with until the first check of its `gateway`, which comes after ready, is over. */
export const whenChecked = 'while (gateway.status().release === "unknown") await new Promise((resolve) => setTimeout(resolve, 5));\n';

/** A module text whose `loadConfig()` waits for a service that runs in this process, however busy the machine is. */
export function patient(source: string): string {
  return source.replace("loadConfig()", "loadConfig({ timeout: 55_000 })");
}

/** How a child ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a child. */
export interface RunOptions {
  readonly flags?: readonly string[];
  /** Milliseconds after which it is killed. */
  readonly timeout?: number;
  /** The Node.js to run it with. */
  readonly node?: string;
  /** How many files it may have open. */
  readonly openFiles?: number;
  /** Is called when it prints for the first time. */
  readonly onOutput?: () => void;
}

/** Runs a module text as the service's main file until it ends by itself. */
export async function runService(
  workspace: string,
  source: string,
  variables: { readonly [name: string]: string },
  { flags = [], timeout = 60_000, node = process.execPath, openFiles, onOutput }: RunOptions = {},
): Promise<Ended> {
  const file = join(workspace, "service", `main-${Math.random().toString(36).slice(2)}.js`);
  await writeFile(file, source);
  return new Promise((resolve) => {
    const env = { PATH: process.env["PATH"] ?? "", ...variables };
    const command = [node, "--no-warnings", ...flags, file];
    const limited = openFiles === undefined ? command : ["sh", "-c", `ulimit -n ${openFiles}; exec "$@"`, "sh", ...command];
    const child = execFile(limited[0] ?? "", limited.slice(1), { env, timeout, killSignal: "SIGKILL" }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : null;
      resolve({ code, stdout, stderr });
    });
    if (onOutput !== undefined) child.stdout?.once("data", onOutput);
  });
}
