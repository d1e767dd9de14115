// The packages of the repository: what each depends on, what it imports of the generated one, and what its turbo task listens to.
import { isJsonArray, isJsonObject } from "@veltrix/protocol";
import type { LookingHost } from "./looking-host.ts";
import { type ParseError, parse } from "jsonc-parser";

/** One package.json of the repository. */
export interface Package {
  /** Folder, relative; empty for the root. */
  readonly folder: string;
  readonly name: string | undefined;
  /** Names and versions, of every kind of dependency. */
  readonly dependencies: { readonly [name: string]: string };
  /** Patterns of `dependencyOutputs` in its turbo.json; undefined where it does not narrow. */
  readonly globs: readonly string[] | undefined;
  /** Services whose generated module its code imports. */
  readonly services: readonly string[];
}

const LEFT_OUT: ReadonlySet<string> = new Set(["node_modules", "dist", "build", "coverage", "fixtures", "schemas"]);
const DEEPEST = 6;
const LARGEST = 1024 * 1024;

/** Every package below the root, but for the generated one. `generated`: that one's name and folder. */
export function readPackages(host: LookingHost, generated: { readonly package: string; readonly folder: string }): readonly Package[] {
  const found: Package[] = [];
  const visit = (folder: string, depth: number): void => {
    const text = readText(host, join(folder, "package.json"));
    if (text !== undefined) found.push(readPackage(host, folder, { text, generated: generated.package }));
    if (depth === DEEPEST) return;
    for (const { name, kind } of host.entriesIn(folder)) {
      const path = join(folder, name);
      if (kind === "folder" && !name.startsWith(".") && !LEFT_OUT.has(name) && path !== generated.folder) visit(path, depth + 1);
    }
  };
  visit("", 0);
  return found;
}

function readPackage(
  host: LookingHost,
  folder: string,
  { text, generated }: { readonly text: string; readonly generated: string },
): Package {
  const manifest = parseObject(text) ?? {};
  const lists = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"].map((list) => manifest[list]);
  const dependencies = Object.fromEntries(
    lists.flatMap((list) => (isJsonObject(list) ? Object.entries(list).map(([name, version]) => [name, String(version)]) : [])),
  );
  const name = manifest["name"];
  const turbo = readText(host, join(folder, "turbo.json"));
  return {
    folder,
    name: typeof name === "string" ? name : undefined,
    dependencies,
    globs: turbo === undefined ? undefined : narrowingGlobs(parseObject(turbo)),
    services: folder === "" ? [] : [...importsOf(host, folder, generated)].sort(),
  };
}

/** The globs of every `{ "mode": "dependencyOutputs" }` among the inputs of a task. */
function narrowingGlobs(turbo: { readonly [name: string]: unknown } | undefined): readonly string[] | undefined {
  const tasks = isJsonObject(turbo?.["tasks"]) ? Object.values(turbo["tasks"]) : [];
  const inputs = tasks.flatMap((task) => (isJsonObject(task) && isJsonArray(task["inputs"]) ? task["inputs"] : []));
  const narrowing = inputs.filter(isJsonObject).filter((input) => input["mode"] === "dependencyOutputs");
  return narrowing.length === 0 ? undefined : narrowing.flatMap(({ globs }) => (Array.isArray(globs) ? globs.map(String) : []));
}

function importsOf(host: LookingHost, folder: string, generated: string): ReadonlySet<string> {
  const services = new Set<string>();
  const module = `["']${generated.replace(/[.*+?^$(){}|[\]\\]/g, "\\$&")}/([a-z][-a-z0-9]*)["']`;
  // Statements begin a line; what a text of the code quotes is no import.
  const pattern = new RegExp(`^[ \\t]*(?:import|export)\\b[^;'"]*${module}|\\b(?:import|require)\\(\\s*${module}`, "gm");
  const visit = (path: string): void => {
    for (const { name, kind } of host.entriesIn(path)) {
      const below = `${path}/${name}`;
      if (name.startsWith(".") || LEFT_OUT.has(name)) continue;
      if (kind === "folder" && readText(host, `${below}/package.json`) === undefined) visit(below);
      else if (/\.[cm]?[jt]sx?$/.test(name))
        for (const [, statement, call = ""] of (readText(host, below) ?? "").matchAll(pattern)) services.add(statement ?? call);
    }
  };
  visit(folder);
  return services;
}

/** The text of a file; undefined when it is not there or cannot be read. */
export function readText(host: LookingHost, path: string): string | undefined {
  const read = host.readFile(path, LARGEST);
  return read.kind === "bytes" ? new TextDecoder().decode(read.bytes) : undefined;
}

/** A JSON object, comments allowed; undefined for anything else. */
export function parseObject(text: string): { readonly [name: string]: unknown } | undefined {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  return errors.length === 0 && isJsonObject(value) ? value : undefined;
}

function join(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}
