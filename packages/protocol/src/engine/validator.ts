// What an emitted validate.js is made of: a contract's text, and the engine that reads it when the first value comes.
import type { JsonValue } from "../json.ts";
import type { Validate, Violation } from "../validation.ts";
import { evaluate } from "./evaluate.ts";
import type { Program } from "./program.ts";

/** The two judgements of a contract. Neither throws for anything that JSON can say. */
export interface Validator {
  /** What a delivered config breaks of the contract. */
  readonly validate: Validate;
  /** What the text of the secret at `pointer` breaks of that key's own rules. */
  readonly validateSecret: (pointer: string, text: string) => readonly Violation[];
}

/**
 * The validator of a contract, given as the text that the compiler made of it.
 *
 * @throws Error, at the first value, when a newer version wrote the text.
 */
export function defineValidator(text: string): Validator {
  let program: Program | undefined;
  const read = (): Program => (program ??= parseProgram(text));
  return {
    validate: (value) => {
      const out: Violation[] = [];
      // No file at all is told like any other value that is no object.
      evaluate(read(), read().root, { value: (value as JsonValue | undefined) ?? null, pointer: "", out });
      return out;
    },
    validateSecret: (pointer, secret) => {
      const out: Violation[] = [];
      const { secrets } = read();
      const node = Object.hasOwn(secrets, pointer) ? secrets[pointer] : undefined;
      if (node !== undefined) evaluate(read(), node, { value: secret, pointer, out });
      return out;
    },
  };
}

function parseProgram(text: string): Program {
  // The compiler wrote it, and its format says which compiler.
  const program = JSON.parse(text) as Program;
  if (program.format !== 1) throw new Error("validate.js was written by a newer veltrix: update @veltrix/runtime");
  return program;
}
