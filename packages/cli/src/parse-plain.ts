// The short way through a command line: what is plainly right is understood here, everything else is left to yargs.
import type { Parameter } from "./command.ts";
import { commandOf, formatOf, globals, type Registered, type Understood } from "./registered.ts";

/**
 * A line of the form `<command> <positionals> --option value --flag -- <rest>`, each part known and there at most once.
 * Undefined for any other: yargs judges it, and says what is wrong.
 */
export function parsePlain(args: readonly string[], commands: readonly Registered[]): Understood | undefined {
  const command = commandOf(args, commands);
  if (command === undefined) return undefined;
  const dashes = args.indexOf("--");
  const rest = dashes === -1 ? [] : args.slice(dashes + 1);
  if (dashes !== -1 && !command.takesRest) return undefined;
  const parameters = Object.entries<Parameter>({ ...command.parameters, ...globals });
  const values = takeValues(args.slice(command.name.split(" ").length, dashes === -1 ? undefined : dashes), parameters);
  if (values === undefined || parameters.some(([name, { required, positional }]) => (required ?? positional) === true && !values.has(name)))
    return undefined;
  const { workspace, format: asked = "pretty", ...own } = Object.fromEntries(values);
  const format = formatOf(String(asked), command);
  if (format === undefined || typeof workspace === "boolean") return undefined;
  return { command, values: own, workspace, ...format, rest };
}

function takeValues(
  args: readonly string[],
  parameters: readonly (readonly [string, Parameter])[],
): Map<string, string | boolean> | undefined {
  const values = new Map<string, string | boolean>();
  const waiting = parameters.filter(([, { positional }]) => positional === true).map(([name]) => name);
  for (let index = 0; index < args.length; index++) {
    const argument = args[index] ?? "";
    const option = parameters.find(
      ([name, { alias, positional }]) => positional !== true && (argument === `--${name}` || argument === `--${alias}`),
    );
    if (option?.[1].many === true) return undefined;
    const name = option === undefined ? waiting.shift() : option[0];
    const isFlag = option?.[1].type === "boolean";
    const value = option === undefined ? argument : isFlag ? true : args[++index];
    if (name === undefined || value === undefined || values.has(name) || !isPlain(value)) return undefined;
    // yargs would take these for the flag's own value.
    if (isFlag && /^(true|false)$/.test(args[index + 1] ?? "")) return undefined;
    values.set(name, value);
  }
  return values;
}

/** yargs gives dashes and quotes a meaning of their own. */
function isPlain(value: string | boolean): boolean {
  return typeof value === "boolean" || /^[^-"'](.*[^"'])?$/s.test(value);
}
