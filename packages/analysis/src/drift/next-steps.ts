// What to do about findings of a cluster: one step a hop, in the order in which they were found.
import type { Model } from "@veltrix/compiler";
import { CLUSTER_FOLDER, outputsOf } from "@veltrix/kubernetes";
import { type Hop, hops, type Remedy } from "@veltrix/protocol";
import type { ClusterFinding } from "@veltrix/protocol/kubernetes";

/** What to do about findings of one hop. */
export interface NextStep {
  readonly hop: Hop;
  /** For people. */
  readonly text: string;
}

/** The remedy that the outputs of a workspace allow. */
export function remedyFor(model: Model, environment: string): Remedy {
  const { folder } = model.settings.outputs;
  const { targets } = outputsOf(model);
  // --force-conflicts: a hand edit owns its field until somebody takes it back.
  const command = `kubectl apply --server-side --force-conflicts -k ${folder}/${CLUSTER_FOLDER}/${environment}`;
  return { environment, apply: targets.includes("kustomize") ? command : "apply what `veltrix build` wrote" };
}

/** Each step once. */
export function nextSteps(findings: readonly ClusterFinding[], remedy: Remedy): readonly NextStep[] {
  const steps = new Map<string, NextStep>();
  for (const finding of findings) {
    const step = { hop: finding.hop, text: stepFor(finding, remedy) };
    steps.set(JSON.stringify(step), step);
  }
  return [...steps.values()];
}

/** Names of immutable delivery. */
const IMMUTABLE = /-(?:config|env)-[0-9a-f]{10}$/;

function stepFor({ hop, kind, object, pointer, field }: ClusterFinding, remedy: Remedy): string {
  const isDelivered = object.kind === "ConfigMap" || object.kind === "ExternalSecret";
  if (!isDelivered && kind === "object-missing") return "deploy the workload: it is the team's own";
  if (hop === "overridden") return hops.overridden.advise(remedy);
  // Whatever else is wrong with a workload, its pods have to be rolled.
  if (!isDelivered)
    return hop === "edited-in-cluster"
      ? `undo the edit of the workload: roll it out with our parts in it (Component, chart, veltrix patch --env ${remedy.environment})`
      : hops["restart-pending"].advise(remedy);
  if (kind === "added" && field === undefined && pointer === "") return "delete the object, which no build has there";
  // The server changes no byte of it.
  const isFixed = IMMUTABLE.test(object.name) && kind !== "object-missing";
  return hops[hop].advise(isFixed ? { ...remedy, apply: `delete the immutable object, then ${remedy.apply}` } : remedy);
}
