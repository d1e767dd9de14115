// Who wrote a field, as the API server keeps it: one entry a manager, with the fields that it owns.
import { appendToken } from "@veltrix/protocol";
import type { KubernetesObject, ManagedFields, Writer } from "@veltrix/protocol/kubernetes";

/** A step to a field: a member by its name, or an item of a list by the member that Kubernetes merges the list by. */
export type Step = string | { readonly key: "name" | "mountPath"; readonly value: string };

/** The pointer that a finding says: an item goes by its name, since its index is another one tomorrow. */
export function pointerOf(path: readonly Step[]): string {
  return path.map((step) => (typeof step === "string" ? step : step.value)).reduce(appendToken, "");
}

/** The manager that owns the field at `path`; of several, the one that wrote last. Undefined where nobody does. */
export function writerOf({ metadata }: KubernetesObject, path: readonly Step[]): Writer | undefined {
  const [last] = (metadata.managedFields ?? [])
    .filter((entry) => entry.manager !== undefined && entry.subresource === undefined && owns(entry, path))
    .sort((a, b) => compareTimes(b.time, a.time));
  if (last?.manager === undefined) return undefined;
  const { manager, operation, time } = last;
  return { manager, ...(operation === undefined ? {} : { operation }), ...(time === undefined ? {} : { time }) };
}

function owns({ fieldsV1 }: ManagedFields, path: readonly Step[]): boolean {
  let at: unknown = fieldsV1;
  let isInItem = false;
  for (const step of path) {
    if (typeof at !== "object" || at === null) return false;
    // Inside of an item, what has no members of its own is owned as a whole: references and sources are.
    if (isInItem && Object.keys(at).length === 0) return true;
    const name = typeof step === "string" ? `f:${step}` : `k:${JSON.stringify({ [step.key]: step.value })}`;
    if (!Object.hasOwn(at, name)) return false;
    isInItem ||= typeof step !== "string";
    // A value of a JSON object, and checked at the next step.
    at = (at as { readonly [field: string]: unknown })[name];
  }
  return at !== undefined;
}

function compareTimes(a = "", b = ""): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** True when one write owns both fields: what a tool applies as a whole it owns as a whole. */
export function isOneWriter(object: KubernetesObject, one: readonly Step[], other: readonly Step[]): boolean {
  const [first, second] = [writerOf(object, one), writerOf(object, other)];
  return first !== undefined && first.manager === second?.manager && first.operation === second.operation;
}
