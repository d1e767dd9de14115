// The three services that a start is measured in, and how each contender gets into them.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { OTHER, work } from "./workspace.mjs";

const folder = join(work, "contenders");
const files = Object.fromEntries(readdirSync(folder).map((file) => [file.replace(/\.[cm]js$/, ""), file]));
/** Names of all contenders. */
export const contenders = Object.keys(files);

/** The script in the module system of a contender. */
const script = (name, kind) => join(work, `${kind}.${files[name].split(".").at(-1)}`);

/** Each with its name, why it is measured, and the arguments of a process that starts a contender in it. */
export const settings = [
  {
    name: "nothing else imported",
    why: "the library is the first thing that the process imports, so it also pays for what Node.js sets up once, when it first resolves a package name and first runs `import()`",
    args: (name) => [script(name, "start"), join(folder, files[name])],
  },
  {
    name: "another package imported before",
    why: "one empty package with an `exports` map is imported by name before the clock starts, the same for all, so what remains is what the library adds to a service that imports anything at all",
    args: (name) => [script(name, "start"), join(folder, files[name]), OTHER],
  },
  {
    name: "one bundled file",
    why: "esbuild bundles the service and the library into one file, with the same options for all, as many services are shipped: nothing is left to resolve, and everything the library may ever need is compiled",
    args: (name) => [script(name, "start"), join(work, "bundles", files[name])],
  },
];

/** The arguments of a process that measures reads. */
export const readArgs = (name) => [join(work, "read.mjs"), join(folder, files[name])];

/** Bundles every contender into one file, in the module system of its service. Returns the bytes of each. */
export function makeBundles() {
  const esbuild = join(dirname(createRequire(import.meta.url).resolve("esbuild/package.json")), "bin", "esbuild");
  const bytes = {};
  for (const name of contenders) {
    const isModule = files[name].endsWith(".mjs");
    const outfile = join(work, "bundles", files[name]);
    const options = [
      "--bundle",
      "--minify",
      "--platform=node",
      "--target=node20",
      "--log-level=error",
      `--format=${isModule ? "esm" : "cjs"}`,
    ];
    execFileSync(esbuild, [join(folder, files[name]), ...options, `--outfile=${outfile}`], { stdio: "inherit" });
    let text = readFileSync(outfile, "utf8");
    // A CommonJS library in a module asks for Node's modules by a `require` that no module has: without this line it does not start.
    if (isModule && text.includes("Dynamic require of")) {
      text = `import{createRequire as nodeRequire}from"node:module";const require=nodeRequire(import.meta.url);\n${text}`;
      writeFileSync(outfile, text);
    }
    bytes[name] = Buffer.byteLength(text);
  }
  return bytes;
}
