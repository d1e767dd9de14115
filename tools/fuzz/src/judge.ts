// One case: a workspace through the compiler and the emitters. What comes of it is a verdict, or a fault of ours.
import { compile, emitAll, type Emitter, type GeneratedFile, MemoryHost } from "@veltrix/compiler";
import { kubernetesEmitter } from "@veltrix/emit-kubernetes";
import { typescriptEmitter } from "@veltrix/emit-typescript";
import { Project, ScriptTarget } from "ts-morph";

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

const project = new Project({ useInMemoryFileSystem: true, compilerOptions: { allowJs: true, target: ScriptTarget.ES2022 } });

/** Runs a case. Never throws for what the code under test does. */
export async function judge(files: { readonly [path: string]: string | Uint8Array }): Promise<Verdict> {
  const before = prototypeNames();
  const faults: string[] = [];
  let isAccepted = false;
  try {
    const { model, diagnostics } = compile(new MemoryHost(files));
    isAccepted = model !== undefined;
    if (!isAccepted && !diagnostics.some(({ severity }) => severity === "error")) faults.push("no model, and no error");
    for (const { code, message } of diagnostics) if (code.startsWith("VX9")) faults.push(`${code} ${message}`);
    if (model !== undefined)
      for (const emitter of [typescriptEmitter, kubernetesEmitter] as readonly Emitter[])
        if (!(emitter.check?.(model) ?? []).some(({ severity }) => severity === "error"))
          for (const file of (await emitAll(emitter, model)).files) faults.push(...inspect(file));
  } catch (error) {
    faults.push(`threw ${error instanceof Error ? (error.stack ?? error.message).split("\n").slice(0, 4).join(" ") : String(error)}`);
  }
  if (prototypeNames() !== before) faults.push("the prototype of Object is polluted");
  return { isAccepted, faults };
}

function prototypeNames(): string {
  return Object.getOwnPropertyNames(Object.prototype).sort().join();
}

function inspect({ path, contents }: GeneratedFile): readonly string[] {
  const faults: string[] = [];
  if (path.startsWith("/") || path.split("/").includes("..")) faults.push(`writes outside: ${path}`);
  const extension = Object.keys(STATEMENTS).find((end) => path.endsWith(end));
  if (extension === undefined) return faults;
  const source = project.createSourceFile(`/case${extension}`, contents, { overwrite: true });
  for (const { messageText } of project.getProgram().compilerObject.getSyntacticDiagnostics(source.compilerNode))
    faults.push(`${path} does not parse: ${String(messageText)}`);
  for (const statement of source.getStatements()) {
    const kind = statement.getKindName();
    if (!(STATEMENTS[extension] ?? []).includes(kind)) faults.push(`${path} holds a ${kind}: ${statement.getText().slice(0, 60)}`);
  }
  const called = /(^|[^\w"'`\\])evil\(\)/m;
  if (called.test(contents))
    for (const call of source.getDescendants())
      if (call.getKindName() === "CallExpression" && call.getText() === "evil()") faults.push(`${path} calls what a contract says`);
  return faults;
}
