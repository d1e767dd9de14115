// File operations of a running process: none of them blocks it, however slow the volume is.
import { lstat, open, realpath } from "node:fs/promises";
import type { Io } from "./blocking-io.ts";
import { OPEN_FLAGS } from "./limits.ts";

/** Operations that wait. */
export const waitingIo: Io = {
  realpath: (path) => realpath(path),
  exists: (path) =>
    lstat(path).then(
      () => true,
      () => false,
    ),
  open: async (path) => {
    const file = await open(path, OPEN_FLAGS);
    return {
      isRegular: async () => (await file.stat()).isFile(),
      read: async (buffer, offset) => (await file.read(buffer, offset, buffer.length - offset, offset)).bytesRead,
      close: () => file.close(),
    };
  },
};
