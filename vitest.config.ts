import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// Run from a git hook, git would take this repository for every one that a test makes; and what a test commits is not
// to be signed, nor to pass anybody's hooks.
for (const name of ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY"]) delete process.env[name];
const gitSettings = { "commit.gpgsign": "false", "core.hooksPath": "/dev/null", "core.autocrlf": "false" };
process.env["GIT_CONFIG_COUNT"] = String(Object.keys(gitSettings).length);
Object.entries(gitSettings).forEach(([key, value], index) => {
  process.env[`GIT_CONFIG_KEY_${index}`] = key;
  process.env[`GIT_CONFIG_VALUE_${index}`] = value;
});

export default defineConfig({
  resolve: { conditions: ["veltrix:source"] },
  ssr: { resolve: { conditions: ["veltrix:source"] } },
  test: {
    // A test that hangs must end; a slow machine must not fail one.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    // Most of a test's time is other processes: two workers pay on two cores, where vitest takes one.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    include: ["packages/**/src/**/*.test.ts", "tools/**/src/**/*.test.ts"],
  },
});
