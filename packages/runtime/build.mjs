// Bundles the runtime, and its declarations, into few files. How many files a start loads is most of what it costs, so
// the layers are written down: a file holds what its modules need and no earlier one holds; the last, all else.
//   node build.mjs [folder to write to, with the declarations of tsc in its .types]
import { readFile, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";

const root = dirname(fileURLToPath(import.meta.url));
const outdir = process.argv[2] ?? join(root, "dist");
const types = join(outdir, ".types");
/** Those of package.json. */
const entries = ["index", "client", "http", "metrics"];
const layers = {
  // All that a start needs which finds everything in order.
  index: "index",
  // What comes after ready, with node:crypto, and what that may need when no more files can be opened.
  follow: ["follow/follower", "mount/waiting-io", "held/explain-refusal", "sources/dir/explain-folder", "held/tell-listener-error"],
  server: "sources/server/open-server",
};

const inputs = (folder, extension) => Object.fromEntries(entries.map((name) => [name, join(folder, `${name}${extension}`)]));

/** The protocol is part of what is published: its modules are read from their own package. */
const takeProtocol = (folder, extension) => ({
  name: "take-protocol",
  resolveId: (id, from) => {
    if (id === "@veltrix/protocol/engine") return join(root, "..", "protocol", folder, `engine/index${extension}`);
    if (id.startsWith("@veltrix/protocol")) return join(root, "..", "protocol", folder, `${id.slice(18) || "index"}${extension}`);
    return id.startsWith(".") ? join(dirname(from), id.replace(/\.ts$/, extension)) : undefined;
  },
});

const options = {
  format: "esm",
  target: "node20.19",
  legalComments: "none",
  // A field that its constructor sets needs no declaration at run time.
  tsconfigRaw: { compilerOptions: { target: "es2023", useDefineForClassFields: false, verbatimModuleSyntax: true } },
};

/**
 * Takes types away, and modules of Node.js where they are used, as builtin.ts does: bundled into a service's one file, an
 * `import` of one would stand at its top, and node:crypto alone would cost more than the whole start.
 */
const compile = {
  name: "compile",
  load: async (path) => {
    const text = await readFile(path, "utf8");
    const taken = text.replaceAll(
      /^import (\w+|\{[^}]*\}) from "(node:[^"]+)";$/gm,
      (_, names, name) => `const ${names.replaceAll(" as ", ": ")} = process.getBuiltinModule("${name}");`,
    );
    return (await transform(taken, { ...options, loader: "ts" })).code;
  },
  // Half the size, and less to parse at a start. Errors of ours carry codes; nobody reads our stack traces.
  renderChunk: async (code) => (await transform(code, { ...options, minify: true })).code,
};

/** The layer of each module, by walking what each layer imports at once. */
function layOut(getModuleInfo) {
  const layerOf = new Map();
  for (const [layer, first] of Object.entries(layers)) {
    const waiting = [first].flat().map((name) => join(root, "src", `${name}.ts`));
    for (const id of waiting) {
      if (layerOf.has(id)) continue;
      layerOf.set(id, layer);
      waiting.push(...getModuleInfo(id).importedIds);
    }
  }
  for (const name of entries) layerOf.set(join(root, "src", `${name}.ts`), name);
  return layerOf;
}

/** Takes the comments of declarations that nobody can import by name. */
function dropInternalComments(text) {
  const exported = new Set(
    [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list]) => list.split(",").map((name) => name.trim().split(" ")[0])),
  );
  // A declaration begins in the first column, or with the comment before it.
  return text.replaceAll(
    /^(?:\/\*\*(?:(?!\*\/)[^])*\*\/\n)?(?:declare )?(?:class|const|function|interface|type) (\w+)(?:(?!^(?:\/\*\*|declare |export |interface |type ))[^])*/gm,
    (block, name) => (exported.has(name) ? block : block.replaceAll(/^[ \t]*\/\*\*(?:(?!\*\/)[^])*\*\/\n/gm, "")),
  );
}

const tabIndent = (text) => text.replaceAll(/^(?: {4})+/gm, (indent) => "\t".repeat(indent.length / 4));

for (const name of await readdir(outdir)) if (/\.(js|d\.ts)$/.test(name)) await rm(join(outdir, name));
let layerOf;
const code = await rollup({
  input: inputs(join(root, "src"), ".ts"),
  plugins: [takeProtocol("src", ".ts"), compile],
  treeshake: { moduleSideEffects: false },
  preserveEntrySignatures: "allow-extension",
});
await code.write({
  dir: outdir,
  chunkFileNames: "[name].js",
  hoistTransitiveImports: false,
  onlyExplicitManualChunks: true,
  manualChunks: (id, { getModuleInfo }) => (layerOf ??= layOut(getModuleInfo)).get(id) ?? "rest",
});
const declarations = await rollup({
  input: inputs(types, ".d.ts"),
  external: /^node:/,
  plugins: [takeProtocol("dist", ".d.ts"), dts(), { name: "shorten", renderChunk: (text) => tabIndent(dropInternalComments(text)) }],
});
await declarations.write({
  dir: outdir,
  entryFileNames: "[name].d.ts",
  chunkFileNames: "[name].d.ts",
  manualChunks: (id) => entries.find((name) => id === join(types, `${name}.d.ts`)) ?? "shared",
});
