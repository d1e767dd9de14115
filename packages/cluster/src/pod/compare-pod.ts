// All that our projection puts into a pod template against what is live: volumes, mounts, variables, and in which container.
// What the API server fills in, and what others add that does not touch ours, is no drift.
import { isJsonObject, type JsonObject } from "@veltrix/protocol";
import type { ExpectedPod, ExpectedService } from "@veltrix/protocol/kubernetes";
import type { Step } from "../managed-fields.ts";
import { chooseContainer, countParts, type LocatedContainer } from "./choose-container.ts";
import { compareEnv, compareOtherEnv } from "./compare-env.ts";
import { compareMounts } from "./compare-mounts.ts";
import { compareVolumes } from "./compare-volumes.ts";
import { readerOf } from "./file-modes.ts";
import { type Difference, listAt, textAt } from "./pod-findings.ts";

/** A pod template as it is live. */
export interface LivePod {
  readonly spec: unknown;
  /** That of the template's spec. */
  readonly path: readonly Step[];
  /** False where the template has no annotation of ours: with none of our parts it is not ours yet, and the annotation says so. */
  readonly isOurs: boolean;
}

/** Tells every part of ours that is not as it was built. */
export function comparePod(
  service: ExpectedService,
  pod: ExpectedPod,
  { spec: live, path, isOurs }: LivePod,
  found: (difference: Difference) => void,
): void {
  const spec = isJsonObject(live) ? live : {};
  const { own, others } = chooseContainer(pod, spec);
  for (const { container, ...where } of others) compareOtherEnv(container, { service, pod, found, path: pathOf(path, where) });
  const parts = own === undefined ? 0 : countParts(pod, own.container);
  if (parts === 0 && !hasVolumes(pod, spec) && (pod.volumes.length > 0 || pod.env.length > 0)) {
    // Of containers that are all bare, only the one with the service's name is known to be meant.
    const at = own?.name === pod.container ? pathOf(path, own) : [...path, "containers"];
    if (isOurs) found({ kind: "missing", path: at, note: "it has none of our volumes, mounts and variables" });
    return;
  }
  const reader = readerOf(spec, own?.container ?? {});
  compareVolumes(pod.volumes, spec, { found, reader }, path);
  if (own === undefined) return;
  const at = pathOf(path, own);
  compareMounts(pod.volumeMounts, own.container, found, at);
  compareEnv(own.container, { service, pod, found, path: at });
}

function hasVolumes({ volumes }: ExpectedPod, spec: JsonObject): boolean {
  const names = new Set(volumes.map((volume) => textAt(volume, "name")));
  return listAt(spec, "volumes").some((volume) => names.has(textAt(volume, "name")));
}

function pathOf(path: readonly Step[], { list, name }: Omit<LocatedContainer, "container">): readonly Step[] {
  return [...path, list, { key: "name", value: name }];
}
