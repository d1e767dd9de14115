// Writes a synthetic workspace: what `veltrix build` and its peers are measured on.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fragments } from "./fragments.ts";
import { environments, makeService } from "./service.ts";
import { printYaml } from "./yaml.ts";

const settings = `environments:
  dev: { namespace: iot-dev }
  staging: { namespace: iot-staging }
  prod: { namespace: iot, production: true }
policy:
  defaults: declared
  onDrift: alert
  overrides: allow
outputs:
  package: "@bench/generated"
  targets: [kubectl, kustomize]
`;

/** The files of a workspace of `size` services: path relative to the workspace to text. Always the same for a size. */
export function generateFiles(size: number): ReadonlyMap<string, string> {
  const files = new Map([["schemas/veltrix.yaml", settings]]);
  for (const [name, schema] of Object.entries(fragments)) files.set(`schemas/shared/${name}`, printJson(schema));
  for (let index = 0; index < size; index++) {
    const service = makeService(index);
    const folder = `schemas/${service.id}`;
    files.set(`${folder}/config.schema.json`, printJson(service.contract));
    files.set(`${folder}/values/base.yaml`, printYaml(service.base));
    for (const environment of environments) files.set(`${folder}/values/${environment}.yaml`, printYaml(service.overrides[environment]));
  }
  return files;
}

/** Writes the workspace of `size` services below `root`. */
export function writeWorkspace(root: string, size: number): void {
  writeFiles(root, generateFiles(size));
}

/** Writes `files` below `root`, making the folders. */
export function writeFiles(root: string, files: ReadonlyMap<string, string>): void {
  const made = new Set<string>();
  for (const [path, text] of files) {
    const folder = dirname(join(root, path));
    if (!made.has(folder)) mkdirSync(folder, { recursive: true });
    made.add(folder);
    writeFileSync(join(root, path), text);
  }
}

function printJson(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
