// Processes outside of the cluster, as a file of the user's lists them: `[{ "id", "service", "environment", "root" }]`.
import { isJsonObject, type JsonValue } from "@veltrix/protocol";
import type { HoldingInstance } from "./plan.ts";

/** The instances of one environment, or what is wrong with the list. */
export type ReadInstances =
  | { readonly kind: "instances"; readonly instances: readonly HoldingInstance[] }
  | { readonly kind: "unusable"; readonly detail: string };

/** Takes the instances of `environment` from the parsed file. */
export function readInstances(value: JsonValue, environment: string): ReadInstances {
  if (!Array.isArray(value)) return { kind: "unusable", detail: "is not a list of instances" };
  const items: readonly JsonValue[] = value;
  const instances: HoldingInstance[] = [];
  for (const [index, item] of items.entries()) {
    const { id, service, environment: place, root } = isJsonObject(item) ? item : {};
    if (typeof id !== "string" || typeof service !== "string" || typeof place !== "string" || typeof root !== "string")
      return { kind: "unusable", detail: `has no id, service, environment and root at /${index}` };
    if (place === environment) instances.push({ id, service, root });
  }
  return { kind: "instances", instances };
}
