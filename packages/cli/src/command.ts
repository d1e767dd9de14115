// What a command is, what it is given, and what it comes to. Commands print nothing themselves.
import type { Diagnostic } from "@veltrix/diagnostics";
import type { Io } from "./io.ts";

/** Exit codes of every command. */
export const EXIT_OK = 0;
/** Problems, or drift. */
export const EXIT_PROBLEMS = 1;
/** Veltrix itself could not run. */
export const EXIT_BUG = 2;

export const FORMATS = ["pretty", "json", "github", "sarif", "junit"] as const;
export type Format = (typeof FORMATS)[number];

/** What a command is given beside its arguments. */
export interface Context {
  readonly io: Io;
  /** Everything behind `--`. */
  readonly rest: readonly string[];
  /** `--workspace`, as written. */
  readonly workspace: string | undefined;
  /** `--format`; only a command that prints while it runs needs to know. */
  readonly format?: Format;
  /** `--format` where it is one of the command's own `styles`. */
  readonly style?: string | undefined;
}

/** What a command came to; `reporters.ts` prints it. */
export interface Outcome {
  readonly diagnostics?: readonly Diagnostic[];
  /** The text of a file that a diagnostic is about. */
  readonly readText?: (file: string) => string | undefined;
  /** Members of the JSON document's `summary`. */
  readonly summary?: { readonly [name: string]: unknown };
  /** Members of the JSON document beside `diagnostics` and `summary`. */
  readonly data?: { readonly [name: string]: unknown };
  /** The same data for people: goes to stdout. */
  readonly text?: string;
  /** One line about a success: goes to stderr. */
  readonly note?: string;
  /** True when a program of the user's has had stdout and stderr: nothing is added to what it wrote. */
  readonly printed?: true;
  /** Where it is not what the diagnostics say: 0 without an error, else 1. */
  readonly exitCode?: number;
}

/** One argument of a command. */
export interface Parameter {
  readonly describe: string;
  readonly type: "string" | "boolean";
  /** Stands in `command` and is written without dashes. */
  readonly positional?: true;
  /** A second name. */
  readonly alias?: string;
  readonly required?: true;
  /** It may be given several times: its value is a list of texts. */
  readonly many?: true;
}

/** One command. `Args` holds a member for each parameter. */
export interface Command<Args> {
  /** Name (two words for a subcommand) and positionals, as yargs writes them. */
  readonly command: string;
  readonly describe: string;
  readonly parameters: { readonly [Name in keyof Args]-?: Parameter };
  /** Command lines and what they do, for `--help`. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  /** Values of `--format` that this command takes beside those of every command: other ways to write its text. */
  readonly styles?: readonly string[];
  /** The only values of `--format` that it takes beside `styles`; every one where it is left out. */
  readonly formats?: readonly Format[];
  /** Options that say what a subcommand says now: the option, and the word that took its place. Not in `--help`. */
  readonly oldSpellings?: { readonly [option: string]: string };
  /** True when the command takes a program and its arguments behind `--`. */
  readonly takesRest?: true;
  readonly handler: (args: Args, context: Context) => Outcome | Promise<Outcome>;
}
