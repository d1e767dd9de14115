// The names of immutable delivery: a ConfigMap is called by what it holds, so another content is another object.
import { hashBytes } from "../fingerprint.ts";
import { canonicalize } from "../json.ts";
import type { ConfigMap } from "./objects.ts";
import { SERVICE_LABEL, type Texts } from "./labels.ts";

/** The ten hex digits that end the name of an immutable object: the same data has the same name. */
export function contentHash(data: Texts): string {
  return hashBytes(canonicalize(data)).slice("v1:sha256:".length).slice(0, 10);
}

/** True for an immutable object that is called as delivery called it, by its service and by exactly this data. */
export function isOldRelease({ metadata, immutable, data = {}, binaryData }: ConfigMap): boolean {
  const service = metadata.labels?.[SERVICE_LABEL];
  if (immutable !== true || service === undefined || binaryData !== undefined) return false;
  if (!metadata.name.startsWith(`${service}-config-`) && !metadata.name.startsWith(`${service}-env-`)) return false;
  try {
    const hash = contentHash(data);
    return metadata.name === `${service}-config-${hash}` || metadata.name === `${service}-env-${hash}`;
  } catch {
    // A lone surrogate: no build wrote it.
    return false;
  }
}
