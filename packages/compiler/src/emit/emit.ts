// Stage 5, emit: the model to files, by plug-ins that touch no disk.
import type { Diagnostic } from "@veltrix/diagnostics";
import type { Emitter, GeneratedFile } from "../emitter.ts";
import type { Model } from "../model.ts";
import { INDEX_FILE, renderIndex } from "./index-file.ts";

/** Everything that the emitters make of `model`, by path, with `index.json` last. */
export async function emit(model: Model, emitters: readonly Emitter[]): Promise<{ readonly value: readonly GeneratedFile[]; readonly diagnostics: readonly Diagnostic[] }> {
  const files = new Map<string, GeneratedFile>();
  const diagnostics: Diagnostic[] = [];
  for (const emitter of emitters) {
    const result = await emitter.emit(model);
    diagnostics.push(...result.diagnostics);
    for (const file of result.files) {
      if (files.has(file.path) || file.path === INDEX_FILE) throw new Error(`two emitters write ${file.path}, the second is ${emitter.name}`);
      files.set(file.path, file);
    }
  }
  const ordered = [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { value: [...ordered, { path: INDEX_FILE, contents: renderIndex(model, ordered) }], diagnostics };
}
