// The start of a process: settings, source, secrets, values, in this order, listing every problem of all of
// them. It ends in a complete, valid configuration or in a ConfigError; there is no third way.
import type { ConfigProblem, SecretReferences } from "@veltrix/protocol";
import { accept } from "./accept.ts";
import type { ServiceDefinition } from "./definition.ts";
import { ConfigError } from "./error.ts";
import { Instance } from "./instance.ts";
import { missingSecretsDir, readSecrets } from "./secrets.ts";
import { readSettings } from "./settings.ts";
import type { Reading } from "./sources/source.ts";
import type { LoadOptions, Variables } from "./types.ts";
import { Secret } from "./view.ts";

const POLL_INTERVAL_MS = 30_000;
const TIMEOUT_MS = 10_000;
const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * Loads the configuration of a process, within its deadline.
 *
 * @throws ConfigError listing every problem; RangeError for an option that is no length of time; the
 * signal's reason when it aborts.
 */
export async function load<Config>(definition: ServiceDefinition, variables: Variables, options: LoadOptions): Promise<Instance<Config>> {
  const pollInterval = checkTime("pollInterval", options.pollInterval ?? POLL_INTERVAL_MS);
  const timeout = checkTime("timeout", options.timeout ?? TIMEOUT_MS);
  options.signal?.throwIfAborted();
  const { signal } = options;
  let abort: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(describeTimeout(definition, variables, timeout)), timeout);
      abort = () => reject(signal?.reason);
      signal?.addEventListener("abort", abort);
      loadNow<Config>(definition, variables, { ...options, pollInterval }).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    if (abort !== undefined) signal?.removeEventListener("abort", abort);
  }
}

function checkTime(name: string, milliseconds: number): number {
  if (milliseconds > 0 && milliseconds <= LONGEST_TIMER_MS) return milliseconds;
  throw new RangeError(`${name} must be more than 0 and at most ${LONGEST_TIMER_MS} milliseconds, not ${milliseconds}`);
}

function describeTimeout({ service }: ServiceDefinition, variables: Variables, timeout: number): ConfigError {
  const message = `the source did not answer within ${timeout} ms`;
  const hint = "look at the volume or network it is read from; a longer `timeout` is an option of loadConfig";
  return new ConfigError(service, variables["VELTRIX_ENVIRONMENT"], [{ code: "VX5002", pointer: "", message, hint }]);
}

type NowOptions = LoadOptions & { readonly pollInterval: number };

async function loadNow<Config>(definition: ServiceDefinition, variables: Variables, options: NowOptions): Promise<Instance<Config>> {
  const { source, environment, secretsDir, overrides, problems: wrongSettings } = await readSettings(definition, variables);
  const problems = [...wrongSettings];
  const reading = await source?.read();
  if (reading?.kind === "refused") problems.push(...reading.problems);
  const references = reading === undefined ? undefined : secretsOf(reading);
  const { texts, problems: wrongSecrets } =
    references === undefined ? noSecrets(definition, secretsDir) : await readSecrets(definition, secretsDir, references);
  problems.push(...wrongSecrets);
  if (source === undefined || reading?.kind !== "delivered") throw new ConfigError(definition.service, environment, problems);
  const secrets = new Map([...texts].map(([pointer, text]) => [pointer, new Secret(text)]));
  const rules = { definition, environment, secrets, overrides, label: source.label };
  const acceptance = await accept(rules, reading.delivery);
  if (acceptance.kind === "refused") problems.push(...acceptance.problems);
  if (acceptance.kind === "refused" || environment === undefined || problems.length > 0) {
    throw new ConfigError(definition.service, environment, problems);
  }
  const { held, whole } = acceptance;
  const origin = { source, reading, pollInterval: options.pollInterval };
  const logger = options.logger === undefined ? {} : { logger: options.logger };
  return new Instance<Config>({ rules: { ...rules, environment }, held, whole, origin, ...logger });
}

function secretsOf(reading: Reading): SecretReferences | undefined {
  return reading.kind === "delivered" ? reading.delivery.secrets : reading.secrets;
}

/** Where no reference is known, all that can be said is that there is no folder for those that must come. */
function noSecrets(
  definition: ServiceDefinition,
  dir: string | undefined,
): { readonly texts: ReadonlyMap<string, string>; readonly problems: readonly ConfigProblem[] } {
  const isNeeded = dir === undefined && Object.values(definition.secrets).some(({ required }) => required);
  return { texts: new Map(), problems: isNeeded ? [missingSecretsDir] : [] };
}
