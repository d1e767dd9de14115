// The entry of generated code: a definition to the functions that a service imports.
import { ConfigError, EXIT_CONFIG } from "./contract/config-error.ts";
import type { ServiceDefinition } from "./contract/definition.ts";
import type { Instance } from "./held/instance.ts";
import type { LoadedConfig } from "./held/loaded-config.ts";
import { unwatched } from "./held/state.ts";
import type { TestOptions } from "./start/create-test-config.ts";
import type { LoadOptions } from "./start/load-options.ts";
import { start } from "./start/start.ts";
import { createTestInstance } from "./start/create-test-config.ts";

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
    instance.become(unwatched(instance.state, instance.clock.now()));
    process.emitWarning(`the configuration of ${instance.service} is not watched: ${String(error)}`);
  });
}

async function follow(instance: Instance<unknown>): Promise<void> {
  const { followed } = instance.input;
  if (followed === undefined || instance.isClosed) return;
  const { Follower } = await import("./follow/follower.ts");
  if (!instance.isClosed) await new Follower(instance, followed).start();
}
