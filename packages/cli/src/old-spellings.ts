// Options of former versions that subcommands have taken the place of: `drift --dir x` is `drift mount x`.
import { commandOf, type Registered } from "./registered.ts";

/** The line as it is spelt now; the same line where nothing in it is old. */
export function spellAnew(args: readonly string[], commands: readonly Registered[]): readonly string[] {
  const command = commandOf(args, commands);
  for (const [option, word] of Object.entries(command?.oldSpellings ?? {})) {
    const target = commands.find(({ name }) => name === `${command?.name} ${word}`);
    const index = args.findIndex((argument) => argument === option || argument.startsWith(`${option}=`));
    if (target === undefined || index === -1) continue;
    const isValued = target.command !== target.name;
    const inline = args[index] === option ? undefined : args[index]?.slice(option.length + 1);
    const value = inline ?? (isValued ? args[index + 1] : undefined);
    const after = index + (isValued && inline === undefined ? 2 : 1);
    return [target.name.split(" "), value ?? [], args.slice(1, index), args.slice(after)].flat();
  }
  return args;
}
