// A command line that cannot be understood, in our words: what yargs says is never printed as it is.
import { type Diagnostic, report, suggest } from "@veltrix/diagnostics";

/** What is known about the command line at fault. */
export interface Usage {
  /** What yargs said; undefined when it was content. */
  readonly failure: string | undefined;
  /** Names of all commands. */
  readonly commands: readonly string[];
  /** Names of the options of the command asked for, without dashes. */
  readonly options: readonly string[];
  /** The command that the line begins with; its first word where there is no such command. */
  readonly asked: string | undefined;
}

/** The problem with the command line. */
export function describeUsage({ failure = "", commands, options, asked }: Usage): Diagnostic {
  if (asked === undefined) return usageProblem("no command was given");
  if (!commands.includes(asked)) return usageProblem(`there is no command \`${asked}\``, suggest(asked, commands));
  const unknown = /^Unknown arguments?: (.*)$/s.exec(failure)?.[1]?.split(", ");
  if (unknown !== undefined) return describeUnknown(unknown, { asked, commands, options });
  const missing = /^Missing required arguments?: (.*)$/.exec(failure)?.[1];
  if (missing !== undefined) return usageProblem(`\`veltrix ${asked}\` needs ${dashed(missing.split(", "))}`);
  const empty = /^Not enough arguments following: (.*)$/.exec(failure)?.[1];
  if (empty !== undefined) return usageProblem(`--${empty} needs a value`);
  const choice = /Argument: (.*), Given: (.*), Choices: (.*)$/.exec(failure);
  if (choice !== null) return usageProblem(`--${choice[1]} is one of ${choice[3]}, not ${choice[2]}`);
  if (failure.startsWith("Not enough non-option arguments"))
    return usageProblem(`\`veltrix ${asked}\` needs an argument: see \`veltrix ${asked} --help\``);
  return usageProblem(`\`veltrix ${asked}\` cannot be understood: ${failure}`);
}

/** VX7002 for what is to name a key: the signs between its parts are guessed where only they are wrong. */
export function keyProblem(asked: string): Diagnostic {
  const [service = "", ...path] = asked.split(/[#./:]+/).filter((part) => part !== "");
  const isPlain = path.length > 0 && [service, ...path].every((part) => /^[\w-]+$/.test(part));
  return usageProblem(`\`${asked}\` is not of the form <service>#/<path>/<to>/<key>`, isPlain ? [`${service}#/${path.join("/")}`] : []);
}

/** VX7002. */
export function usageProblem(detail: string, suggestions: readonly string[] = []): Diagnostic {
  return report("VX7002", { detail, suggestions }, { at: { file: "command line" } });
}

function describeUnknown(
  unknown: readonly string[],
  { asked, commands, options }: Pick<Usage, "commands" | "options"> & { readonly asked: string },
): Diagnostic {
  const below = commands.flatMap((name) => (name.startsWith(`${asked} `) ? [name.slice(asked.length + 1)] : []));
  const suggestions = unknown.flatMap((name) => [...suggest(name, options).map((option) => `--${option}`), ...suggest(name, below)]);
  const [first = ""] = unknown;
  const names = unknown.map((name) => `\`${name}\``).join(", ");
  return usageProblem(
    unknown.length === 1 ? `\`veltrix ${asked}\` does not take \`${first}\`` : `\`veltrix ${asked}\` does not take ${names}`,
    suggestions,
  );
}

function dashed(names: readonly string[]): string {
  return names.map((name) => `--${name}`).join(" and ");
}
