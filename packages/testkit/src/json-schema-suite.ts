import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The release of Python's `jsonschema` whose source package carries the suite that `npm run suite` takes. */
export const SUITE_VERSION = "4.25.1";

/** Where `npm run suite` keeps the JSON Schema Test Suite: outside the repository, so that every clone finds it. */
export function builtSuite(): string {
  const cache = process.env["XDG_CACHE_HOME"];
  return join(cache === undefined || cache === "" ? join(homedir(), ".cache") : cache, "veltrix/json-schema-suite", SUITE_VERSION);
}

/**
 * The folder of the JSON Schema Test Suite, with `tests/<draft>/` and `remotes/`: the whole one that `npm run suite`
 * brought, else the part that stands beside the repository; undefined where there is neither.
 */
export function findSuite(): string | undefined {
  const beside = fileURLToPath(new URL("../../../../shared/corpora/json-schema-suite", import.meta.url));
  return [builtSuite(), beside].find((folder) => existsSync(join(folder, "tests")));
}
