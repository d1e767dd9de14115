// Start, reads, memory and sizes of the runtime beside other libraries, for the same 40 keys. Every start is a fresh
// process; contenders take turns, and medians count.
//   node tools/bench-runtime/run.mjs [--runs 25] [--json] [--write]
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { writeMeasured } from "./measured.mjs";
import { measureEmitted, measurePackage } from "./sizes.mjs";
import { makeWorkspace, work } from "./workspace.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const { values: flags } = parseArgs({
  options: {
    runs: { type: "string", default: "25" },
    json: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
const runs = Number(flags.runs);
const env = { PATH: process.env.PATH, ...makeWorkspace() };
const files = Object.fromEntries(readdirSync(join(work, "contenders")).map((file) => [file.replace(/\.[cm]js$/, ""), file]));
const contenders = Object.keys(files);

function node(...args) {
  const started = process.hrtime.bigint();
  const text = execFileSync(process.execPath, ["--no-warnings", ...args], { env, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  return { process: Number(process.hrtime.bigint() - started) / 1e6, ...(text === "" ? {} : JSON.parse(text)) };
}
const run = (script, name) => node(join(here, script), join(work, "contenders", files[name]));
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];

const samples = Object.fromEntries(contenders.map((name) => [name, []]));
const bare = [];
for (let turn = 0; turn < runs; turn++) {
  bare.push(node("-e", "0"));
  for (const name of contenders) samples[name].push(run(`start.${files[name].split(".").at(-1)}`, name));
}
const reads = Object.fromEntries(contenders.map((name) => [name, []]));
for (let turn = 0; turn < 5; turn++) for (const name of contenders) reads[name].push(run("read.mjs", name));
const readRatio = (name, key) => Number(median(reads[name].map((read) => read[key] / read.property)).toFixed(1));

const of = (name, key) => median(samples[name].map((sample) => sample[key]));
// CPU time: other work on the machine adds to what a clock on the wall shows, and to each contender another amount.
const own = of("veltrix", "cpu");
const wholeBare = median(bare.map((sample) => sample.process));
const rows = contenders.map((name) => ({
  name,
  "start ms": Number(of(name, "milliseconds").toFixed(2)),
  "best ms": Number(Math.min(...samples[name].map(({ milliseconds }) => milliseconds)).toFixed(2)),
  "CPU ms": Number(of(name, "cpu").toFixed(2)),
  "CPU / veltrix": Number((of(name, "cpu") / own).toFixed(2)),
  "process / node -e 0": Number((of(name, "process") / wholeBare).toFixed(2)),
  "read / property": readRatio(name, "read"),
  "MB over Node": Number((of(name, "bytes") / 1e6).toFixed(1)),
}));
const result = {
  runs,
  node: process.versions.node,
  rows,
  live: readRatio("veltrix", "live"),
  packageBytes: measurePackage(),
  emittedBytes: measureEmitted(join(work, "generated", "bench")),
};
if (flags.write) await writeMeasured(result);
if (flags.json) console.log(JSON.stringify(result));
else {
  console.table(Object.fromEntries(rows.map(({ name, ...row }) => [name, row])));
  console.log(`read of a Live / property: ${result.live}; package: ${result.packageBytes} bytes; emitted: ${result.emittedBytes} bytes`);
}
