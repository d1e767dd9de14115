// Bundles the runtime: a start loads one file instead of twenty, which is most of what a start costs. What
// is imported late stays a file of its own. Types come from tsc.
import { mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(fileURLToPath(import.meta.url));
const late = ["follow", "inspect", "late-io", "overrides", "sources/env", "sources/server"];

/** Keeps `import()` of our own modules as an import of the file that is bundled from it. */
const keepLate = {
  name: "keep-late",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\// }, ({ kind, path, resolveDir }) => {
      if (kind !== "dynamic-import") return undefined;
      const name = relative(join(root, "src"), join(resolveDir, path)).replace(/\.ts$/, "");
      if (!late.includes(name)) return { errors: [{ text: `${name} is imported late: add it to the list in build.mjs` }] };
      return { path: `./${name.replace("/", "-")}.js`, external: true };
    });
  },
};

const outdir = process.argv[2] ?? join(root, "dist");
const options = {
  outdir,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  conditions: ["veltrix:source"],
  legalComments: "none",
  // Names stay: a stack trace is read by people.
  minifyWhitespace: true,
  minifySyntax: true,
  plugins: [keepLate],
};
const entry = (name) => ({ in: join(root, "src", `${name}.ts`), out: name.replace("/", "-") });

// The names of shared chunks change with their contents: those of the last build would stay.
await mkdir(outdir, { recursive: true });
for (const name of await readdir(outdir)) if (name.endsWith(".js")) await rm(join(outdir, name));
await build({ ...options, entryPoints: [entry("index")] });
// What these share is loaded once more beside the start's own copy; they hold functions only, no state.
await build({ ...options, entryPoints: late.map(entry), splitting: true, chunkNames: "late-[hash]" });
