// One case: a workspace through the compiler and the emitters. What comes of it is a verdict, or a fault of ours.
import { build, type FileRead, type FolderEntry, type GeneratedFile, MemoryHost } from "@veltrix/compiler";
import { kubernetesEmitter } from "@veltrix/emit-kubernetes";
import { typescriptEmitter } from "@veltrix/emit-typescript";
import { ts } from "ts-morph";

/** What became of a case. */
export interface Verdict {
  readonly isAccepted: boolean;
  /** What must never happen, in words; empty when all is well. */
  readonly faults: readonly string[];
}

/** The only kinds of statements that stand at the top of a generated file. */
const STATEMENTS: { readonly [extension: string]: readonly string[] } = {
  ".d.ts": ["ImportDeclaration", "InterfaceDeclaration", "FunctionDeclaration", "TypeAliasDeclaration"],
  ".js": ["ImportDeclaration", "VariableStatement", "FunctionDeclaration", "ExportDeclaration", "ExpressionStatement"],
};

/** Runs a case. Never throws for what the code under test does. */
export async function judge(files: { readonly [path: string]: string | Uint8Array }): Promise<Verdict> {
  const before = prototypeNames();
  const faults: string[] = [];
  let isAccepted = false;
  const host = new WatchedHost(files);
  try {
    const { model, diagnostics, written } = await build(host, { emitters: [typescriptEmitter, kubernetesEmitter] });
    isAccepted = model !== undefined && written.length > 0;
    if (!isAccepted && !diagnostics.some(({ severity }) => severity === "error")) faults.push("nothing written, and no error");
    for (const { code, message } of diagnostics) if (code.startsWith("VX9")) faults.push(`${code} ${message}`);
    for (const path of host.paths())
      if (!(path in files)) faults.push(...inspect({ path: path.replace(/^generated\//, ""), contents: host.text(path) ?? "" }));
  } catch (error) {
    faults.push(`threw ${error instanceof Error ? (error.stack ?? error.message).split("\n").slice(0, 4).join(" ") : String(error)}`);
  }
  faults.push(...host.strays);
  if (prototypeNames() !== before) faults.push("the prototype of Object is polluted");
  return { isAccepted, faults };
}

/** A workspace in memory that notes what is read outside of schemas/ and generated/, or written outside of generated/. */
class WatchedHost extends MemoryHost {
  readonly strays: string[] = [];

  override readFile(path: string, limit: number): FileRead {
    this.#expect(["schemas", "generated"], path);
    return super.readFile(path, limit);
  }

  override listFolder(path: string): readonly FolderEntry[] | undefined {
    this.#expect(["schemas", "generated"], path);
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
  if (extension === undefined) return faults;
  const source = ts.createSourceFile(`/case${extension}`, contents, ts.ScriptTarget.ES2022, true);
  // A file that is parsed alone keeps its syntax errors here; no public name leads to them without a whole program.
  const { parseDiagnostics } = source as unknown as { readonly parseDiagnostics: readonly { readonly messageText: unknown }[] };
  for (const { messageText } of parseDiagnostics) faults.push(`${path} does not parse: ${String(messageText)}`);
  for (const statement of source.statements) {
    const kind = kindOf(statement);
    if (!(STATEMENTS[extension] ?? []).includes(kind)) faults.push(`${path} holds a ${kind}: ${statement.getText(source).slice(0, 60)}`);
  }
  if (contents.includes("evil") && callsEvil(source)) faults.push(`${path} calls what a contract says`);
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

function callsEvil(node: ts.Node): boolean {
  if (ts.isCallExpression(node) && /evil/.test(node.expression.getText())) return true;
  return ts.forEachChild(node, callsEvil) ?? false;
}
