// The one exception that a service sees: its start must stop, and it says everything that is wrong.
import type { ConfigProblem } from "@veltrix/protocol";

/** EX_CONFIG of sysexits.h. */
export const EXIT_CONFIG = 78;

/** A configuration was refused; `problems` lists every reason. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly service: string;
  readonly environment: string | undefined;
  readonly problems: readonly ConfigProblem[];

  constructor(service: string, environment: string | undefined, problems: readonly ConfigProblem[]) {
    super(describeProblems(service, environment, problems));
    this.service = service;
    this.environment = environment;
    this.problems = Object.freeze([...problems]);
  }
}

function describeProblems(service: string, environment: string | undefined, problems: readonly ConfigProblem[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const where = environment === undefined ? "" : ` in ${environment}`;
  const lines = problems.flatMap(({ code, message, source, hint }) => {
    const from = source === undefined ? "" : ` (${source})`;
    return [`  ${code} ${message}${from}`, ...(hint === undefined ? [] : [`    help: ${hint}`])];
  });
  return [`${service} cannot use its configuration${where}: ${count}`, ...lines].join("\n");
}
