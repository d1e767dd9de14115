// The entry of generated code: a definition to the functions that a service imports.
import type { ServiceDefinition } from "./definition.ts";
import { ConfigError, EXIT_CONFIG } from "./error.ts";
import type { Instance } from "./instance.ts";
import { load } from "./load.ts";
import { createTestInstance } from "./test-config.ts";
import type { LoadedConfig, LoadOptions, ServiceAccess } from "./types.ts";

/** Makes the typed accessor of one service. Called by generated code alone. */
export function defineService<Values, Config>(definition: ServiceDefinition): ServiceAccess<Values, Config> {
  let loaded: Promise<LoadedConfig<Config>> | undefined;

  function loadConfig(options: LoadOptions = {}): Promise<LoadedConfig<Config>> {
    if (loaded !== undefined) return loaded;
    const forget = (): void => {
      loaded = undefined;
    };
    loaded = load<Config>(definition, options.variables ?? process.env, options).then(
      (instance) => follow(instance, forget),
      (error: unknown) => {
        forget();
        throw error;
      },
    );
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
// loop lets the service add its listeners first.
function follow<Config>(instance: Instance<Config>, onClose: () => void): LoadedConfig<Config> {
  instance.onClose = onClose;
  setImmediate(() => {
    startFollowing(instance).catch((error: unknown) => {
      instance.stale = { reason: "unwatched", since: instance.clock.now() };
      process.emitWarning(`the configuration of ${instance.service} is not watched: ${String(error)}`);
    });
  });
  return instance;
}

async function startFollowing(instance: Instance<unknown>): Promise<void> {
  const { origin } = instance.input;
  if (origin === undefined || instance.isClosed) return;
  const { Follower } = await import("./follow.ts");
  if (!instance.isClosed) await new Follower(instance, origin).start();
}
