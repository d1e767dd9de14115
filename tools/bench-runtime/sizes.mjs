// Bytes of what a service installs and imports: the runtime's package as it would be published, and what is emitted.
import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const runtime = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "packages", "runtime");

/** Bytes of the unpacked package. */
export function measurePackage() {
  const [packed] = JSON.parse(
    execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: runtime,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }),
  );
  return packed.unpackedSize;
}

/** Bytes that a service and its compiler read of one generated service. */
export function measureEmitted(folder) {
  return ["index.js", "validate.js", "index.d.ts"].reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
