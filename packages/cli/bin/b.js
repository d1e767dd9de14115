#!/usr/bin/env node
// The veltrix command. Committed as it is: pnpm links no command whose file does not exist at install time.
import { existsSync } from "node:fs";

const compiled = new URL("../dist/main-b.js", import.meta.url);
if (existsSync(compiled)) {
  const command = await import(compiled.href).catch(refuse);
  await command?.runProcess();
} else {
  process.stderr.write('Veltrix is not compiled yet: run "npm run build"\n');
  process.exitCode = 2;
}

/** What is compiled is broken or half there: that is neither a problem of the workspace nor a success. */
function refuse(error) {
  process.stderr.write(`Veltrix cannot start: ${String(error).split("\n", 1)[0]}: run "npm run build"\n`);
  process.exitCode = 2;
}
