// Bundles the runtime: a start loads one file instead of twenty, which is most of what a start costs. What is
// imported late stays a file of its own, and takes from the start's file whatever that has already.
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { writeTypes } from "./build-types.mjs";

const root = dirname(fileURLToPath(import.meta.url));
const src = join(root, "src");
/** Sub-exports. Nothing of them is loaded by a start. */
const open = ["client", "http", "metrics"];
const late = ["compare", "follow", "inspect", "io", "late-io", "load", "overrides", "sources/delivered", "sources/env", "sources/server"];
const outdir = process.argv[2] ?? join(root, "dist");

const options = {
  outdir,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  conditions: ["veltrix:source"],
  legalComments: "none",
  // Half the size, and less to parse at a start. Errors of ours carry codes; nobody reads our stack traces.
  minify: true,
  absWorkingDir: root,
};
const entry = (name) => ({ in: join(src, `${name}.ts`), out: name.replace("/", "-") });

/** Keeps `import()` of our own modules as an import of the file that is bundled from it. */
const keepLate = {
  name: "keep-late",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\// }, ({ kind, path, resolveDir }) => {
      if (kind !== "dynamic-import") return undefined;
      const name = relative(src, join(resolveDir, path)).replace(/\.ts$/, "");
      if (!late.includes(name)) return { errors: [{ text: `${name} is imported late: add it to the list in build.mjs` }] };
      return { path: `./${name.replace("/", "-")}.js`, external: true };
    });
  },
};

/**
 * Takes modules of Node.js where they are used, as builtin.ts does: bundled into a service's one file, an `import` of one
 * would stand at its top, and node:crypto alone would cost more than the whole start.
 */
const takeBuiltins = {
  name: "take-builtins",
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const taken = text.replaceAll(
        /^import (\w+|\{[^}]*\}) from "(node:[^"]+)";$/gm,
        (_, names, name) => `const ${names.replaceAll(" as ", ": ")} = process.getBuiltinModule("${name}");`,
      );
      return { contents: taken, loader: "ts" };
    });
  },
};

/** Files that a bundle is made of, as absolute paths. */
async function inputsOf(entryPoints) {
  const { metafile } = await build({ ...options, entryPoints, plugins: [keepLate, takeBuiltins], write: false, metafile: true });
  return Object.keys(metafile.inputs).map((path) => join(root, path));
}

/** What the other files import from modules that the start's file holds: name of the module to names. */
async function findShared(start, others) {
  const shared = new Map();
  for (const file of others.filter((path) => !start.has(path))) {
    for (const [, names, from] of (await readFile(file, "utf8")).matchAll(/^(?:import|export) \{([^}]*)\} from "(\.[^"]+)";/gm)) {
      const target = join(dirname(file), from);
      if (!start.has(target)) continue;
      const values = names
        .split(",")
        .map((name) => name.trim().replace(/ as .*/, ""))
        .filter((name) => name !== "" && !name.startsWith("type "));
      shared.set(target, new Set([...(shared.get(target) ?? []), ...values]));
    }
  }
  return shared;
}

/** Takes modules of the start's file from there. */
const takeFromStart = (start) => ({
  name: "take-from-start",
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) =>
      kind === "import-statement" && start.has(join(resolveDir, path)) ? { path: "./index.js", external: true } : undefined,
    );
  },
});

// The names of shared chunks change with their contents: those of the last build would stay.
await mkdir(outdir, { recursive: true });
for (const name of await readdir(outdir)) {
  if (name.endsWith(".js") || name.endsWith(".d.ts") || name === "sources" || name === "server")
    await rm(join(outdir, name), { recursive: true });
}
const entryPoints = [...late, ...open].map(entry);
// The protocol is a few pure functions: both parts have their own copies, so that a start holds only those it calls.
const isOurs = (path) => path.startsWith(`${src}/`);
const start = new Set((await inputsOf([entry("index")])).filter(isOurs));
const shared = await findShared(start, (await inputsOf(entryPoints)).filter(isOurs));
const names = [...shared.values()].flatMap((set) => [...set]);
if (new Set(names).size !== names.length) throw new Error("two modules that are shared export the same name");
const contents = [
  'export * from "./src/index.ts";',
  ...[...shared].map(([module, set]) => `export { ${[...set].join(", ")} } from ${JSON.stringify(module)};`),
];
await build({
  ...options,
  stdin: { contents: contents.join("\n"), resolveDir: root, sourcefile: "index.ts" },
  outfile: join(outdir, "index.js"),
  outdir: undefined,
  plugins: [keepLate, takeBuiltins],
});
await build({
  ...options,
  entryPoints,
  plugins: [keepLate, takeFromStart(start), takeBuiltins],
  splitting: true,
  chunkNames: "late-[hash]",
});
// tsc wrote the declarations of the two packages beside each other.
const dist = process.argv[3] ?? join(root, "dist");
await writeTypes({ "": join(dist, ".types"), protocol: join(dist, "..", "..", "protocol", "dist") }, ["index", ...open], outdir);
