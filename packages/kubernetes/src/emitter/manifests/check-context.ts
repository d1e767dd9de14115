// What all checks of manifests share.
import type { Model } from "@veltrix/compiler";
import type { Location } from "@veltrix/diagnostics";
import type { ManifestDiagnostics } from "./manifest-diagnostics.ts";
import type { KnownObjects, PlacedManifest } from "./known-objects.ts";

/** What all checks of manifests are given. */
export interface CheckContext {
  readonly model: Model;
  readonly known: KnownObjects;
  readonly diagnostics: ManifestDiagnostics;
  /** Services whose Component some kustomization of the manifests uses. */
  readonly components: ReadonlySet<string>;
}

/** A place in a manifest. */
export function locationOf({ file, document }: PlacedManifest, pointer: string, on: "key" | "value" = "value"): Location {
  return { file, document, pointer, on };
}
