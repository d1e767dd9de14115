// Carries a plan out: one object after the other, each only in the version that was judged, and no further than the first failure.
import type { Deleter } from "./delete.ts";

/** A ConfigMap that may go, as it was judged. */
export interface Removable {
  readonly name: string;
  readonly object: { readonly metadata: { readonly uid?: string; readonly resourceVersion?: string } };
}

/** How far it went. */
export interface Pruned {
  readonly deleted: readonly string[];
  /** Why it went no further. */
  readonly stopped?: { readonly what: string; readonly detail: string };
}

/** Deletes what may go. */
export async function deleteRemovable(removable: readonly Removable[], deleter: Deleter, namespace: string): Promise<Pruned> {
  const deleted: string[] = [];
  for (const { name, object } of removable) {
    const { uid, resourceVersion } = object.metadata;
    const stop = (detail: string): Pruned => ({
      deleted,
      stopped: { what: `the ConfigMap \`${name}\` in ${namespace} was not deleted`, detail },
    });
    if (uid === undefined || resourceVersion === undefined) return stop("it says neither its uid nor its version");
    try {
      const deletion = await deleter.deleteConfigMap({ namespace, name, uid, resourceVersion });
      if (deletion.kind === "changed") return stop(`it was changed after it was judged (${deletion.reason})`);
      if (deletion.kind === "deleted") deleted.push(name);
    } catch (error) {
      return stop(error instanceof Error ? error.message : String(error));
    }
  }
  return { deleted };
}
