// Peer B2, second step: one script that compiles every contract to a standalone validator. Argument: the prepared folder.
import { Ajv2020 } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import formats from "ajv-formats";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2] ?? "";
const ajv = new Ajv2020({ allErrors: true, code: { source: true, esm: true } });
formats.default(ajv);
mkdirSync(join(folder, "validators"), { recursive: true });
for (const name of readdirSync(join(folder, "schemas"))) {
  const validate = ajv.compile(JSON.parse(readFileSync(join(folder, "schemas", name), "utf8")) as object);
  writeFileSync(join(folder, "validators", name.replace(/json$/, "js")), standalone.default(ajv, validate));
}
