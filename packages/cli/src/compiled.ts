// What the commands that compile share: the model with the texts behind its problems, or the reason why there is none.
import { type Compilation, compile, DiskHost, type Model, type ReadHost } from "@veltrix/compiler";
import type { Diagnostic } from "@veltrix/diagnostics";
import { knownEmitters } from "./emitters.ts";

/** What a compilation has to say, in the form of an outcome. */
export interface CompileOutcome {
  readonly diagnostics: readonly Diagnostic[];
  readonly readText: (file: string) => string | undefined;
}

/** A workspace that compiles, or what is wrong with it. */
export type CompiledWorkspace =
  | { readonly kind: "compiled"; readonly model: Model; readonly outcome: CompileOutcome }
  | { readonly kind: "refused"; readonly outcome: CompileOutcome };

/**
 * Compiles the workspace in memory. `outcome` holds its problems: warnings alone when it compiles. A secret in the clear
 * is refused as in a build, so no command shows one.
 */
export async function compileWorkspace(root: string): Promise<CompiledWorkspace> {
  const host = new DiskHost(root);
  const compilation = compile(host, knownEmitters);
  const outcome = { diagnostics: compilation.diagnostics, readText: textReader(host, compilation) };
  const { model } = compilation;
  return model === undefined ? { kind: "refused", outcome } : { kind: "compiled", model, outcome };
}

const decoder = new TextDecoder();
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/** Texts of the workspace's files: as they were read, else from disk. */
export function textReader(host: ReadHost, { documents }: Compilation): (file: string) => string | undefined {
  return (file) => {
    const document = documents.get(file);
    if (document !== undefined) return document.text;
    const read = host.readFile(file, NO_LIMIT);
    return read.kind === "bytes" ? decoder.decode(read.bytes) : undefined;
  };
}
