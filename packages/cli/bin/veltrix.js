#!/usr/bin/env node
// The veltrix command. Committed as it is: pnpm links no command whose file does not exist at install time.
import { existsSync } from "node:fs";

const compiled = new URL("../dist/main.js", import.meta.url);
if (existsSync(compiled)) {
  const { runProcess } = await import(compiled.href);
  await runProcess();
} else {
  process.stderr.write('Veltrix is not compiled yet: run "npm run build"\n');
  process.exitCode = 2;
}
