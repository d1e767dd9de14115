// The commands as a parser sees them: names, parameters, and a start that takes whatever was parsed.
import { type Command, type Context, FORMATS, type Format, type Outcome, type Parameter } from "./command.ts";

/** A command line that was understood, one that was not, or one that only asks for help. */
export type Line =
  | { readonly kind: "understood"; readonly line: Understood }
  | { readonly kind: "misused"; readonly format: Format; readonly describe: () => Promise<Outcome> }
  | { readonly kind: "answered"; readonly output: string };

/** A command that only its own handler knows the arguments' type of. */
export interface Registered {
  /** One word, or two for a subcommand. */
  readonly name: string;
  readonly command: string;
  readonly describe: string;
  readonly parameters: { readonly [name: string]: Parameter };
  readonly examples: Command<unknown>["examples"];
  readonly takesRest: boolean;
  readonly styles: readonly string[];
  readonly formats: readonly Format[];
  readonly oldSpellings: { readonly [option: string]: string };
  readonly start: (parsed: object, context: Context) => Outcome | Promise<Outcome>;
}

/** A line that asks for a command in the right way. */
export interface Understood {
  readonly command: Registered;
  /** By the names of the command's parameters. */
  readonly values: { readonly [name: string]: string | boolean | readonly string[] };
  readonly workspace: string | undefined;
  readonly format: Format;
  readonly style: string | undefined;
  readonly rest: readonly string[];
}

/** Readies a command for the list of commands. */
export function register<Args>(command: Command<Args>): Registered {
  const {
    command: usage,
    describe,
    parameters,
    examples,
    takesRest = false,
    styles = [],
    formats = FORMATS,
    oldSpellings = {},
    handler,
  } = command;
  const name = usage.split(/ [<[]/, 1)[0] ?? usage;
  // The parser fills a member for each of `parameters`, which are those of `Args`.
  return {
    name,
    command: usage,
    describe,
    parameters,
    examples,
    takesRest,
    styles,
    formats,
    oldSpellings,
    start: (parsed, context) => handler(parsed as Args, context),
  };
}

/** The command that a line begins with: the longest name that fits. */
export function commandOf(words: readonly string[], commands: readonly Registered[]): Registered | undefined {
  return commands.find(({ name }) => name === words.slice(0, 2).join(" ")) ?? commands.find(({ name }) => name === words[0]);
}

/** What `--format` asks for; undefined when neither every command nor this one knows it. */
export function formatOf(asked: string, command: Registered | undefined): Pick<Understood, "format" | "style"> | undefined {
  const format = (command?.formats ?? FORMATS).find((known) => known === asked);
  if (format !== undefined) return { format, style: undefined };
  return command?.styles.includes(asked) === true ? { format: "pretty", style: asked } : undefined;
}

/** Options that every command takes. */
export const globals: { readonly workspace: Parameter; readonly format: Parameter } = {
  workspace: { describe: "Folder of the workspace; defaults to the nearest folder upward with schemas/veltrix.yaml", type: "string" },
  format: { describe: "How diagnostics and results are printed", type: "string" },
};
