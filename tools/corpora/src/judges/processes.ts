// What a service's process says of values: the emitted files, loaded by a process of their own with the runtime as it is
// published, from a mounted folder. A line a value: what was refused, where and by which rule.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { JsonValue } from "@veltrix/protocol";
import { temporaryWorkspace } from "@veltrix/testkit";

const runtime = fileURLToPath(new URL("../../../../packages/runtime", import.meta.url));

/** True where the runtime is compiled. */
export const isRuntimeBuilt: boolean = existsSync(join(runtime, "dist/index.js"));

/** The emitted files of one service by name, and the values that its process is given one after another. */
export interface Emission {
  readonly files: { readonly [name: string]: string };
  readonly values: readonly JsonValue[];
}

const MAIN = `
import { readFileSync, writeFileSync } from "node:fs";
const base = new URL("./", import.meta.url);
const mount = new URL("./mount/", base);
const given = JSON.parse(readFileSync(new URL("./given.json", base), "utf8"));
const variables = { VELTRIX_SOURCE: "dir", VELTRIX_ENVIRONMENT: "dev", VELTRIX_CONFIG_DIR: mount.pathname };
const verdicts = [];
for (const [index, values] of given.entries()) {
  const folder = new URL("./" + index + "/", base);
  const { environments, ...head } = JSON.parse(readFileSync(new URL("fingerprints.json", folder), "utf8"));
  writeFileSync(new URL("veltrix.json", mount), JSON.stringify({ ...head, environment: "dev", ...environments.dev }, undefined, 2) + "\\n");
  const { loadConfig } = await import(new URL("index.js", folder));
  verdicts.push([]);
  for (const value of values) {
    writeFileSync(new URL("config.json", mount), JSON.stringify(value, undefined, 2) + "\\n");
    let verdict = "";
    try {
      const loaded = await loadConfig({ variables });
      await loaded.close();
    } catch (error) {
      verdict = error.name === "ConfigError" ? error.problems.map(({ pointer, rule }) => pointer + " " + rule).join("\\n") : "threw " + error.stack;
    }
    verdicts.at(-1).push(verdict);
  }
}
writeFileSync(new URL("./verdicts.json", base), JSON.stringify(verdicts));
process.exit(0);
`;

/** For each emission, for each of its values: empty where a process took it, else a line for each refusal. */
export function judgeInProcess(emissions: readonly Emission[]): readonly (readonly string[])[] {
  const folder = temporaryWorkspace({ "main.mjs": MAIN, "given.json": JSON.stringify(emissions.map(({ values }) => values)) });
  const link = join(folder.root, "node_modules/@veltrix/runtime");
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(runtime, link);
  mkdirSync(join(folder.root, "mount"));
  for (const [index, { files }] of emissions.entries())
    for (const [name, text] of Object.entries(files)) folder.write(`${index}/${name}`, text);
  folder.write("package.json", '{ "type": "module" }');
  const { status, stderr } = spawnSync(process.execPath, [join(folder.root, "main.mjs")], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "" },
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`the process ended with ${String(status)}: ${stderr.slice(0, 2_000)}`);
  return JSON.parse(folder.read("verdicts.json")) as readonly (readonly string[])[];
}
