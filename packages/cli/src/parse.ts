// Arguments to a command: yargs takes the line apart, and everything that is wrong with it becomes VX7002.
import yargs, { type Argv } from "yargs";
import { FORMATS, type Outcome, type Parameter } from "./command.ts";
import { commandOf, formatOf, globals, type Line, type Registered } from "./registered.ts";
import { readVersion } from "./version.ts";

/** What yargs makes of a line. Values are `unknown` until they are checked. */
interface Parsed {
  readonly [name: string]: unknown;
  readonly _: readonly (string | number)[];
}

/** Understands `args`. */
export function parseLine(args: readonly string[], commands: readonly Registered[]): Line {
  let failure: string | undefined;
  let output = "";
  let command: Registered | undefined;
  const cli = createCli();
  const choose = (known: Registered): void => void (command = known);
  for (const known of commands) if (!known.name.includes(" ")) addCommand(cli, known, { commands, choose });
  cli.fail((message, error) => (failure ??= message ?? error.message));
  const parsed = cli.parseSync([...args], {}, (_error, _parsed, text) => void (output = text)) as Parsed;
  if (output !== "") return { kind: "answered", output };
  const { format, style } = formatOf(String(parsed["format"]), command) ?? { format: "pretty", style: undefined };
  const wrong = failure ?? findMisuse(args, parsed, command);
  if (wrong !== undefined || command === undefined) {
    return { kind: "misused", format, describe: () => refuse(wrong, { words: parsed._.map(String), commands }) };
  }
  const values = Object.fromEntries(
    Object.entries(command.parameters).flatMap(([name, parameter]) => valueOf(name, parsed[name], parameter)),
  );
  return {
    kind: "understood",
    line: { command, values, format, style, rest: restOf(args), workspace: textOrUndefined(parsed["workspace"]) },
  };
}

function valueOf(name: string, value: unknown, { many }: Parameter): readonly (readonly [string, string | boolean | readonly string[]])[] {
  if (many === true) return value === undefined ? [] : [[name, [value].flat().map(String)]];
  return typeof value === "string" || typeof value === "boolean" ? [[name, value]] : [];
}

async function refuse(
  failure: string | undefined,
  { words, commands }: { readonly words: readonly string[]; readonly commands: readonly Registered[] },
): Promise<Outcome> {
  const { describeUsage } = await import("./usage.ts");
  const command = commandOf(words, commands);
  const options = Object.entries(command?.parameters ?? {}).filter(([, { positional }]) => positional !== true);
  const names = [
    ...options.flatMap(([name, { alias }]) => (alias === undefined ? [name] : [name, alias])),
    ...Object.keys(globals),
    "help",
  ];
  const takesWords = Object.values(command?.parameters ?? {}).some(({ positional }) => positional === true);
  const stray = takesWords ? undefined : words[command?.name.split(" ").length ?? words.length];
  const usage = {
    failure: stray === undefined ? failure : `Unknown argument: ${stray}`,
    asked: command?.name ?? words[0],
    commands: commands.map(({ name }) => name),
    options: names,
  };
  return { diagnostics: [describeUsage(usage)] };
}

/** What yargs lets pass in silence. */
function findMisuse(args: readonly string[], parsed: Parsed, command: Registered | undefined): string | undefined {
  const parameters: { readonly [name: string]: Parameter } = { ...command?.parameters, ...globals };
  for (const [name, { type, many }] of Object.entries(parameters)) {
    if (many !== true && Array.isArray(parsed[name])) return `--${name} is given more than once`;
    const given = type === "boolean" ? args.find((argument) => argument.startsWith(`--${name}=`)) : undefined;
    if (given !== undefined && !/=(true|false)$/.test(given)) return `${given} is neither true nor false`;
  }
  return command?.takesRest !== true && args.includes("--") ? "it takes no program after `--`" : undefined;
}

function createCli(): Argv {
  const cli = yargs()
    .scriptName("veltrix")
    .detectLocale(false)
    .exitProcess(false)
    .strict()
    .demandCommand(1)
    .parserConfiguration({
      "boolean-negation": false,
      "camel-case-expansion": false,
      "dot-notation": false,
      "parse-numbers": false,
      "parse-positional-numbers": false,
      "populate--": true,
    })
    .usage("$0 <command>\n\nConfiguration from schema to process memory.")
    .option("workspace", { ...globals.workspace, requiresArg: true })
    .help()
    .version(readVersion())
    .wrap(100);
  return declareFormat(cli, FORMATS);
}

/** For one command alone: yargs would add its choices to those of the command above it. */
function declareFormat(cli: Argv, choices: readonly string[]): Argv {
  return cli.option("format", { ...globals.format, choices, default: "pretty", requiresArg: true, global: false });
}

/** What the parser of a command with subcommands has to know. */
interface Siblings {
  readonly commands: readonly Registered[];
  readonly choose: (command: Registered) => void;
}

function addCommand(cli: Argv, command: Registered, { commands, choose }: Siblings): void {
  const prefix = `${command.name} `;
  const build = (own: Argv): Argv => {
    for (const below of commands) if (below.name.startsWith(prefix)) addCommand(own, below, { commands, choose });
    for (const [name, { describe, type, alias = [], positional, required }] of Object.entries(command.parameters)) {
      if (positional === true) own.positional(name, { describe, type: "string" });
      else own.option(name, { describe, type, alias, requiresArg: type === "string", demandOption: required === true, global: false });
    }
    declareFormat(own, [...command.formats, ...command.styles]);
    for (const [line, meaning] of command.examples) own.example(line, meaning);
    return own;
  };
  // Below its parent a subcommand is called by its last word.
  const usage = command.command.slice(command.name.lastIndexOf(" ") + 1);
  cli.command({ command: usage, describe: command.describe, builder: build, handler: () => choose(command) });
}

function restOf(args: readonly string[]): readonly string[] {
  const dashes = args.indexOf("--");
  return dashes === -1 ? [] : args.slice(dashes + 1);
}

function textOrUndefined(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
