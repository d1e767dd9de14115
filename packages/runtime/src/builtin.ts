// Node's own modules, without the module facade that `import` builds for each: that of node:fs alone costs a
// start more than reading, parsing and checking a configuration. Code that runs after ready imports as usual.

import type * as bufferModule from "node:buffer";
import type * as cryptoModule from "node:crypto";
import type * as fsModule from "node:fs";
import type * as pathModule from "node:path";

export const fs: typeof fsModule = process.getBuiltinModule("node:fs");
export const path: typeof pathModule = /* @__PURE__ */ process.getBuiltinModule("node:path");
export const isUtf8: typeof bufferModule.isUtf8 = /* @__PURE__ */ (() => process.getBuiltinModule("node:buffer").isUtf8)();

/** `node:crypto`, loaded now: nothing but a policy that refuses drift needs it before ready. */
export function loadCrypto(): typeof cryptoModule {
  return process.getBuiltinModule("node:crypto");
}

/** Monotonic milliseconds. The clock of `performance.now()`, which would load a module of its own. */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1_000_000;
}
