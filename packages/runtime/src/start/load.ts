// The long way of a start, for all that start.ts leaves to it: settings, source, secrets, values, in this order, listing
// every problem of all of them. It ends in a complete, valid configuration or in a ConfigError; there is no third way.
import type { ConfigProblem, SecretReferences } from "@veltrix/protocol";
import { accept, type Held, type Rules } from "../held/accept.ts";
import { systemClock } from "../machine/clock.ts";
import type { ServiceDefinition } from "../contract/definition.ts";
import { ConfigError } from "../contract/config-error.ts";
import { Instance } from "../held/instance.ts";
import { missingSecretsDir, readSecrets, type SecretPlaces } from "./read-secrets.ts";
import { readSettings, type Settings } from "./settings.ts";
import type { HeldFrom, Reading } from "../sources/source.ts";
import { checkTimes } from "./check-times.ts";
import type { Draft } from "../json/json-tree.ts";
import type { Logger, LoadOptions, Variables } from "../view/types.ts";
import { Secret } from "../view/view.ts";

const TIMEOUT_MS = 10_000;

/**
 * Loads the configuration of a process, within its deadline.
 *
 * @throws ConfigError listing every problem; RangeError for an option that is no length of time; the
 * signal's reason when it aborts.
 */
export async function load<Config>(definition: ServiceDefinition, variables: Variables, options: LoadOptions): Promise<Instance<Config>> {
  checkTimes(options);
  const { timeout = TIMEOUT_MS } = options;
  options.signal?.throwIfAborted();
  const { signal } = options;
  let abort: (() => void) | undefined;
  let immediate: NodeJS.Immediate | undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      // A start that waits for nothing is over by then: it needs no timer, and making the first one takes a while.
      immediate = setImmediate(() => {
        timer = setTimeout(() => reject(describeTimeout(definition, variables, timeout)), timeout);
      });
      abort = () => reject(signal?.reason);
      signal?.addEventListener("abort", abort);
      loadNow<Config>(definition, variables, { ...options, timeout }).then(resolve, reject);
    });
  } finally {
    clearImmediate(immediate);
    clearTimeout(timer);
    if (abort !== undefined) signal?.removeEventListener("abort", abort);
  }
}

function describeTimeout({ service }: ServiceDefinition, variables: Variables, timeout: number): ConfigError {
  const message = `the source did not answer within ${timeout} ms`;
  const hint = "look at the volume or network it is read from; a longer `timeout` is an option of loadConfig";
  return new ConfigError(service, variables["VELTRIX_ENVIRONMENT"], [{ code: "VX5002", pointer: "", message, hint }]);
}

type NowOptions = LoadOptions & { readonly timeout: number };

async function loadNow<Config>(definition: ServiceDefinition, variables: Variables, options: NowOptions): Promise<Instance<Config>> {
  const clock = options.clock ?? systemClock;
  const troubles: { told: (problem: ConfigProblem) => void } = { told: () => {} };
  const onTrouble = (problem: ConfigProblem): void => troubles.told(problem);
  const settings = await readSettings(definition, variables, { timeout: options.timeout, clock, onTrouble });
  const { source, environment } = settings;
  const reading = await source?.read();
  const settled = await settle(definition, settings, reading);
  const tried = [...settings.problems, ...settled.problems];
  const start =
    settled.start !== undefined || reading?.kind !== "unavailable"
      ? settled.start && { ...settled.start, from: "source" as const }
      : await settleFallback(definition, settings, tried);
  if (start === undefined || source === undefined || environment === undefined || settings.problems.length > 0) {
    throw new ConfigError(definition.service, environment, tried);
  }
  const { held, whole, rules, from } = start;
  const origin = { source, reading: start.reading, from, tried, options };
  const instance = new Instance<Config>({ rules: { ...rules, environment }, held, whole, origin, clock, ...pickLogger(options) });
  troubles.told = (problem) => instance.trouble(problem);
  return instance;
}

function pickLogger({ logger }: LoadOptions): { readonly logger?: Logger } {
  return logger === undefined ? {} : { logger };
}

/** What a process may start with, or why it may not. */
interface Settled {
  readonly problems: readonly ConfigProblem[];
  readonly start?: Start;
}

interface Start {
  readonly reading: Reading;
  readonly held: Held;
  readonly whole: Draft;
  readonly rules: Rules;
}

/** A reading to values that may be held, with the secrets it refers to. */
async function settle(definition: ServiceDefinition, settings: Settings, reading: Reading | undefined, place?: string): Promise<Settled> {
  const { source, environment, secretsDir, overrides } = settings;
  const problems: ConfigProblem[] = reading === undefined || reading.kind === "delivered" ? [] : [...reading.problems];
  const references = reading === undefined ? undefined : secretsOf(reading);
  const places = { dir: secretsDir, variables: source?.variables };
  const { texts, problems: wrongSecrets } =
    references === undefined ? noSecrets(definition, places) : await readSecrets(definition, places, references);
  problems.push(...wrongSecrets);
  if (source === undefined || reading?.kind !== "delivered") return { problems };
  const secrets = new Map([...texts].map(([pointer, text]) => [pointer, new Secret(text)]));
  const rules = { definition, environment, secrets, overrides, label: source.label };
  const acceptance = await accept({ ...rules, label: place ?? source.label }, reading.delivery);
  if (acceptance.kind === "refused") problems.push(...acceptance.problems);
  if (acceptance.kind === "refused" || problems.length > 0) return { problems };
  const { held, whole } = acceptance;
  return { problems, start: { reading, held, whole, rules } };
}

/** The first of what stands in for a source that cannot answer that may be held. Adds what was wrong with the others. */
async function settleFallback(
  definition: ServiceDefinition,
  settings: Settings,
  tried: ConfigProblem[],
): Promise<(Start & { readonly from: HeldFrom }) | undefined> {
  for (const { from, label, reading } of (await settings.source?.fallbacks?.()) ?? []) {
    const { problems, start } = await settle(definition, settings, reading, label);
    if (start !== undefined) return { ...start, from };
    const known = new Set(tried.map(describeProblem));
    tried.push(...problems.filter((problem) => !known.has(describeProblem(problem))));
  }
  return undefined;
}

function describeProblem({ code, pointer, message, source }: ConfigProblem): string {
  return JSON.stringify([code, pointer, message, source]);
}

function secretsOf(reading: Reading): SecretReferences | undefined {
  switch (reading.kind) {
    case "delivered":
      return reading.delivery.secrets;
    case "refused":
      return reading.secrets;
    case "unavailable":
      return undefined;
  }
}

/** Where no reference is known, all that can be said is that there is no folder for those that must come. */
function noSecrets(
  definition: ServiceDefinition,
  { dir, variables }: SecretPlaces,
): { readonly texts: ReadonlyMap<string, string>; readonly problems: readonly ConfigProblem[] } {
  const isFile = ({ variable }: { readonly variable?: string }): boolean => variables === undefined || variable === undefined;
  const isNeeded = dir === undefined && Object.values(definition.secrets).some((secret) => secret.required && isFile(secret));
  return { texts: new Map(), problems: isNeeded ? [missingSecretsDir] : [] };
}
