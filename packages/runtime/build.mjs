// Bundles the runtime: a start loads one file instead of twenty, which is most of what a start costs. What
// is imported late stays a file of its own. Types come from tsc.
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(fileURLToPath(import.meta.url));
const late = ["follow", "inspect", "late-io", "overrides", "sources/env"];

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

await build({
  entryPoints: ["index", ...late].map((name) => ({
    in: join(root, "src", `${name}.ts`),
    out: name.replace("/", "-"),
  })),
  outdir: process.argv[2] ?? join(root, "dist"),
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
});
