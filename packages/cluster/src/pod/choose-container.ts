// Which container our parts were put into. Kustomize and `veltrix patch` take the one that is called like the service;
// a chart's named templates stand wherever a team includes them.
import type { JsonObject } from "@veltrix/protocol";
import type { ExpectedPod } from "@veltrix/protocol/kubernetes";
import { hasVariables } from "./compare-env.ts";
import { listAt, textAt } from "./pod-findings.ts";

/** A container, and the list that it stands in. */
export interface LocatedContainer {
  readonly list: "containers" | "initContainers";
  readonly name: string;
  readonly container: JsonObject;
}

/** The containers of one pod, as one service sees them. */
export interface Containers {
  /** The one that has our parts, or should have them; undefined where the pod has no container. */
  readonly own: LocatedContainer | undefined;
  /** All others, those of services that share the workload left out. */
  readonly others: readonly LocatedContainer[];
}

export function chooseContainer(pod: ExpectedPod, spec: JsonObject): Containers {
  const located = (["containers", "initContainers"] as const).flatMap((list) =>
    listAt(spec, list).map((container) => ({ list, name: textAt(container, "name") ?? "", container })),
  );
  const seen = located.filter(({ name }) => !pod.foreignContainers.includes(name));
  const candidates = seen.filter(({ list }) => list === "containers");
  const named = candidates.find(({ name }) => name === pod.container);
  // A sidecar may mount a volume of ours, and only a process of ours takes its variables. Where services share a workload
  // the variables are of any of them, and the volumes tell.
  const takesParts = pod.foreignContainers.length > 0 ? mountsOf(pod) : hasVariables;
  const takers = candidates.filter(({ container }) => takesParts(container));
  const own = takers.find((each) => each === named) ?? mostOf(pod, takers) ?? named ?? mostOf(pod, candidates);
  return { own, others: seen.filter((each) => each !== own) };
}

/** The one with most of our parts; the first of several. */
function mostOf(pod: ExpectedPod, containers: readonly LocatedContainer[]): LocatedContainer | undefined {
  return containers.toSorted((a, b) => countParts(pod, b.container) - countParts(pod, a.container))[0];
}

function mountsOf({ volumes }: ExpectedPod): (container: JsonObject) => boolean {
  const names = new Set(volumes.map((volume) => textAt(volume, "name")));
  return (container) => listAt(container, "volumeMounts").some((mount) => names.has(textAt(mount, "name")));
}

/** How many parts of ours a container has: mounts of our folders or volumes, and variables of our names. */
export function countParts(pod: ExpectedPod, container: JsonObject): number {
  const folders = new Set(pod.volumeMounts.map((mount) => textAt(mount, "mountPath")));
  const volumes = new Set(pod.volumes.map((volume) => textAt(volume, "name")));
  const variables = new Set(pod.env.map((entry) => textAt(entry, "name")));
  const mounts = listAt(container, "volumeMounts").filter(
    (mount) => volumes.has(textAt(mount, "name")) || folders.has(textAt(mount, "mountPath")),
  );
  return mounts.length + listAt(container, "env").filter((entry) => variables.has(textAt(entry, "name"))).length;
}
