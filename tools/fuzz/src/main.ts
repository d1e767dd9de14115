// `node tools/fuzz/dist/main.js --seed 1 --runs 100000`
import { parseArgs } from "node:util";
import { fuzz } from "./run.ts";

const { values } = parseArgs({ options: { seed: { type: "string", default: "1" }, runs: { type: "string", default: "1500" } } });
const { accepted, refused, faults } = await fuzz({ seed: Number(values.seed), runs: Number(values.runs) });
for (const fault of faults) console.log(fault);
console.log(`seed ${values.seed}, runs ${values.runs}: ${accepted} accepted, ${refused} refused, ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
