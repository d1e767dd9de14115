// A temporary workspace: a copy of schemas/ with free ports, built and exported by the real command.
import { spawn } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { type MountedFiles, readMount } from "./mount.ts";

export const repository: string = join(import.meta.dirname, "../../..");

/** In the order in which they depend on each other. */
export const services = ["broker", "device-gateway", "event-router", "alert-engine"] as const;
export type Service = (typeof services)[number];

/** What a command printed, and how it ended. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Ports that schemas/<service>/values/local.yaml writes down. */
const writtenPorts: readonly string[] = ["18830", "18831", "18840", "18841", "18851", "18861"];

/** Copies schemas/ to `folder` and gives every listener a free port. The result maps written to real ports. */
export async function copySchemas(folder: string): Promise<ReadonlyMap<string, number>> {
  await cp(join(repository, "schemas"), join(folder, "schemas"), { recursive: true });
  const free = await findFreePorts(writtenPorts.length);
  const ports = new Map(writtenPorts.map((written, index) => [written, free[index] as number])); // same length
  const unused = new Set(writtenPorts);
  for (const service of services) {
    await edit(join(folder, valuesFile(service)), (text) =>
      text.replaceAll(/\b18\d{3}\b/g, (written) => {
        unused.delete(written);
        return String(ports.get(written) ?? written);
      }),
    );
  }
  if (unused.size > 0) throw new Error(`no local.yaml writes the ports ${[...unused].join(", ")} any more`);
  return ports;
}

/** Path of a service's local values, from the workspace. */
export function valuesFile(service: Service): string {
  return join("schemas", service, "values", "local.yaml");
}

/** Rewrites a text file; fails when `change` changes nothing. */
export async function edit(path: string, change: (text: string) => string): Promise<void> {
  const before = await readFile(path, "utf8");
  const after = change(before);
  if (after === before) throw new Error(`${path} does not hold what this demo changes`);
  await writeFile(path, after);
}

/** Runs the `veltrix` command. */
export function veltrix(...parameters: readonly string[]): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const command = spawn(process.execPath, [join(repository, "packages/cli/bin/veltrix.js"), ...parameters], {
      env: { PATH: process.env["PATH"], NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 60_000,
    });
    let stdout = "";
    let stderr = "";
    command.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    command.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    command.once("error", reject);
    command.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** Like `veltrix`, but fails with what it printed unless it exits 0. */
export async function veltrixOk(...parameters: readonly string[]): Promise<CommandResult> {
  const result = await veltrix(...parameters);
  if (result.code === 0) return result;
  throw new Error(`veltrix ${parameters.join(" ")} exited ${result.code}\n${result.stderr}${result.stdout}`);
}

/** The files that a service is delivered in `local`. */
export async function exportFiles(workspace: string, service: Service): Promise<MountedFiles> {
  const out = join(workspace, "export", service);
  await mkdir(dirname(out), { recursive: true });
  await veltrixOk("export", "--workspace", workspace, "--service", service, "--env", "local", "--out", out);
  return readMount(out);
}

/** Writes every secret that `local` refers to, each in its own file, and returns a reader for them. */
export async function writeSecrets(folder: string): Promise<ReadonlyMap<string, string>> {
  const keys = [
    "mqtt-devices/password",
    "mqtt-gateway/password",
    "mqtt-router/password",
    "mqtt-alerts/password",
    "device-gateway/http-token",
  ];
  const secrets = new Map(keys.map((key) => [key, randomBytes(24).toString("base64url")]));
  for (const [key, text] of secrets) {
    await mkdir(dirname(join(folder, key)), { recursive: true });
    await writeFile(join(folder, key), `${text}\n`, { mode: 0o600 });
  }
  return secrets;
}

/** Ports that nobody listens on, and that no system gives to the next who asks while the services have yet to start. */
async function findFreePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(10_000, 32_768);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const hasListened = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => resolve(true));
  });
  if (hasListened) await new Promise((resolve) => server.close(resolve));
  return hasListened;
}
