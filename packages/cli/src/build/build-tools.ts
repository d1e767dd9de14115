// What Veltrix itself consists of when it builds.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Every package whose code has a say in what a build writes. */
const PACKAGES = ["compiler", "diagnostics", "kubernetes", "emit-typescript", "protocol"];

/** Absolute folders of their code, and of this package's own. */
export function buildTools(): readonly string[] {
  return [join(import.meta.dirname, ".."), ...PACKAGES.map((name) => dirname(fileURLToPath(import.meta.resolve(`@veltrix/${name}`))))];
}
