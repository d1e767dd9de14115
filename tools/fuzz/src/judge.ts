// One case: a workspace through the compiler and the emitters. What comes of it is a verdict, or a fault of ours.
import { build, type BuildResult, type FileRead, type FolderRead, type GeneratedFile, MemoryHost, type Model } from "@veltrix/compiler";
import { reportJson, reportPretty } from "@veltrix/diagnostics";
import { kubernetesEmitter } from "@veltrix/kubernetes";
import { typescriptEmitter } from "@veltrix/emit-typescript";
import { hashBytes } from "@veltrix/protocol/fingerprint";
import { ts } from "ts-morph";
import { type Given, inspectSecondBuild, reordered } from "./again.ts";
import { CANARY } from "./features.ts";
import { type Generated, inspectManifests } from "./manifests.ts";
import { Memory } from "./memory.ts";
import { type Feature, reachOf } from "./reach.ts";

/** What became of a case. */
export interface Verdict {
  readonly isAccepted: boolean;
  /** What must never happen, in words; empty when all is well. */
  readonly faults: readonly string[];
  /** What of the product an accepted case has reached. */
  readonly reached: readonly Feature[];
}

const emitters = [typescriptEmitter, kubernetesEmitter];

/** The only kinds of statements that stand at the top of a generated file. */
const STATEMENTS: { readonly [extension: string]: readonly string[] } = {
  ".d.ts": ["ImportDeclaration", "InterfaceDeclaration", "FunctionDeclaration", "TypeAliasDeclaration"],
  ".js": ["ImportDeclaration", "VariableStatement", "FunctionDeclaration", "ExportDeclaration", "ExpressionStatement"],
};

/** Runs a case; `isThorough`: with a second reader, and the builds that must come to the same. Never throws for what the code under test does. */
export async function judge(files: Given, isThorough: boolean): Promise<Verdict> {
  const before = prototypeNames();
  const faults: string[] = [];
  let reached: readonly Feature[] | undefined;
  const host = new WatchedHost(files);
  try {
    const result = await build(host, { emitters });
    const { model, diagnostics, written } = result;
    for (const { code, message } of diagnostics) if (code.startsWith("VX9")) faults.push(`${code} ${message}`);
    faults.push(...inspectReports(result));
    const generated = generatedBy(host, files);
    for (const [path, contents] of generated) faults.push(...inspect({ path, contents }));
    if (model !== undefined && written.length > 0) {
      reached = reachOf(model, Object.keys(files));
      faults.push(...(await inspectAccepted(model, generated, isThorough)));
      if (isThorough) faults.push(...(await inspectAgain(host, files, generated)));
    } else if (!diagnostics.some(({ severity }) => severity === "error")) faults.push("nothing written, and no error");
  } catch (error) {
    faults.push(`threw ${error instanceof Error ? (error.stack ?? error.message).split("\n").slice(0, 4).join(" ") : String(error)}`);
  }
  faults.push(...host.strays);
  if (prototypeNames() !== before) faults.push("the prototype of Object is polluted");
  return { isAccepted: reached !== undefined, faults, reached: reached ?? [] };
}

/** What was written, by its path below the generated folder. */
function generatedBy(host: MemoryHost, files: Given): Generated {
  const paths = host.paths().filter((path) => !(path in files));
  return new Map(paths.map((path) => [path.replace(/^generated\//, ""), host.text(path) ?? ""]));
}

/**
 * A secret that was written in the clear is shown by no report. Where a contract or a file cannot be read, nobody knows
 * which key is one, and no problem of that file says so.
 */
function inspectReports({ diagnostics: all, documents }: BuildResult): readonly string[] {
  const leaking = new Set(all.filter(({ code }) => code === "VX2010").map(({ at }) => at.file));
  const diagnostics = all.filter(({ at }) => leaking.has(at.file));
  const input = { diagnostics, readText: (file: string) => documents.get(file)?.text };
  const reports = { pretty: reportPretty(input), json: reportJson(input) };
  return Object.entries(reports).flatMap(([format, text]) => (text.includes(CANARY) ? [`the ${format} report shows a secret`] : []));
}

async function inspectAccepted(model: Model, generated: Generated, isThorough: boolean): Promise<readonly string[]> {
  const faults = [...(await inspectManifests(model, generated, isThorough)), ...inspectIndex(generated)];
  for (const [path, contents] of generated) if (contents.includes(CANARY)) faults.push(`${path} shows a secret`);
  return faults;
}

/** index.json names every other file, with its hash, and nothing else. */
function inspectIndex(generated: Generated): readonly string[] {
  const { files = {}, services } = JSON.parse(generated.get("index.json") ?? "{}") as {
    readonly files?: { readonly [path: string]: string };
    readonly services: { readonly [id: string]: { readonly files: { readonly [path: string]: string } } };
  };
  const listed = new Map(Object.entries(files));
  for (const [id, entry] of Object.entries(services))
    for (const [path, hash] of Object.entries(entry.files)) listed.set(`${id}/${path}`, hash);
  const wrong = [...generated].filter(([path, contents]) => path !== "index.json" && listed.get(path) !== hashBytes(contents));
  const missing = [...listed.keys()].filter((path) => !generated.has(path));
  return [...wrong.map(([path]) => `index.json is wrong about ${path}`), ...missing.map((path) => `index.json names ${path}`)];
}

async function inspectAgain(host: MemoryHost, files: Given, generated: Generated): Promise<readonly string[]> {
  const faults = [...(await inspectSecondBuild(host, emitters))];
  const changed = reordered(files);
  const other = new MemoryHost(changed);
  await build(other, { emitters });
  const others = generatedBy(other, changed);
  for (const path of new Set([...generated.keys(), ...others.keys()]))
    if (generated.get(path) !== others.get(path)) faults.push(`the order of keys in values changes ${path}`);
  return faults;
}

/** Folders that a build may look at; the empty name is the workspace itself, in which `workloads` are looked for. */
const READABLE = ["", "schemas", "generated", "deploy"];

/** A workspace in memory that notes what is read elsewhere, or written outside of generated/. */
class WatchedHost extends MemoryHost {
  readonly strays: string[] = [];

  override readFile(path: string, limit: number): FileRead {
    this.#expect(READABLE, path);
    return super.readFile(path, limit);
  }

  override listFolder(path: string): FolderRead {
    this.#expect(READABLE, path);
    return super.listFolder(path);
  }

  override replaceFile(path: string, contents: string): void {
    this.#expect(["generated"], path);
    super.replaceFile(path, contents);
  }

  override removeFile(path: string): void {
    this.#expect(["generated"], path);
    super.removeFile(path);
  }

  #expect(folders: readonly string[], path: string): void {
    const [first = "", ...below] = path.split("/");
    if (!folders.includes(first) || below.includes("..")) this.strays.push(`leaves its folders: ${path}`);
  }
}

function prototypeNames(): string {
  return Object.getOwnPropertyNames(Object.prototype).sort().join();
}

function inspect({ path, contents }: GeneratedFile): readonly string[] {
  const faults: string[] = [];
  if (path.startsWith("/") || path.split("/").includes("..")) faults.push(`writes outside: ${path}`);
  const extension = Object.keys(STATEMENTS).find((end) => path.endsWith(end));
  const found = extension === undefined ? [] : (CODE[extension]?.of(contents) ?? []);
  return [...faults, ...found.map((fault) => `${path} ${fault}`)];
}

/** What is wrong with code, by the end of its file's name. */
const CODE: { readonly [extension: string]: Memory<readonly string[]> } = Object.fromEntries(
  Object.entries(STATEMENTS).map(([extension, allowed]) => [extension, new Memory((text) => inspectCode(extension, text, allowed))]),
);

function inspectCode(extension: string, contents: string, allowed: readonly string[]): readonly string[] {
  const source = ts.createSourceFile(`/case${extension}`, contents, ts.ScriptTarget.ES2022);
  // A file that is parsed alone keeps its syntax errors here; no public name leads to them without a whole program.
  const { parseDiagnostics } = source as unknown as { readonly parseDiagnostics: readonly { readonly messageText: unknown }[] };
  const faults = parseDiagnostics.map(({ messageText }) => `does not parse: ${String(messageText)}`);
  for (const statement of source.statements) {
    const kind = kindOf(statement);
    if (!allowed.includes(kind)) faults.push(`holds a ${kind}: ${statement.getText(source).slice(0, 60)}`);
  }
  if (contents.includes("evil") && callsEvil(source, source)) faults.push("calls what a contract says");
  return faults;
}

/** The name of a node's kind; where several names have one number, the first is the node's. */
function kindOf({ kind }: ts.Node): string {
  return KINDS.get(kind) ?? String(kind);
}

const KINDS: ReadonlyMap<ts.SyntaxKind, string> = new Map(
  Object.entries(ts.SyntaxKind)
    .filter((entry): entry is [string, ts.SyntaxKind] => typeof entry[1] === "number")
    .toReversed()
    .map(([name, kind]) => [kind, name]),
);

function callsEvil(node: ts.Node, source: ts.SourceFile): boolean {
  if (ts.isCallExpression(node) && /evil/.test(node.expression.getText(source))) return true;
  return ts.forEachChild(node, (below) => callsEvil(below, source)) ?? false;
}
