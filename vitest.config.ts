import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["veltrix:source"] },
  ssr: { resolve: { conditions: ["veltrix:source"] } },
  test: { include: ["packages/**/src/**/*.test.ts", "tools/**/src/**/*.test.ts"] },
});
