// What a build writes, in the order in which it is written. Loaded late: nothing else needs the emitters.
import type { Emitter } from "@veltrix/compiler";

/** The emitters of every build. */
export async function loadEmitters(): Promise<readonly Emitter[]> {
  const [{ typescriptEmitter }, { kubernetesEmitter }] = await Promise.all([
    import("@veltrix/emit-typescript"),
    import("@veltrix/kubernetes"),
  ]);
  return [typescriptEmitter, kubernetesEmitter];
}
