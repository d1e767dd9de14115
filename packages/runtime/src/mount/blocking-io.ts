// The few file operations that reading a mount needs. The start blocks on them: it has nothing else to do,
// and files of a mounted volume are in memory. A running process waits for them instead (late-io.ts).
import { fs } from "../machine/builtin.ts";
import { OPEN_FLAGS } from "./limits.ts";

type Awaitable<Value> = Value | Promise<Value>;

/** File operations that may block or wait. */
export interface Io {
  /** The path without links. Throws where there is none. */
  realpath(path: string): Awaitable<string>;
  /** Whether there is anything at `path`, a dangling link included. */
  exists(path: string): Awaitable<boolean>;
  open(path: string): Awaitable<OpenFile>;
}

/** A file that is open for reading. */
export interface OpenFile {
  isRegular(): Awaitable<boolean>;
  /** Reads into `buffer` from `offset` on, from that position of the file. Returns how many bytes. */
  read(buffer: Uint8Array, offset: number): Awaitable<number>;
  close(): Awaitable<void>;
}

/** Operations that block. */
export const blockingIo: Io = {
  realpath: (path) => fs.realpathSync.native(path),
  exists: (path) => {
    // Cheaper than to look at the link itself, which only one that leads nowhere needs.
    if (fs.existsSync(path)) return true;
    try {
      return fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined;
    } catch {
      // A folder on the way is none, or may not be searched: reading the files themselves will say so.
      return false;
    }
  },
  open: (path) => {
    const file = fs.openSync(path, OPEN_FLAGS);
    return {
      isRegular: () => fs.fstatSync(file).isFile(),
      read: (buffer, offset) => fs.readSync(file, buffer, offset, buffer.length - offset, offset),
      close: () => fs.closeSync(file),
    };
  },
};
