// Mounted folders as a kubelet makes them, and the start of a service over them.
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderDelivered, type HashesFile, type JsonObject } from "@veltrix/protocol";
import { onTestFinished } from "vitest";
import type { ServiceDefinition } from "../contract/definition.ts";
import { ConfigError } from "../contract/config-error.ts";
import { Follower } from "../follow/follower.ts";
import type { Instance } from "../held/instance.ts";
import { start } from "../start/start.ts";
import type { ConfigEvents } from "../held/events.ts";
import type { Variables } from "../machine/variables.ts";
import type { LoadOptions } from "../start/load-options.ts";
import { gateway, type GatewayConfig, PASSWORD, renderHashes, values } from "./gateway.ts";

/** A folder that is removed when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "veltrix-runtime-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Mounted configuration and secrets of one process. */
export interface Mount {
  readonly dir: string;
  readonly secretsDir: string;
  readonly variables: { readonly [name: string]: string };
  /** Publishes new files by a swap of `..data`. `undefined` leaves a file out. */
  publish(files: { readonly [name: string]: string | Uint8Array | undefined }): Promise<void>;
  /** Publishes values with their hashes. */
  deliver(value: JsonObject, changes?: Partial<HashesFile>): Promise<void>;
}

let version = 0;

/** Publishes files in `dir` the kubelet's way: a new folder, a new link, one rename, the old folder removed. */
export async function publish(
  dir: string,
  files: { readonly [name: string]: string | Uint8Array | undefined },
  previous?: string,
): Promise<string> {
  const name = `..2026_${++version}`;
  await mkdir(join(dir, name));
  for (const [file, contents] of Object.entries(files)) {
    if (contents !== undefined) await writeFile(join(dir, name, file), contents);
    await symlink(join("..data", file), join(dir, file)).catch(() => undefined);
  }
  await symlink(name, join(dir, "..data_tmp"));
  await rename(join(dir, "..data_tmp"), join(dir, "..data"));
  if (previous !== undefined) await rm(join(dir, previous), { recursive: true });
  return name;
}

/** A mount that holds `values` and their secret. */
export async function mountGateway(value: JsonObject = values, changes: Partial<HashesFile> = {}): Promise<Mount> {
  const folder = await temporaryFolder();
  const dir = join(folder, "config");
  const secretsDir = join(folder, "secrets");
  await mkdir(dir);
  await mkdir(join(secretsDir, "mqtt-credentials"), { recursive: true });
  await writeFile(join(secretsDir, "mqtt-credentials", "password"), `${PASSWORD}\n`);
  let current: string | undefined;
  const mount: Mount = {
    dir,
    secretsDir,
    variables: {
      VELTRIX_SOURCE: "dir",
      VELTRIX_ENVIRONMENT: "prod",
      VELTRIX_CONFIG_DIR: dir,
      VELTRIX_SECRETS_DIR: secretsDir,
    },
    publish: async (files) => {
      current = await publish(dir, files, current);
    },
    deliver: (delivered, with_ = {}) =>
      mount.publish({
        "config.json": renderDelivered(delivered),
        "veltrix.json": renderHashes(delivered, with_),
      }),
  };
  await mount.deliver(value, changes);
  return mount;
}

/** A loaded service whose looks at its source are made by hand, so that a test waits for nothing. */
export interface Started {
  readonly instance: Instance<GatewayConfig>;
  /** The first check, as it happens right after ready. */
  begin(): Promise<void>;
  look(): Promise<void>;
  readonly lines: readonly { readonly details: object; readonly message: string }[];
  /** Events by name, in the order in which they came; recording takes them away from the logger. */
  record<Name extends keyof ConfigEvents>(name: Name): readonly ConfigEvents[Name][];
}

/** Loads a service over variables, without following its source. */
export function loadGateway(
  variables: Variables,
  options: LoadOptions = {},
  definition: ServiceDefinition = gateway(),
): Promise<Instance<GatewayConfig>> {
  return start<GatewayConfig>(definition, variables, options);
}

/** Loads a service and follows its source. */
export async function startGateway(
  variables: Variables,
  definition: ServiceDefinition = gateway(),
  options: LoadOptions = {},
): Promise<Started> {
  const lines: { details: object; message: string }[] = [];
  const logger = {
    warn: (details: object, message: string) => void lines.push({ details, message }),
  };
  const instance = await loadGateway(variables, { logger, pollInterval: 3_600_000, ...options }, definition);
  const { followed } = instance.input;
  if (followed === undefined) throw new Error("a loaded instance has a source to follow");
  // Without a watch of its own: every look is the test's.
  const { watch: _, ...source } = followed.source;
  const follower = new Follower(instance, { ...followed, source });
  onTestFinished(() => instance.close());
  return {
    instance,
    lines,
    begin: () => follower.start(),
    look: async () => {
      await follower.look();
      await follower.lookAtSecrets();
    },
    record: (name) => {
      const events: never[] = [];
      instance.on(name, (event) => void events.push(event as never));
      return events;
    },
  };
}

/** The problems a start ends with. */
export async function problemsOf(starting: Promise<unknown>): Promise<ConfigError["problems"]> {
  try {
    await starting;
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error("the configuration was accepted");
}
