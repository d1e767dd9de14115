#!/usr/bin/env node
// The veltrix command. Committed as it is: pnpm links no command whose file does not exist at install time.
// Written so that an old Node.js can parse it, because that is who must be told which one is needed.
import { existsSync } from "node:fs";

const compiled = new URL("../dist/main.js", import.meta.url);
const needed = [20, 19];

if (isTooOld(process.versions.node)) {
  process.stderr.write(
    "Veltrix needs Node.js " + needed.join(".") + " or newer, and this is Node.js " + process.versions.node + ": install a newer one\n",
  );
  process.exitCode = 2;
} else if (existsSync(compiled)) {
  import(compiled.href).then((command) => command.runProcess(), refuse);
} else {
  process.stderr.write('Veltrix is not compiled yet: run "npm run build"\n');
  process.exitCode = 2;
}

function isTooOld(version) {
  const parts = version.split(".").map(Number);
  return parts[0] < needed[0] || (parts[0] === needed[0] && parts[1] < needed[1]);
}

/** What is compiled is broken or half there: that is neither a problem of the workspace nor a success. */
function refuse(error) {
  process.stderr.write("Veltrix cannot start: " + String(error).split("\n", 1)[0] + ': run "npm run build"\n');
  process.exitCode = 2;
}
