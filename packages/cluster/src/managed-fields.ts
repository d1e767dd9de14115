// Who wrote a field, as the API server keeps it: one entry a manager, with the fields that it owns.
import type { KubernetesObject, ManagedFields, Writer } from "@veltrix/protocol/kubernetes";

/** The manager that owns the field at `path`; of several, the one that wrote last. Undefined where nobody does. */
export function writerOf({ metadata }: KubernetesObject, path: readonly string[]): Writer | undefined {
  const [last] = (metadata.managedFields ?? [])
    .filter((entry) => entry.manager !== undefined && entry.subresource === undefined && owns(entry, path))
    .sort((a, b) => compareTimes(b.time, a.time));
  if (last?.manager === undefined) return undefined;
  const { manager, operation, time } = last;
  return { manager, ...(operation === undefined ? {} : { operation }), ...(time === undefined ? {} : { time }) };
}

function owns({ fieldsV1 }: ManagedFields, path: readonly string[]): boolean {
  let at: unknown = fieldsV1;
  for (const step of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, `f:${step}`)) return false;
    // A value of a JSON object, and checked at the next step.
    at = (at as { readonly [field: string]: unknown })[`f:${step}`];
  }
  return at !== undefined;
}

function compareTimes(a = "", b = ""): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** True when one write owns both fields: what a tool applies as a whole it owns as a whole. */
export function isOneWriter(object: KubernetesObject, one: readonly string[], other: readonly string[]): boolean {
  const [first, second] = [writerOf(object, one), writerOf(object, other)];
  return first !== undefined && first.manager === second?.manager && first.operation === second.operation;
}
