// Peer B3: everything in one process, with every known brake released. Argument: the prepared folder.
import { Ajv2020 } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import formats from "ajv-formats";
import { compile } from "json-schema-to-typescript";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { environments } from "../generate/service.ts";

const folder = process.argv[2] ?? "";
const ajv = new Ajv2020({ allErrors: true, code: { source: true, esm: true } });
formats.default(ajv);
for (const name of readdirSync(join(folder, "schemas"))) await buildService(name.replace(/\.json$/, ""));

async function buildService(id: string): Promise<void> {
  const output = join(folder, "tuned", id);
  mkdirSync(output, { recursive: true });
  const schema = readFileSync(join(folder, "schemas", `${id}.json`), "utf8");
  // json-schema-to-typescript changes the schema it is given.
  const types = await compile(JSON.parse(schema), id, { format: false, ignoreMinAndMaxItems: true });
  writeFileSync(join(output, "types.d.ts"), types);
  const validate = ajv.compile(JSON.parse(schema) as object);
  writeFileSync(join(output, "validate.js"), standalone.default(ajv, validate));
  const base: unknown = readLayer(id, "base");
  for (const environment of environments) {
    const values = merge(base, readLayer(id, environment));
    if (!validate(values)) throw new Error(`${id} in ${environment}: ${ajv.errorsText(validate.errors)}`);
    const labels = { "app.kubernetes.io/name": id, "example.com/environment": environment };
    const data = { "config.json": `${JSON.stringify(values, undefined, 2)}\n` };
    writeFileSync(
      join(output, `${environment}.yaml`),
      stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: `${id}-config`, labels }, data }),
    );
  }
}

function readLayer(id: string, layer: string): unknown {
  return parse(readFileSync(join(folder, "values", id, `${layer}.yaml`), "utf8"));
}

function merge(below: unknown, above: unknown): unknown {
  if (!isObject(below) || !isObject(above)) return above;
  const merged: { [key: string]: unknown } = { ...below };
  for (const [key, value] of Object.entries(above)) merged[key] = key in merged ? merge(merged[key], value) : value;
  return merged;
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
