// A start: settings, source, reading, proof. It ends in a complete, valid configuration or in a ConfigError; there is no
// third way. All is read and checked here, once; what is wrong is said by explain-start.ts, which is loaded only then.
import type { SecretReferences } from "@veltrix/protocol";
import type { ServiceDefinition } from "../contract/definition.ts";
import { Instance, type SecretFiles } from "../held/instance.ts";
import { systemClock } from "../machine/clock.ts";
import type { Variables } from "../machine/variables.ts";
import { sources } from "../sources/table.ts";
import { checkLoadOptions, type LoadOptions } from "./load-options.ts";
import { readSecrets } from "./read-secrets.ts";
import { proveReading } from "./prove-reading.ts";
import { type ProcessSettings, readSettings } from "./settings.ts";

const TIMEOUT_MS = 10_000;

/**
 * Loads the configuration of a process, within its deadline.
 *
 * @throws ConfigError listing every problem; RangeError for an option that is no length of time; the
 * signal's reason when it aborts.
 */
export async function start<Config>(definition: ServiceDefinition, variables: Variables, options: LoadOptions): Promise<Instance<Config>> {
  checkLoadOptions(options);
  const { timeout = TIMEOUT_MS, signal } = options;
  signal?.throwIfAborted();
  const settings = readSettings(variables);
  const all = { ...options, variables, timeout };
  if (settings.source === undefined || !sources[settings.source].mayWait) return startNow(definition, settings, all);
  const { keepDeadline } = await import("./keep-deadline.ts");
  return keepDeadline(() => startNow<Config>(definition, settings, all), {
    service: definition.service,
    environment: settings.environment,
    timeout,
    signal,
  });
}

/** The secrets below `dir`, for who looks at them later. Those that were read from variables are none of them. */
function secretFilesIn(dir: string, definition: ServiceDefinition, hasVariables: boolean): SecretFiles {
  const mounted = (references: SecretReferences): SecretReferences =>
    Object.fromEntries(
      Object.entries(references).filter(([pointer]) => !hasVariables || definition.secrets[pointer]?.variable === undefined),
    );
  return {
    read: async (io, references) => readSecrets(definition, { dir, variables: undefined }, mounted(references), io),
    folders: (references) => [
      dir,
      ...new Set(Object.values(mounted(references)).map((reference) => `${dir}/${reference.slice(0, reference.indexOf("/"))}`)),
    ],
  };
}

type NowOptions = LoadOptions & { readonly variables: Variables; readonly timeout: number };

async function startNow<Config>(definition: ServiceDefinition, settings: ProcessSettings, options: NowOptions): Promise<Instance<Config>> {
  const { clock = systemClock, logger, signal } = options;
  const { environment } = settings;
  // Where the settings name no source, or not all that it needs, there is nothing to read.
  const isOpenable = settings.source !== undefined && settings.missing.length === 0;
  const { variables, timeout } = options;
  const opened = isOpenable ? await sources[settings.source].open({ definition, environment, variables, timeout, clock }) : undefined;
  const source = opened?.kind === "opened" ? opened.source : undefined;
  const reading = await source?.read();
  const proof = await proveReading(definition, settings, { source, reading });
  const late = proof.kind === "proved" && environment !== undefined ? undefined : await import("./explain-start.ts");
  const standIn = await late?.findStandIn({ definition, settings, opened, reading, proof });
  signal?.throwIfAborted();
  const proved = standIn?.proved ?? proof;
  // findStandIn throws for every other.
  if (proved.kind !== "proved" || source === undefined || settings.source === undefined || environment === undefined)
    throw new TypeError("a start was proved without its settings");
  const { held, whole, rules } = proved;
  const { from, tried } = standIn ?? { from: "source", tried: [] };
  return new Instance<Config>({
    rules: { ...rules, environment },
    held,
    whole,
    followed: {
      ...(settings.secretsDir === undefined
        ? {}
        : { secretFiles: secretFilesIn(settings.secretsDir, definition, source.variables !== undefined) }),
      source,
      sourceName: settings.source,
      variables,
      reading: proved.reading,
      from,
      tried,
      options,
    },
    clock,
    ...(logger === undefined ? {} : { logger }),
  });
}
