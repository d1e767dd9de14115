// Start, reads, memory and sizes of the runtime beside other libraries, for the same 40 keys, in the three settings of
// settings.mjs. Every start is a fresh process; settings and contenders take turns.
//   node tools/bench-runtime/run.mjs [--runs 25] [--only veltrix,convict] [--json] [--write]
import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { join } from "node:path";
import { measureEmitted, measurePackage } from "./sizes.mjs";
import { makeWorkspace, work } from "./workspace.mjs";

const { values: flags } = parseArgs({
  options: {
    runs: { type: "string", default: "25" },
    only: { type: "string" },
    json: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
if (flags.write && flags.only !== undefined) throw new Error("--write takes no part of the contenders");
const runs = Number(flags.runs);
const env = { PATH: process.env.PATH, ...makeWorkspace() };
// Both look at what was just written.
const { contenders: all, makeBundles, readArgs, settings } = await import("./settings.mjs");
const bundleBytes = makeBundles();
const contenders = flags.only === undefined ? all : flags.only.split(",");

function node(...args) {
  const started = process.hrtime.bigint();
  const text = execFileSync(process.execPath, ["--no-warnings", ...args], { env, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  return { process: Number(process.hrtime.bigint() - started) / 1e6, ...(text === "" ? {} : JSON.parse(text)) };
}
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const best = (list) => Math.min(...list);
const round = (value, digits = 2) => Number(value.toFixed(digits));

const bare = [];
const samples = settings.map(() => Object.fromEntries(contenders.map((name) => [name, []])));
for (let turn = 0; turn < runs; turn++) {
  bare.push(node("-e", "0"));
  settings.forEach(({ args }, index) => {
    for (const name of contenders) samples[index][name].push(node(...args(name)));
  });
}
const reads = Object.fromEntries(contenders.map((name) => [name, []]));
for (let turn = 0; turn < 5; turn++) for (const name of contenders) reads[name].push(node(...readArgs(name)));
const readRatio = (name, key) => round(median(reads[name].map((read) => read[key] / read.property)), 1);

// CPU time: other work on the machine adds to what a clock on the wall shows, and to each contender another amount.
const rowsOf = (setting) => {
  const list = (name, key) => setting[name].map((sample) => sample[key]);
  const own = median(list("veltrix", "cpu"));
  return contenders.map((name) => ({
    name,
    "CPU ms": round(median(list(name, "cpu"))),
    "best CPU ms": round(best(list(name, "cpu"))),
    "wall ms": round(median(list(name, "milliseconds"))),
    "best wall ms": round(best(list(name, "milliseconds"))),
    "CPU / veltrix": round(median(list(name, "cpu")) / own),
    "best wall / veltrix": round(best(list(name, "milliseconds")) / best(list("veltrix", "milliseconds"))),
    "process / node -e 0": round(median(list(name, "process")) / median(bare.map((sample) => sample.process))),
    "MB over Node": round(median(list(name, "bytes")) / 1e6, 1),
  }));
};
const result = {
  runs,
  node: process.versions.node,
  settings: settings.map(({ name, why }, index) => ({ name, why, rows: rowsOf(samples[index]) })),
  reads: contenders.map((name) => ({ name, "read / property": readRatio(name, "read"), "bundle kB": round(bundleBytes[name] / 1e3, 1) })),
  live: readRatio("veltrix", "live"),
  packageBytes: measurePackage(),
  emittedBytes: measureEmitted(join(work, "generated", "bench")),
};
if (flags.write) {
  const { writeMeasured } = await import("./measured.mjs");
  await writeMeasured(result);
}
if (flags.json) console.log(JSON.stringify(result));
else {
  const print = (rows) => console.table(Object.fromEntries(rows.map(({ name, ...row }) => [name, row])));
  for (const { name, rows } of result.settings) {
    console.log(`\n${name}`);
    print(rows);
  }
  print(result.reads);
  console.log(`read of a Live / property: ${result.live}; package: ${result.packageBytes} bytes; emitted: ${result.emittedBytes} bytes`);
}
