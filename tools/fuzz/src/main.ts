// `node tools/fuzz/dist/main.js --seed 1 --runs 100000`
import { parseArgs } from "node:util";
import { fuzz } from "./run.ts";

const { values } = parseArgs({ options: { seed: { type: "string", default: "1" }, runs: { type: "string", default: "1500" } } });
const { accepted, refused, faults, reached } = await fuzz({ seed: Number(values.seed), runs: Number(values.runs) });
for (const fault of faults) console.log(fault);
for (const [feature, count] of reached) console.log(`${((100 * count) / accepted).toFixed(1).padStart(5)} % ${feature}`);
console.log(`seed ${values.seed}, runs ${values.runs}: ${accepted} accepted, ${refused} refused, ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
