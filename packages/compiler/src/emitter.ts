// The seam to the emitters: plug-ins that turn the model into files and touch no disk.
import type { Diagnostic } from "@veltrix/diagnostics";
import type { Model } from "./model.ts";

/** One file to write. */
export interface GeneratedFile {
  /** Relative to the generated folder, with `/`. */
  readonly path: string;
  readonly contents: string;
}

/** What an emitter returns. With an error among the diagnostics nothing is written. */
export interface EmitResult {
  readonly files: readonly GeneratedFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A plug-in of the emit stage. */
export interface Emitter {
  /** Unique among the emitters of a build. */
  readonly name: string;
  emit(model: Model): EmitResult | Promise<EmitResult>;
}

/** Declares an emitter. */
export function defineEmitter(emitter: Emitter): Emitter {
  return emitter;
}
