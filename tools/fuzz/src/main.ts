// `node tools/fuzz/dist/main.js --seed 1 --runs 100000`, with `--commands` for commands instead of builds.
import { parseArgs } from "node:util";
import { fuzzCommands } from "./commands.ts";
import { fuzz } from "./run.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    runs: { type: "string", default: "1500" },
    commands: { type: "boolean", default: false },
  },
});
const options = { seed: Number(values.seed), runs: Number(values.runs) };
const faults = await (values.commands ? runCommands() : runBuilds());
process.exitCode = faults === 0 ? 0 : 1;

async function runBuilds(): Promise<number> {
  const outcome = await fuzz(options);
  for (const fault of outcome.faults) console.log(fault);
  for (const [feature, count] of outcome.reached) console.log(`${((100 * count) / outcome.accepted).toFixed(1).padStart(5)} % ${feature}`);
  const { accepted, refused, faults: found } = outcome;
  console.log(`seed ${values.seed}, runs ${values.runs}: ${accepted} accepted, ${refused} refused, ${found.length} faults`);
  return found.length;
}

async function runCommands(): Promise<number> {
  const { ok, problems, faults: found } = await fuzzCommands(options);
  for (const fault of found) console.log(fault);
  console.log(`seed ${values.seed}, runs ${values.runs}: ${ok} commands went well, ${problems} found problems, ${found.length} faults`);
  return found.length;
}
