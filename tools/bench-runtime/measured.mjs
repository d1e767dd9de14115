// Puts the figures of a run into the runtime's docs/measured.md, between two marks, so that nobody copies them by hand.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const page = fileURLToPath(new URL("../../packages/runtime/docs/measured.md", import.meta.url));
const [begin, end] = ["<!-- measured by tools/bench-runtime -->", "<!-- end of what is measured -->"];

/** Replaces what stands between the marks. */
export async function writeMeasured({ rows, live, packageBytes, emittedBytes, node, runs }) {
  const by = Object.fromEntries(rows.map((row) => [row.name, row]));
  const ratio = (name) => `1/${by[name]["CPU / veltrix"].toFixed(1)}`;
  const own = by.veltrix;
  const lines = [
    ["start of 40 keys, of convict in CommonJS, in ESM", `${ratio("convict")}, ${ratio("convict-esm")}`],
    ["of zod, t3-env, envalid, node-config", ["zod", "t3-env", "envalid", "node-config"].map(ratio).join(", ")],
    [
      "two empty packages of the same shape; a bare JSON.parse",
      `${by["empty-packages"]["CPU / veltrix"]}, ${by["json-parse"]["CPU / veltrix"]} of our start`,
    ],
    [
      "the whole process until ready, of `node -e 0`; of an ESM file that parses JSON",
      `${own["process / node -e 0"]}; ${(own["process / node -e 0"] / by["json-parse-esm"]["process / node -e 0"]).toFixed(2)}`,
    ],
    ["read of a value, of a `Live`, of a plain property", `${own["read / property"]}, ${live}`],
    ["memory over bare Node.js", `${own["MB over Node"]} MB`],
    [
      "the package, unpacked; emitted for 40 keys and read by a service",
      `${(packageBytes / 1e3).toFixed(0)} kB; ${(emittedBytes / 1e3).toFixed(0)} kB`,
    ],
  ];
  const text = await readFile(page, "utf8");
  const [head, rest] = text.split(begin);
  const tail = rest?.split(end)[1];
  if (tail === undefined) throw new Error(`${page} has no marks to write between`);
  const table = ["| what | result |", "| --- | --- |", ...lines.map(([what, figure]) => `| ${what} | ${figure} |`)].join("\n");
  const note = `Node.js ${node}, medians of ${runs} fresh processes each, in turn; a start is CPU time from just before the import to a value read; \`npm run build && node tools/bench-runtime/run.mjs --write\`.`;
  await writeFile(page, `${head}${begin}\n\n${note}\n\n${table}\n\n${end}${tail}`);
}
