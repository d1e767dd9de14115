// The command line of the bench.
import { parseArgs } from "node:util";

export interface Options {
  /** Numbers of services, ascending. */
  readonly sizes: readonly number[];
  /** One size, little Kustomize, and exit 1 when a floor is broken. */
  readonly gate: boolean;
  readonly json: boolean;
  /** Where workspaces are written; undefined: the bench chooses. */
  readonly folder: string | undefined;
}

export const HELP = `npm run bench -- [--sizes 10,100,1000] [--gate] [--json] [--folder DIR]
  --sizes   numbers of services to measure with
  --gate    100 services only; exit 1 when a floor is broken
  --json    print the results as JSON
  --folder  write the synthetic workspaces below DIR
`;

/** Reads the arguments behind the script. Throws a TypeError that says what is wrong. */
export function readOptions(args: readonly string[]): Options | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sizes: { type: "string" },
      gate: { type: "boolean" },
      json: { type: "boolean" },
      folder: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) return "help";
  const gate = values.gate === true;
  if (gate && values.sizes !== undefined) throw new TypeError("--gate measures with 100 services: leave --sizes out");
  const sizes = gate ? [100] : (values.sizes ?? "10,100,1000").split(",").map(readSize);
  return { sizes: [...new Set(sizes)].sort((a, b) => a - b), gate, json: values.json === true, folder: values.folder };
}

function readSize(text: string): number {
  if (!/^[1-9][0-9]{0,3}$/.test(text))
    throw new TypeError(`--sizes takes numbers from 1 to 9999 with commas between them, not \`${text}\``);
  return Number(text);
}
