// Node's own modules, without the module facade that `import` builds for each: that of node:fs alone costs a
// start more than reading, parsing and checking a configuration. Code that runs after ready imports as usual.

export const fs: typeof import("node:fs") = process.getBuiltinModule("node:fs");
export const path: typeof import("node:path") = process.getBuiltinModule("node:path");
export const isUtf8: typeof import("node:buffer").isUtf8 = process.getBuiltinModule("node:buffer").isUtf8;

/** Monotonic milliseconds. The clock of `performance.now()`, which would load a module of its own. */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1_000_000;
}
