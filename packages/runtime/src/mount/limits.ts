// What all readings of a mounted volume agree on.
import { fs } from "../machine/builtin.ts";

/** Largest file that is read. A ConfigMap holds no more than this in all. */
export const MAX_FILE_BYTES = 1_048_576;

/** Without O_NONBLOCK, opening a named pipe would wait for a writer. */
export const OPEN_FLAGS: number = fs.constants.O_RDONLY | fs.constants.O_NONBLOCK;
