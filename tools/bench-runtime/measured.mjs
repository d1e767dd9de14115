// Puts the figures of a run into the runtime's docs/measured.md and README.md, between two marks, so that nobody copies
// them by hand.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const [begin, end] = ["<!-- measured by tools/bench-runtime -->", "<!-- end of what is measured -->"];
const contenders = [
  "veltrix",
  "empty-packages",
  "json-parse",
  "json-parse-esm",
  "convict",
  "convict-esm",
  "node-config",
  "envalid",
  "zod",
  "t3-env",
];
const words = {
  veltrix: "ours",
  "empty-packages": "two empty packages (bundled: an empty file)",
  "json-parse": "a bare JSON.parse, CommonJS",
  "json-parse-esm": "a bare JSON.parse, module",
  convict: "convict, CommonJS",
  "convict-esm": "convict, module",
};

/** Replaces what stands between the marks of both pages. */
export async function writeMeasured(result) {
  const folder = new URL("../../packages/runtime/", import.meta.url);
  await replace(fileURLToPath(new URL("docs/measured.md", folder)), printPage(result));
  await replace(fileURLToPath(new URL("README.md", folder)), printSummary(result));
}

async function replace(page, block) {
  const [head, rest] = (await readFile(page, "utf8")).split(begin);
  const tail = rest?.split(end)[1];
  if (tail === undefined) throw new Error(`${page} has no marks to write between`);
  await writeFile(page, `${head}${begin}\n\n${block}\n\n${end}${tail}`);
}

const table = (head, rows) =>
  [`| ${head.join(" | ")} |`, `|${" --- |".repeat(head.length)}`, ...rows.map((row) => `| ${row.join(" | ")} |`)].join("\n");
const byName = ({ rows }) => Object.fromEntries(rows.map((row) => [row.name, row]));
const part = (row) => `1/${row["CPU / veltrix"].toFixed(1)}`;

/** What was promised, and what it is in each setting. */
function promises({ settings }) {
  const line = (what, read) => [what, ...settings.map((setting) => read(byName(setting)))];
  return [
    line("start, of convict in CommonJS (wanted: 1/6)", (rows) => part(rows.convict)),
    line("start, of convict in a module (wanted: 1/6)", (rows) => part(rows["convict-esm"])),
    line("start, of zod (wanted: 1/18)", (rows) => part(rows.zod)),
    line(
      "what Node.js takes of it for the same with nothing in it",
      (rows) => `${Math.round(100 * rows["empty-packages"]["CPU / veltrix"])} %`,
    ),
    line("whole process until ready, of `node -e 0` (wanted: 1.2)", (rows) => rows.veltrix["process / node -e 0"].toFixed(2)),
  ];
}

function others({ settings: [alone], reads, live, packageBytes, emittedBytes }) {
  const read = reads.find(({ name }) => name === "veltrix")["read / property"];
  return [
    ["read of a value, of a `Live`, of a plain property (wanted: 2)", `${read}, ${live}`],
    ["memory over bare Node.js", `${byName(alone).veltrix["MB over Node"]} MB`],
    [
      "the package, unpacked (wanted: 100 kB); emitted for 40 keys and read by a service (24 kB)",
      `${kB(packageBytes)}; ${kB(emittedBytes)}`,
    ],
  ];
}
const kB = (bytes) => `${(bytes / 1e3).toFixed(0)} kB`;

function printPage(result) {
  const { node, runs, settings } = result;
  const names = settings.map(({ name }) => name);
  const cell = (row) => `${row["CPU ms"].toFixed(1)}; ${row["best wall ms"].toFixed(1)}`;
  const starts = contenders.map((name) => [words[name] ?? name, ...settings.map((setting) => cell(byName(setting)[name]))]);
  const whys = settings.map(({ name, why }) => `- **${name}**: ${why}.`).join("\n");
  return `Node.js ${node}, ${runs} fresh processes each, in turn: \`npm run build && node tools/bench-runtime/run.mjs --write\`. A start is
the time from just before the import until a value is read. Ratios are of median CPU times: other work on the machine
adds to wall-clock time, by a different amount for each contender. Each setting is the same for all:

${whys}

${table(["40 keys", ...names], promises(result))}

${table(["start: median CPU ms; best wall ms", ...names], starts)}

${table(["what", "result"], others(result))}`;
}

function printSummary(result) {
  const names = result.settings.map(({ name }) => name);
  return `\`npm run build && node tools/bench-runtime/run.mjs\`, with 40 keys:

${table(["", ...names], promises(result))}

${table(["what", "result"], others(result))}`;
}
