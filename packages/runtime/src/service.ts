// The entry of generated code: a definition to the functions that a service imports.
import { ConfigError, EXIT_CONFIG } from "./contract/config-error.ts";
import type { ServiceDefinition } from "./contract/definition.ts";
import type { Instance } from "./held/instance.ts";
import type { LoadedConfig } from "./held/loaded-config.ts";
import { unwatched } from "./held/state.ts";
import { fs } from "./machine/builtin.ts";
import type { TestOptions } from "./start/create-test-config.ts";
import type { LoadOptions } from "./start/load-options.ts";
import { start } from "./start/start.ts";
import { createTestInstance } from "./start/create-test-config.ts";

/** How long it takes until following is tried again, and how many files that may need at once. */
const RETRY_MS = 1_000;
const SPARE_FILES = 8;

/** What a generated package exports for its service. */
export interface ServiceAccess<Values, Config> {
  /**
   * Loads the configuration of this process. Every call returns the same promise until it fails or
   * the configuration is closed; the options of the first call count.
   *
   * @throws ConfigError listing every problem.
   */
  loadConfig(options?: LoadOptions): Promise<LoadedConfig<Config>>;
  /** Like `loadConfig`, but prints the problems to stderr and ends the process with exit code 78. */
  loadConfigOrExit(options?: LoadOptions): Promise<LoadedConfig<Config>>;
  /**
   * A configuration for tests, from values that are checked like delivered ones.
   *
   * @throws ConfigError listing every problem.
   */
  createTestConfig(values: Values, options?: TestOptions): LoadedConfig<Config>;
}

/** Makes the typed accessor of one service. Called by generated code alone. */
export function defineService<Values, Config>(definition: ServiceDefinition): ServiceAccess<Values, Config> {
  let loaded: Promise<LoadedConfig<Config>> | undefined;
  const forget = (): void => {
    loaded = undefined;
  };

  async function load(options: LoadOptions): Promise<LoadedConfig<Config>> {
    try {
      const instance = await start<Config>(definition, options.variables ?? process.env, options);
      instance.atClose(forget);
      followLater(instance);
      return instance;
    } catch (error) {
      forget();
      throw error;
    }
  }

  function loadConfig(options: LoadOptions = {}): Promise<LoadedConfig<Config>> {
    loaded ??= load(options);
    return loaded;
  }

  async function loadConfigOrExit(options: LoadOptions = {}): Promise<LoadedConfig<Config>> {
    try {
      return await loadConfig(options);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      process.stderr.write(`${error.message}\n`);
      return process.exit(EXIT_CONFIG);
    }
  }

  return {
    loadConfig,
    loadConfigOrExit,
    createTestConfig: (values, options = {}) => createTestInstance<Config>(definition, values, options),
  };
}

// Everything that may wait does: node:crypto alone costs more than the whole start. A turn of the event
// loop lets the service add its listeners first; making the first immediate of a process takes its time, and a
// service that awaits the configuration has it by the second of these microtasks.
function followLater(instance: Instance<unknown>): void {
  void Promise.resolve()
    .then(() => undefined)
    .then(() => setImmediate(followNow, instance));
}

function followNow(instance: Instance<unknown>): void {
  follow(instance).catch((error: unknown) => {
    if (instance.state.stale?.reason !== "unwatched") tellUnwatched(instance, error);
    if (!instance.isClosed) instance.clock.after(RETRY_MS, () => followNow(instance));
  });
}

// Nothing that could say it in more words can be loaded where no file can be opened.
function tellUnwatched(instance: Instance<unknown>, error: unknown): void {
  const { service, environment, clock } = instance;
  instance.become(unwatched(instance.state, clock.now()));
  process.emitWarning(`the configuration of ${service} is not watched: ${String(error)}`);
  instance.listeners.emit("stale", {
    service,
    environment,
    stale: true,
    reason: "unwatched",
    ready: instance.status().ready,
    problems: [],
  });
}

async function follow(instance: Instance<unknown>): Promise<void> {
  const { followed } = instance.input;
  if (followed === undefined || instance.isClosed) return;
  openSpareFiles();
  const { Follower } = await import("./follow/follower.ts");
  if (!instance.isClosed) await new Follower(instance, followed).start();
}

/** Throws where files cannot be opened: Node.js remembers a module that it could not load, and never tries again. */
function openSpareFiles(): void {
  const files: number[] = [];
  try {
    while (files.length < SPARE_FILES) files.push(fs.openSync(process.execPath, "r"));
  } finally {
    for (const file of files) fs.closeSync(file);
  }
}
