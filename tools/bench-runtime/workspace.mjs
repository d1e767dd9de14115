// A workspace with one service of 40 keys, as every contender reads them: eight sections of five keys.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
// Where the tools of this repository do not look for sources: what is written here names packages that exist nowhere else.
export const work = join(here, "node_modules", ".cache", "bench");
/** A module of the package that a service has imported before. */
export const OTHER = "other/part";
export const sections = ["http", "mqtt", "store", "cache", "queue", "auth", "metrics", "jobs"];
export const levels = ["debug", "info", "warn", "error"];

/** The values of all sections. */
export function makeValues() {
  return Object.fromEntries(
    sections.map((name, index) => [
      name,
      {
        host: `${name}.internal.example`,
        port: 8_000 + index,
        enabled: index % 2 === 0,
        level: levels[index % 4],
        ratio: 0.25 + index / 100,
      },
    ]),
  );
}

const section = {
  type: "object",
  additionalProperties: false,
  required: ["host", "port", "enabled", "level", "ratio"],
  properties: {
    host: { type: "string", description: "Host name.", minLength: 1 },
    port: { type: "integer", description: "Port.", minimum: 1, maximum: 65_535 },
    enabled: { type: "boolean", description: "Whether it is used." },
    level: { type: "string", description: "Level of its log.", enum: levels },
    ratio: { type: "number", description: "Share.", minimum: 0, maximum: 1 },
  },
};

/** Builds the workspace with the real compiler and writes the mounted folder. Returns the variables of a process. */
export function makeWorkspace() {
  rmSync(work, { recursive: true, force: true });
  const schemas = join(work, "schemas");
  mkdirSync(join(schemas, "bench", "values"), { recursive: true });
  // As a kubelet mounts it: the files are behind a link that a new version replaces.
  const version = join(work, "config", "..2026_01_01");
  mkdirSync(version, { recursive: true });
  symlinkSync("..2026_01_01", join(work, "config", "..data"));
  const values = makeValues();
  const contract = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Bench",
    description: "Forty keys.",
    "x-veltrix": { version: "1.0.0", owner: "bench" },
    type: "object",
    additionalProperties: false,
    required: sections,
    properties: Object.fromEntries(
      sections.map((name) => [name, { ...section, description: `Section ${name}.`, ...(name === "jobs" ? { "x-reload": "hot" } : {}) }]),
    ),
  };
  writeFileSync(
    join(schemas, "veltrix.yaml"),
    'environments:\n  prod: { namespace: bench, production: true }\noutputs: { package: "@veltrix/bench-generated", targets: [kubectl] }\n',
  );
  writeFileSync(join(schemas, "bench", "config.schema.json"), JSON.stringify(contract, undefined, 2));
  // JSON is YAML.
  writeFileSync(join(schemas, "bench", "values", "base.yaml"), `${JSON.stringify(values, undefined, 2)}\n`);
  execFileSync(process.execPath, [join(here, "..", "..", "packages", "cli", "bin", "veltrix.js"), "build", "--workspace", work], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const prints = JSON.parse(readFileSync(join(work, "generated", "bench", "fingerprints.json"), "utf8"));
  const { environments, format, service, contract: hash, contractVersion } = prints;
  const configText = `${JSON.stringify(values, sortedReplacer, 2)}\n`;
  writeFileSync(join(version, "config.json"), configText);
  writeFileSync(
    join(version, "veltrix.json"),
    `${JSON.stringify({ format, service, environment: "prod", contract: hash, contractVersion, ...environments.prod }, undefined, 2)}\n`,
  );
  mkdirSync(join(work, "node-config"));
  writeFileSync(join(work, "node-config", "default.json"), configText);
  makePackages();
  return {
    VELTRIX_SOURCE: "dir",
    VELTRIX_ENVIRONMENT: "prod",
    VELTRIX_CONFIG_DIR: join(work, "config"),
    NODE_CONFIG_DIR: join(work, "node-config"),
    BENCH_CONFIG: join(work, "config", "..data", "config.json"),
    ...flatten(values),
  };
}

const own = {
  veltrix: [
    'import { loadConfig } from "@veltrix/bench-generated/bench";',
    "const { config } = await loadConfig();",
    "export const port = () => config.http.port;",
    "export const live = () => config.jobs.current.port;",
  ],
  // What Node.js itself takes for two packages of the shape that a service imports, with nothing in them.
  "empty-packages": ['export { port } from "@veltrix/empty-generated/bench";'],
};

/** The contenders, and packages that they import by name: the generated one, and two empty ones of the same shape. */
function makePackages() {
  cpSync(join(here, "contenders"), join(work, "contenders"), { recursive: true });
  // The other package is there for a script in this workspace.
  for (const script of ["start.mjs", "start.cjs", "read.mjs"]) cpSync(join(here, script), join(work, script));
  // Written here, as the packages they name exist in this workspace alone.
  for (const [name, lines] of Object.entries(own))
    writeFileSync(join(work, "contenders", `${name}.mjs`), lines.map((line) => `${line}\n`).join(""));
  const scope = join(work, "node_modules", "@veltrix");
  mkdirSync(scope, { recursive: true });
  const generated = JSON.parse(readFileSync(join(here, "..", "..", "generated", "package.json"), "utf8"));
  const { type, exports } = generated;
  const writePackage = (folder, contents, files) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ version: "0.0.0", type, ...contents }, undefined, 2));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  };
  writePackage(join(work, "generated"), { name: "@veltrix/bench-generated", exports }, {});
  symlinkSync(join(work, "generated"), join(scope, "bench-generated"));
  writePackage(
    join(scope, "empty-generated"),
    { name: "@veltrix/empty-generated", exports },
    {
      "bench/index.js":
        'import { nothing } from "@veltrix/empty-runtime";\nimport "./validate.js";\nexport const port = () => 8_000 + nothing;\n',
      "bench/validate.js": "",
    },
  );
  // What a service imports before: by name, through a pattern of an `exports` map, in both module systems.
  writePackage(
    join(work, "node_modules", "other"),
    { name: "other", exports: { "./*": { import: "./*.mjs", require: "./*.cjs" } } },
    { "part.mjs": "", "part.cjs": "" },
  );
  const runtime = JSON.parse(readFileSync(join(here, "..", "..", "packages", "runtime", "package.json"), "utf8"));
  writePackage(
    join(scope, "empty-runtime"),
    { name: "@veltrix/empty-runtime", exports: runtime.exports },
    {
      "dist/index.js": "export const nothing = 0;\n",
    },
  );
}

function sortedReplacer(_key, value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function flatten(values) {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, keys]) =>
      Object.entries(keys).map(([key, value]) => [`${name}_${key}`.toUpperCase(), String(value)]),
    ),
  );
}
