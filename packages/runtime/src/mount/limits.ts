// What both ways of reading a mount agree on: the short one of a start, and the long one that says what is wrong.
import { fs } from "../machine/builtin.ts";

/** Largest file that is read. A ConfigMap holds no more than this in all. */
export const MAX_FILE_BYTES = 1_048_576;

/** Without O_NONBLOCK, opening a named pipe would wait for a writer. */
export const OPEN_FLAGS: number = fs.constants.O_RDONLY | fs.constants.O_NONBLOCK;

/** How the variables that replace one key begin. */
export const OVERRIDE_PREFIX = "VELTRIX_OVERRIDE_";

/** Where the text of a secret is: `<name>/<key>` in the secrets folder. */
export interface SecretReference {
  readonly name: string;
  readonly key: string;
}

const safePart = /^(?!\.{1,2}$)(?!\.\.)[-._a-zA-Z0-9]{1,253}$/;

/** A reference, or undefined for what does not stay within the secrets folder. */
export function parseReference(text: string): SecretReference | undefined {
  const [name = "", key = "", ...rest] = text.split("/");
  return rest.length === 0 && safePart.test(name) && safePart.test(key) ? { name, key } : undefined;
}
