// Stage 5, emit: the model to files, by plug-ins that touch no disk.
import { type Emitter, type GeneratedFile, type PutFile } from "../emitter.ts";
import { optionsOf } from "../check/emitter-options.ts";
import type { Model } from "../model.ts";
import { fileHash, INDEX_FILE, renderIndex } from "./index-file.ts";

/** Hands everything that the emitters make of `model` to `put`, one by one, and returns the index of it all. */
export async function emit(model: Model, emitters: readonly Emitter[], put: PutFile): Promise<GeneratedFile> {
  const hashes = new Map<string, string>();
  for (const emitter of emitters) {
    const putOnce: PutFile = (file) => {
      if (hashes.has(file.path) || file.path === INDEX_FILE)
        throw new Error(`two emitters write ${file.path}, the second is ${emitter.name}`);
      hashes.set(file.path, fileHash(file.contents));
      put(file);
    };
    await emitter.emit(model, putOnce, optionsOf(emitter, model));
  }
  return { path: INDEX_FILE, contents: renderIndex(model, hashes) };
}
