import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["veltrix:source"] },
  ssr: { resolve: { conditions: ["veltrix:source"] } },
  test: {
    // A test that hangs must end; a slow machine must not fail one.
    testTimeout: 60_000,
    hookTimeout: 300_000,
    // Most of a test's time is other processes: two workers pay on two cores, where vitest takes one.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    include: ["packages/**/src/**/*.test.ts", "tools/**/src/**/*.test.ts"],
  },
});
