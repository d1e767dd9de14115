// Start, reads and memory of the runtime beside other libraries, for the same 40 keys. Every start is a fresh
// process; contenders take turns, and the best of N counts, because everything else on a machine only adds.
//   node tools/bench-runtime/run.mjs [--runs 25] [--json]
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { makeWorkspace } from "./workspace.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const { values: flags } = parseArgs({ options: { runs: { type: "string", default: "25" }, json: { type: "boolean", default: false } } });
const runs = Number(flags.runs);
const env = { PATH: process.env.PATH, ...makeWorkspace() };
const contenders = readdirSync(join(here, "contenders")).map((name) => name.replace(".mjs", ""));

const node = (file, ...args) =>
  execFileSync(process.execPath, ["--no-warnings", join(here, file), ...args], {
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });

const starts = Object.fromEntries(contenders.map((name) => [name, { milliseconds: Infinity, bytes: Infinity }]));
for (let run = 0; run < runs; run++) {
  for (const name of contenders) {
    const { milliseconds, bytes } = JSON.parse(node("start.mjs", name));
    starts[name] = { milliseconds: Math.min(starts[name].milliseconds, milliseconds), bytes: Math.min(starts[name].bytes, bytes) };
  }
}
const reads = {};
for (let run = 0; run < 5; run++) {
  for (const name of contenders) {
    const result = JSON.parse(node("read.mjs", name));
    for (const [key, value] of Object.entries(result))
      reads[name] = { ...reads[name], [key]: Math.min(reads[name]?.[key] ?? Infinity, value) };
  }
}

const own = starts.veltrix.milliseconds;
const rows = contenders.map((name) => ({
  name,
  "start ms": Number(starts[name].milliseconds.toFixed(2)),
  "start / veltrix": Number((starts[name].milliseconds / own).toFixed(1)),
  "read / property": Number((reads[name].read / reads[name].property).toFixed(1)),
  "MB over Node": Number((starts[name].bytes / 1e6).toFixed(1)),
}));
rows.push({
  name: "veltrix, a Live",
  "start ms": NaN,
  "start / veltrix": NaN,
  "read / property": Number((reads.veltrix.live / reads.veltrix.property).toFixed(1)),
  "MB over Node": NaN,
});
if (flags.json) console.log(JSON.stringify(rows));
else console.table(Object.fromEntries(rows.map(({ name, ...row }) => [name, row])));
