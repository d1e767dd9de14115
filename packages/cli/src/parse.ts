// Arguments to a command: yargs takes the line apart, and everything that is wrong with it becomes VX7002.
import yargs, { type Argv } from "yargs";
import { type Command, type Context, FORMATS, type Format, type Outcome, type Parameter } from "./command.ts";
import type { Io } from "./io.ts";
import { readVersion } from "./version.ts";

/** A command line that was understood, one that was not, or one that asks for help. */
export type Line =
  | { readonly kind: "help"; readonly output: string }
  | { readonly kind: "command"; readonly format: Format; readonly run: () => Outcome | Promise<Outcome> };

/** A command that only its own handler knows the arguments' type of. */
export interface Registered {
  readonly name: string;
  readonly command: string;
  readonly describe: string;
  readonly parameters: { readonly [name: string]: Parameter };
  readonly examples: Command<unknown>["examples"];
  readonly takesRest: boolean;
  readonly start: (parsed: object, context: Context) => Outcome | Promise<Outcome>;
}

/** Readies a command for the list of commands. */
export function register<Args>(command: Command<Args>): Registered {
  const { command: usage, describe, parameters, examples, takesRest = false, handler } = command;
  const name = usage.split(" ", 1)[0] ?? usage;
  // The parser fills a member for each of `parameters`, which are those of `Args`.
  return { name, command: usage, describe, parameters, examples, takesRest, start: (parsed, context) => handler(parsed as Args, context) };
}

const globals = {
  workspace: { describe: "Folder of the workspace, instead of the nearest one upward that holds schemas/veltrix.yaml", type: "string" },
  format: { describe: "How problems and results are printed", type: "string" },
} as const satisfies { readonly [name: string]: Parameter };

/** What yargs makes of a line. Values are `unknown` until they are checked. */
interface Parsed {
  readonly [name: string]: unknown;
  readonly _: readonly (string | number)[];
}

/** Understands `args`. */
export function parseLine(args: readonly string[], commands: readonly Registered[], io: Io): Line {
  let failure: string | undefined;
  let output = "";
  let chosen: Registered | undefined;
  const cli = createCli();
  for (const command of commands) addCommand(cli, command, () => (chosen = command));
  cli.fail((message, error) => (failure ??= message ?? error.message));
  const parsed = cli.parseSync([...args], {}, (_error, _parsed, text) => void (output = text)) as Parsed;
  if (output !== "") return { kind: "help", output };
  const format = FORMATS.find((known) => known === parsed["format"]) ?? "pretty";
  const wrong = failure ?? findMisuse(args, parsed, chosen);
  if (wrong !== undefined || chosen === undefined) return { kind: "command", format, run: () => refuse(wrong, { args, commands }) };
  const { start } = chosen;
  const context: Context = { io, rest: restOf(args), workspace: textOf(parsed["workspace"]) };
  return { kind: "command", format, run: () => start(parsed, context) };
}

async function refuse(failure: string | undefined, { args, commands }: { readonly args: readonly string[]; readonly commands: readonly Registered[] }): Promise<Outcome> {
  const { describeUsage } = await import("./usage.ts");
  const asked = args.find((argument) => !argument.startsWith("-"));
  const command = commands.find(({ name }) => name === asked);
  const options = Object.entries(command?.parameters ?? {}).filter(([, { positional }]) => positional !== true);
  const names = [...options.flatMap(([name, { alias }]) => (alias === undefined ? [name] : [name, alias])), ...Object.keys(globals), "help"];
  return { diagnostics: [describeUsage({ failure, asked, commands: commands.map(({ name }) => name), options: names })] };
}

/** What yargs lets pass in silence. */
function findMisuse(args: readonly string[], parsed: Parsed, command: Registered | undefined): string | undefined {
  const parameters: { readonly [name: string]: Parameter } = { ...command?.parameters, ...globals };
  for (const [name, { type }] of Object.entries(parameters)) {
    if (Array.isArray(parsed[name])) return `--${name} is given more than once`;
    const given = type === "boolean" ? args.find((argument) => argument.startsWith(`--${name}=`)) : undefined;
    if (given !== undefined && !/=(true|false)$/.test(given)) return `${given} is neither true nor false`;
  }
  return command?.takesRest !== true && args.includes("--") ? "it takes no program behind `--`" : undefined;
}

function createCli(): Argv {
  return yargs()
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
    .usage("$0 <command>\n\nConfiguration from schemas/ to the memory of a process.")
    .option("workspace", { ...globals.workspace, requiresArg: true })
    .option("format", { ...globals.format, choices: FORMATS, default: "pretty", requiresArg: true })
    .help()
    .version(readVersion())
    .wrap(100);
}

function addCommand(cli: Argv, command: Registered, choose: () => void): void {
  const build = (own: Argv): Argv => {
    for (const [name, { describe, type, alias = [], positional, required }] of Object.entries(command.parameters)) {
      if (positional === true) own.positional(name, { describe, type: "string" });
      else own.option(name, { describe, type, alias, requiresArg: type === "string", demandOption: required === true });
    }
    for (const [line, meaning] of command.examples) own.example(line, meaning);
    return own;
  };
  cli.command({ command: command.command, describe: command.describe, builder: build, handler: choose });
}

function restOf(args: readonly string[]): readonly string[] {
  const dashes = args.indexOf("--");
  return dashes === -1 ? [] : args.slice(dashes + 1);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
