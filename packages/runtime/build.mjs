// Bundles the runtime into few files: a start loads one of them instead of twenty, which is most of what a start costs.
// They stand in layers: each takes what an earlier one holds from there, so that nothing is in the package twice.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { writeTypes } from "./build-types.mjs";

const root = dirname(fileURLToPath(import.meta.url));
const src = join(root, "src");
const outdir = process.argv[2] ?? join(root, "dist");
/** Sub-exports. Nothing of them is loaded by a start. */
const open = ["client", "metrics", "http"];
/** Each file and the modules that are imported from it, late or by their sub-export. */
const layers = {
  index: ["index"],
  // What a start needs when not everything is plainly in order.
  load: ["start/load", "mount/blocking-io", "held/overrides", "sources/dir/delivered-files", "sources/env/env-source"],
  // What comes after ready, with node:crypto.
  follow: ["follow/follower", "drift/compare-delivered", "drift/inspect-proof", "mount/waiting-io"],
  server: ["sources/server/server-source"],
  ...Object.fromEntries(open.map((name) => [name, [name]])),
};
const fileOf = new Map(Object.entries(layers).flatMap(([file, modules]) => modules.map((name) => [name, file])));

const options = {
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  conditions: ["veltrix:source"],
  legalComments: "none",
  // Half the size, and less to parse at a start. Errors of ours carry codes; nobody reads our stack traces.
  minify: true,
  absWorkingDir: root,
  // A field that its constructor sets needs no declaration at run time.
  tsconfigRaw: { compilerOptions: { target: "es2023", useDefineForClassFields: false } },
};

/** Keeps `import()` of our own modules as an import of the file that holds them. */
const keepLate = {
  name: "keep-late",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\// }, ({ kind, path, resolveDir }) => {
      if (kind !== "dynamic-import") return undefined;
      const name = relative(src, join(resolveDir, path)).replace(/\.ts$/, "");
      if (!fileOf.has(name)) return { errors: [{ text: `${name} is imported late: add it to a file in build.mjs` }] };
      return { path: `./${fileOf.get(name)}.js`, external: true };
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

/** The modules of ours that some others are made of. */
async function inputsOf(modules) {
  const entryPoints = modules.map((name) => join(src, `${name}.ts`));
  const { metafile } = await build({ ...options, entryPoints, outdir, plugins: [keepLate, takeBuiltins], write: false, metafile: true });
  return Object.keys(metafile.inputs)
    .map((path) => join(root, path))
    .filter((path) => path.startsWith(`${src}/`));
}

/** What a module imports or exports again: from which module, and the names of values. */
async function importsOf(module) {
  const text = await readFile(module, "utf8");
  return [...text.matchAll(/^(?:import|export) \{([^}]*)\} from "([^"]+)";/gm)].map(([, names, from]) => ({
    from: from.startsWith(".") ? join(dirname(module), from) : from.startsWith(PROTOCOL) ? protocolModule(from) : from,
    names: names
      .split(",")
      .map((name) => name.trim().replace(/ as .*/, ""))
      .filter((name) => name !== "" && !name.startsWith("type ")),
  }));
}

const PROTOCOL = "@veltrix/protocol";
const protocol = join(root, "..", "protocol", "src");
const protocolModule = (from) => join(protocol, `${from.slice(PROTOCOL.length + 1) || "index"}.ts`);
/**
 * Which file holds what, and where each name comes from. A module of ours is held as a whole; of the protocol, which is
 * pure functions, each name for itself.
 */
async function plan() {
  const holder = new Map();
  const origin = new Map();
  const note = (from, name) => {
    const known = origin.get(name);
    // The protocol's index exports again what its modules do.
    if (known !== undefined && known !== from && !(known.startsWith(protocol) && from.startsWith(protocol)))
      throw new Error(`two modules export ${name}: ${known} and ${from}`);
    origin.set(name, from);
  };
  for (const [file, modules] of Object.entries(layers)) {
    const own = (await inputsOf(modules)).filter((path) => !holder.has(path));
    for (const path of own) holder.set(path, file);
    for (const path of own) {
      for (const { from, names } of await importsOf(path)) {
        for (const name of names) {
          note(from, name);
          if (from.startsWith(protocol) && !holder.has(name)) holder.set(name, file);
        }
      }
    }
  }
  for (const file of (await readdir(protocol)).filter((name) => /^[a-z]+\.ts$/.test(name)))
    for (const { from, names } of await importsOf(join(protocol, file))) for (const name of names) note(from, name);
  return { holder, origin };
}

/** Takes from earlier files what they hold. */
const takeFromEarlier = (file, { holder, origin }) => ({
  name: "take-from-earlier",
  setup({ onResolve, onLoad }) {
    const order = Object.keys(layers);
    const isEarlier = (held) => held !== undefined && order.indexOf(held) < order.indexOf(file);
    const outside = (held) => ({ path: `./${held}.js`, external: true, sideEffects: false });
    onResolve({ filter: /^held:/ }, ({ path }) => outside(path.slice("held:".length)));
    onResolve({ filter: /^(\.|@veltrix\/protocol)/ }, ({ kind, path, resolveDir, namespace }) => {
      if (kind !== "import-statement" || namespace === "protocol") return undefined;
      const target = path.startsWith(PROTOCOL) ? protocolModule(path) : join(resolveDir, path);
      if (target.startsWith(protocol)) return { path: target, namespace: "protocol", sideEffects: false };
      return isEarlier(holder.get(target)) ? outside(holder.get(target)) : undefined;
    });
    // Each name from the file that holds it, or from the module itself.
    onLoad({ filter: /.*/, namespace: "protocol" }, async ({ path }) => {
      const names = (await exportsOf(path)).filter((name) => origin.has(name));
      const whence = (name) => (isEarlier(holder.get(name)) ? `held:${holder.get(name)}` : path);
      return { contents: names.map((name) => `export { ${name} } from ${JSON.stringify(whence(name))};`).join("\n"), resolveDir: protocol };
    });
  },
});

/** Names of values that a module of the protocol exports. */
async function exportsOf(module) {
  const declared = [...(await readFile(module, "utf8")).matchAll(/^export (?:const|class|function) (\w+)/gm)].map(([, name]) => name);
  const passed = (await importsOf(module)).flatMap(({ names }) => (module.endsWith("index.ts") ? names : []));
  return [...declared, ...passed];
}

/** One import of each file instead of one of each name; and what is taken of each. */
function joinImports(bundled) {
  const lists = new Map();
  const rest = bundled.replaceAll(/import\{([^}]*)\}from"\.\/(\w+)\.js";/g, (_, list, from) => {
    lists.set(from, [...(lists.get(from) ?? []), ...list.split(",")]);
    return "";
  });
  const text = [...lists].map(([from, list]) => `import{${list.join(",")}}from"./${from}.js";`).join("") + rest;
  return { text, taken: [...lists].map(([from, list]) => [from, list.map((item) => item.replace(/ as .*/, ""))]) };
}

await mkdir(outdir, { recursive: true });
for (const name of await readdir(outdir)) {
  if (name.endsWith(".js") || name.endsWith(".d.ts")) await rm(join(outdir, name));
}
const planned = await plan();
const wanted = Object.fromEntries(Object.keys(layers).map((file) => [file, new Set()]));
// The last first: what it takes of the others is what they have to export.
for (const [file, modules] of Object.entries(layers).toReversed()) {
  const contents = [
    ...modules.map((name) => `export * from "./src/${name}.ts";`),
    ...[...wanted[file]].map((name) => `export { ${name} } from ${JSON.stringify(planned.origin.get(name))};`),
  ];
  const { outputFiles } = await build({
    ...options,
    stdin: { contents: contents.join("\n"), resolveDir: root, sourcefile: `${file}.ts` },
    write: false,
    plugins: [keepLate, takeFromEarlier(file, planned), takeBuiltins],
  });
  const { text, taken } = joinImports(outputFiles[0].text);
  for (const [from, names] of taken) for (const name of names) wanted[from].add(name);
  await writeFile(join(outdir, `${file}.js`), text);
}
// tsc wrote the declarations of the two packages beside each other.
const dist = process.argv[3] ?? join(root, "dist");
await writeTypes({ "": join(dist, ".types"), protocol: join(dist, "..", "..", "protocol", "dist") }, ["index", ...open], outdir);
