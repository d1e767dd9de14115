// Node's own modules, without the module facade that `import` builds for each: that of node:fs alone costs a
// start more than reading, parsing and checking a configuration. Code that runs after ready imports as usual.

import type * as cryptoModule from "node:crypto";
import type * as fsModule from "node:fs";

export const fs: typeof fsModule = process.getBuiltinModule("node:fs");

/** `node:crypto`, loaded now: nothing but a policy that refuses drift needs it before ready. */
export function loadCrypto(): typeof cryptoModule {
  return process.getBuiltinModule("node:crypto");
}

/** An absolute path. Most folders are written as one, and then node:path has nothing to do. */
export function resolvePath(path: string): string {
  const isResolved = path.startsWith("/") && !path.endsWith("/") && !path.includes("//") && !path.includes("/.");
  return isResolved ? path : process.getBuiltinModule("node:path").resolve(path);
}

/** Monotonic milliseconds. The clock of `performance.now()`, which would load a module of its own. */
export function now(): number {
  return process.uptime() * 1_000;
}
