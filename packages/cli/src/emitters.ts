// What a build writes, in the order in which it is written, and the one place that names our emitters. They are loaded
// late: only a build needs them.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type CompileOptions, type Emitter, type EmitterOptions, outputNames, OUTPUTS } from "@veltrix/compiler";
import { kubernetesOptions } from "@veltrix/kubernetes/options";

const ours: readonly { readonly options: EmitterOptions; readonly load: () => Promise<Emitter> }[] = [
  { options: { name: "typescript" }, load: async () => (await import("@veltrix/emit-typescript")).typescriptEmitter },
  { options: kubernetesOptions, load: async () => (await import("@veltrix/kubernetes")).kubernetesEmitter },
];

/** How a command that builds nothing compiles: only a build knows the emitters of others. */
export const knownEmitters: Pick<CompileOptions, "emitters" | "others"> = { emitters: ours.map(({ options }) => options), others: true };

/** The emitters of every build. */
export async function loadEmitters(): Promise<readonly Emitter[]> {
  return await Promise.all(ours.map(({ load }) => load()));
}

/** The emitters of a build, or why there are none, for a person. */
export type LoadedEmitters =
  | { readonly kind: "loaded"; readonly emitters: readonly Emitter[] }
  | { readonly kind: "refused"; readonly detail: string };

/**
 * Our emitters, and those that packages of others export. Only the command line names packages: what stands in a file of
 * the workspace never makes a build run code. A package is found as a module in the folder `root` would find it.
 * Refused where a package cannot be found, or does not export exactly one emitter. What it throws when it is loaded is thrown.
 */
export async function loadAllEmitters(root: string, packages: readonly string[]): Promise<LoadedEmitters> {
  const emitters = [...(await loadEmitters())];
  for (const name of packages) {
    const file = findEntry(root, name);
    if (file === undefined) return refuse(name, `the package cannot be found from ${root}`);
    const exported: { readonly [name: string]: unknown } = await import(pathToFileURL(file).href);
    const [emitter, ...more] = [...new Set(Object.values(exported))].filter(isEmitter);
    if (emitter === undefined || more.length > 0) return refuse(name, "the package does not export exactly one emitter");
    if (emitters.some((known) => known.name === emitter.name)) return refuse(name, `there is already an emitter called ${emitter.name}`);
    const taken = new Set([...OUTPUTS, ...emitters.flatMap(outputNames)]);
    const twice = outputNames(emitter).find((output) => taken.has(output));
    if (twice !== undefined) return refuse(name, `outputs.${twice} already belongs to another emitter`);
    emitters.push(emitter);
  }
  return { kind: "loaded", emitters };
}

function refuse(name: string, reason: string): LoadedEmitters {
  return { kind: "refused", detail: `--emitter ${name}: ${reason}` };
}

/** The file that `import` would load for a package, or for a path that begins with a dot. */
function findEntry(root: string, name: string): string | undefined {
  const require = createRequire(join(root, "package.json"));
  try {
    return require.resolve(name);
  } catch {
    // A package for `import` alone, or none at all.
  }
  for (const folder of name.startsWith(".") ? [] : (require.resolve.paths(name) ?? [])) {
    const manifest = join(folder, name, "package.json");
    try {
      const { exports } = require(manifest) as { readonly exports?: unknown };
      const entry = conditionOf(exports);
      if (entry !== undefined) return join(dirname(manifest), entry);
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

function conditionOf(exports: unknown): string | undefined {
  if (typeof exports === "string") return exports;
  if (typeof exports !== "object" || exports === null) return undefined;
  // Any object can be asked for members that it may not have.
  const conditions = exports as { readonly [name: string]: unknown };
  return conditionOf(conditions["."] ?? conditions["import"] ?? conditions["node"] ?? conditions["default"]);
}

function isEmitter(value: unknown): value is Emitter {
  return (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    typeof value.name === "string" &&
    "emit" in value &&
    typeof value.emit === "function"
  );
}
