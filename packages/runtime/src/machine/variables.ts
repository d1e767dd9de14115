// The environment variables of a process.

/** Environment variables by name. */
export type Variables = { readonly [name: string]: string | undefined };

/** The text of a variable; an empty one is a missing one. */
export function takeVariable(variables: Variables, name: string): string | undefined {
  const text = Object.hasOwn(variables, name) ? variables[name] : undefined;
  return text === "" ? undefined : text;
}
