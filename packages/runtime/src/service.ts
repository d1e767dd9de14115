// The entry of generated code: a definition to the functions that a service imports.
import type { ServiceDefinition } from "./contract/definition.ts";
import { ConfigError, EXIT_CONFIG } from "./contract/config-error.ts";
import type { Instance } from "./held/instance.ts";
import { startAtOnce } from "./start/start.ts";
import { createTestInstance } from "./start/create-test-config.ts";
import type { LoadedConfig, LoadOptions, ServiceAccess, Variables } from "./view/types.ts";

/** Makes the typed accessor of one service. Called by generated code alone. */
export function defineService<Values, Config>(definition: ServiceDefinition): ServiceAccess<Values, Config> {
  let loaded: Promise<LoadedConfig<Config>> | undefined;

  function loadConfig(options: LoadOptions = {}): Promise<LoadedConfig<Config>> {
    if (loaded !== undefined) return loaded;
    const forget = (): void => {
      loaded = undefined;
    };
    const variables = options.variables ?? process.env;
    const instance = startAtOnce<Config>(definition, variables, options);
    loaded = instance === undefined ? load(definition, variables, options, forget) : Promise.resolve(follow(instance, forget));
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

async function load<Config>(
  definition: ServiceDefinition,
  variables: Variables,
  options: LoadOptions,
  forget: () => void,
): Promise<LoadedConfig<Config>> {
  try {
    const whole = await import("./start/load.ts");
    return follow(await whole.load<Config>(definition, variables, options), forget);
  } catch (error) {
    forget();
    throw error;
  }
}

// Everything that may wait does: node:crypto alone costs more than the whole start. A turn of the event
// loop lets the service add its listeners first; making the first immediate of a process takes its time, and a
// service that awaits the configuration has it by the second of these microtasks.
function follow<Config>(instance: Instance<Config>, onClose: () => void): LoadedConfig<Config> {
  instance.onClose = onClose;
  void Promise.resolve()
    .then(() => undefined)
    .then(() => setImmediate(followLater, instance));
  return instance;
}

function followLater(instance: Instance<unknown>): void {
  startFollowing(instance).catch((error: unknown) => {
    instance.stale = { reason: "unwatched", since: instance.clock.now() };
    process.emitWarning(`the configuration of ${instance.service} is not watched: ${String(error)}`);
  });
}

async function startFollowing(instance: Instance<unknown>): Promise<void> {
  const { origin } = instance.input;
  if (origin === undefined || instance.isClosed) return;
  const { Follower } = await import("./follow/follower.ts");
  if (!instance.isClosed) await new Follower(instance, origin).start();
}
