// A start that found something wrong: what stands in for a source that cannot answer, or a ConfigError that lists every
// problem with settings, source, secrets and values, in this order.
import type { ConfigProblem } from "@veltrix/protocol";
import { ConfigError } from "../contract/config-error.ts";
import type { ServiceDefinition } from "../contract/definition.ts";
import type { HeldFrom, Opened, SourceReading } from "../sources/source.ts";
import { sources } from "../sources/table.ts";
import { type Proof, type Proved, proveReading } from "./prove-reading.ts";
import type { ProcessSettings } from "./settings.ts";

/** How far a start came. */
export interface FailedStart {
  readonly definition: ServiceDefinition;
  readonly settings: ProcessSettings;
  readonly opened: Opened | undefined;
  readonly reading: SourceReading | undefined;
  readonly proof: Proof;
}

/** What a process starts with in place of its source, and what was wrong with everything before. */
export interface StandIn {
  readonly proved: Proved;
  readonly from: Exclude<HeldFrom, "source">;
  readonly tried: readonly ConfigProblem[];
}

/**
 * The first of what stands in for a source that cannot answer that may be held.
 *
 * @throws ConfigError where there is none.
 */
export async function findStandIn({ definition, settings, opened, reading, proof }: FailedStart): Promise<StandIn> {
  const wrongSettings = [...(opened?.kind === "refused" ? opened.problems : []), ...explainSettings(settings)];
  const tried = [...wrongSettings, ...(proof.kind === "refused" ? proof.problems : [])];
  const source = opened?.kind === "opened" ? opened.source : undefined;
  const isOpen = wrongSettings.length === 0 && reading?.kind === "unavailable";
  for (const fallback of isOpen ? ((await source?.fallbacks?.()) ?? []) : []) {
    const next = await proveReading(definition, settings, { source, reading: fallback.reading, place: fallback.label });
    if (next.kind === "proved") return { proved: next, from: fallback.from, tried };
    const known = new Set(tried.map(describeProblem));
    tried.push(...next.problems.filter((problem) => !known.has(describeProblem(problem))));
  }
  throw new ConfigError(definition.service, settings.environment, tried);
}

function describeProblem({ code, pointer, message, source }: ConfigProblem): string {
  return JSON.stringify([code, pointer, message, source]);
}

/** What is wrong with the settings themselves. */
function explainSettings({ sourceText, source, missing, environment }: ProcessSettings): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (sourceText === undefined) problems.push(noSource("VELTRIX_SOURCE is not set"));
  else if (source === undefined) problems.push(noSource(`VELTRIX_SOURCE is ${JSON.stringify(sourceText)}, which is not a known source`));
  else for (const name of missing) problems.push(notSet(name, sources[source].needs[name] ?? ""));
  if (environment === undefined)
    problems.push(notSet("VELTRIX_ENVIRONMENT", "set it to the environment this process runs in, as declared in veltrix.yaml"));
  return problems;
}

function noSource(message: string): ConfigProblem {
  const ways = Object.values(sources).map(({ howToSet }) => howToSet);
  const list = `${ways.slice(0, -1).join(", ")}, or ${ways.at(-1)}`;
  const local = "on your own machine, start it with `veltrix run --env <environment> -- <program>`, which sets all of this";
  const hint = `${local}; in a cluster, set ${list}, and with each of them VELTRIX_ENVIRONMENT, and VELTRIX_SECRETS_DIR if it has secrets`;
  return { code: "VX5001", pointer: "", message, hint, source: "VELTRIX_SOURCE" };
}

function notSet(name: string, hint: string): ConfigProblem {
  return { code: "VX5008", pointer: "", message: `${name} is not set`, hint, source: name };
}
