// Our variables against those of a container: each an entry of its own, and none beside them that the runtime would obey.
import { isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import type { ExpectedPod, ExpectedService } from "@veltrix/protocol/kubernetes";
import { SECRET_IN_CLEAR } from "../compare-metadata.ts";
import type { Step } from "../managed-fields.ts";
import { compareMembers, type Difference, groupBy, listAt, textAt } from "./pod-findings.ts";

/** Every variable that the runtime obeys begins so. */
const PREFIX = "VELTRIX_";
const OVERRIDE_PREFIX = "VELTRIX_OVERRIDE_";

const REFERENCE_DEFAULTS = { name: undefined, key: undefined, optional: false };

/** What of a container's variables is compared. */
export interface Variables {
  readonly service: ExpectedService;
  readonly pod: ExpectedPod;
  readonly found: (difference: Difference) => void;
  /** That of the container. */
  readonly path: readonly Step[];
}

/** Compares the variables of the container that our parts were put into. */
export function compareEnv(container: JsonObject, variables: Variables): void {
  const { pod, found } = variables;
  const byName = entriesOf(container);
  const wanted = new Set<string>();
  for (const entry of pod.env) {
    const name = textAt(entry, "name") ?? "";
    wanted.add(name);
    const live = byName.get(name)?.at(-1);
    const { name: _name, ...expected } = entry;
    if (live === undefined) found({ kind: "missing", ...placeOf(name, variables), expected });
    else compareEntry([entry, live], variables);
  }
  for (const [name, entries] of byName) {
    if (!wanted.has(name)) tellAdded(name, entries.at(-1) ?? {}, variables);
  }
  tellPrefixed(container, variables);
}

/**
 * Compares what another container takes of ours: it may mount and take what it likes, for the same service in the same
 * environment, and no override.
 */
export function compareOtherEnv(container: JsonObject, variables: Variables): void {
  const byName = entriesOf(container);
  for (const entry of variables.pod.env) {
    const name = textAt(entry, "name") ?? "";
    const live = FIXED.has(name) ? byName.get(name)?.at(-1) : undefined;
    if (live !== undefined) compareEntry([entry, live], variables);
  }
  for (const [name, entries] of byName) {
    if (name.startsWith(OVERRIDE_PREFIX)) tellAdded(name, entries.at(-1) ?? {}, variables);
  }
}

/** Of no container's choosing. The folders are, since each mounts where it likes. */
const FIXED: ReadonlySet<string> = new Set(["VELTRIX_SOURCE", "VELTRIX_ENVIRONMENT"]);

/** True for a container with a variable that only a process of ours takes. */
export function hasVariables(container: JsonObject): boolean {
  return [...entriesOf(container).keys()].some((name) => name.startsWith(PREFIX));
}

/** By name. Of several of one name the last one counts. */
function entriesOf(container: JsonObject): ReadonlyMap<string, JsonObject[]> {
  return groupBy(listAt(container, "env"), (entry) => textAt(entry, "name"));
}

function placeOf(name: string, { service, pod, path }: Variables): Pick<Difference, "path" | "pointer"> {
  const texts = [service.variablePointers, service.secretVariables, pod.undelivered].find((each) => Object.hasOwn(each, name));
  return { path: [...path, "env", { key: "name", value: name }], pointer: texts?.[name] ?? "" };
}

function compareEntry([wanted, live]: readonly [JsonObject, JsonObject], variables: Variables): void {
  const name = textAt(wanted, "name") ?? "";
  const { path, pointer = "" } = placeOf(name, variables);
  const { name: _name, ...expected } = wanted;
  const [from, takes] = [wanted["valueFrom"], live["valueFrom"]];
  const found = (difference: Difference): void => variables.found({ ...difference, pointer });
  if (!isJsonObject(from)) {
    const actual = takes === undefined ? (textAt(live, "value") ?? "") : takes;
    if (actual !== wanted["value"]) found({ kind: "changed", path: [...path, "value"], expected: wanted["value"], actual });
    return;
  }
  const [kind = ""] = Object.keys(from);
  const [reference, other] = [from[kind], isJsonObject(takes) ? takes[kind] : undefined];
  if (isJsonObject(reference) && isJsonObject(other))
    compareMembers([reference, other], REFERENCE_DEFAULTS, found, [...path, "valueFrom", kind]);
  else found({ kind: "changed", path, expected, ...shown(name, live, variables) });
}

/** What may be told of an entry that should not be as it is: no text where a secret belongs, and none of a key that nobody declared. */
function shown(
  name: string,
  { value, valueFrom }: JsonObject,
  { service, pod }: Variables,
): { readonly actual?: JsonValue; readonly note?: string } {
  if (valueFrom !== undefined) return { actual: { valueFrom } };
  if (Object.hasOwn(service.secretVariables, name)) return { note: SECRET_IN_CLEAR };
  const isDeclared = Object.hasOwn(service.variablePointers, name) || Object.hasOwn(pod.undelivered, name);
  return isDeclared ? { actual: { value: value ?? "" } } : { note: "its text is not told" };
}

/** A variable of which our projection has none. */
function tellAdded(name: string, entry: JsonObject, variables: Variables): void {
  const isOverride = name.startsWith(OVERRIDE_PREFIX);
  if (!name.startsWith(PREFIX) && !Object.hasOwn(variables.pod.undelivered, name)) return;
  variables.found({
    kind: "added",
    ...placeOf(name, variables),
    ...shown(name, entry, variables),
    ...(isOverride ? { hop: "overridden" } : {}),
  });
}

/** All keys of an object, each as a variable that begins as ours do. */
function tellPrefixed(container: JsonObject, { found, path }: Variables): void {
  listAt(container, "envFrom").forEach((from, index) => {
    const prefix = textAt(from, "prefix") ?? "";
    if (!prefix.startsWith(PREFIX) && prefix !== PREFIX.slice(0, -1)) return;
    const note = "every key of what it names becomes a variable that a process of ours obeys";
    found({ kind: "added", path: [...path, "envFrom", String(index)], actual: from, note });
  });
}
