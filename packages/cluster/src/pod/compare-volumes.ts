// Our volumes against those of the pod: what they are made of, which keys, under which paths, readable or not.
import { isJsonObject, type JsonObject } from "@veltrix/protocol";
import type { ExpectedPod } from "@veltrix/protocol/kubernetes";
import type { Step } from "../managed-fields.ts";
import { isUnreadable, type Reader } from "./file-modes.ts";
import { compareMembers, type Difference, groupBy, listAt, textAt } from "./pod-findings.ts";

/** Where differences go, and who has to read the files. */
interface VolumeComparison {
  readonly found: (difference: Difference) => void;
  readonly reader: Reader;
}

/** What names the object that a source takes, and what else decides what is read. */
const SOURCE_DEFAULTS = { name: undefined, secretName: undefined, optional: false };

/** Compares every volume of ours. `path`: that of the pod's spec. */
export function compareVolumes(
  wanted: ExpectedPod["volumes"],
  spec: JsonObject,
  comparison: VolumeComparison,
  path: readonly Step[],
): void {
  const byName = groupBy(listAt(spec, "volumes"), (volume) => textAt(volume, "name"));
  for (const volume of wanted) {
    const name = textAt(volume, "name") ?? "";
    const at: readonly Step[] = [...path, "volumes", { key: "name", value: name }];
    const live = byName.get(name)?.at(-1);
    if (live === undefined) comparison.found({ kind: "missing", path: at, expected: sourceOf(volume) });
    else compareVolume([volume, live], comparison, at);
  }
}

/** A volume without its name: the object that it takes. */
function sourceOf({ name: _name, ...source }: JsonObject): JsonObject {
  return source;
}

function compareVolume([wanted, live]: readonly [JsonObject, JsonObject], comparison: VolumeComparison, path: readonly Step[]): void {
  const [kind = ""] = Object.keys(sourceOf(wanted));
  const [expected, actual] = [wanted[kind], live[kind]];
  const others = Object.keys(sourceOf(live)).filter((member) => member !== kind);
  if (!isJsonObject(actual)) {
    // Of what another volume is made of only the kind is told: a driver's attributes may hold a password.
    comparison.found({ kind: "changed", path, expected: sourceOf(wanted), actual: others.sort().join(", ") });
    return;
  }
  for (const member of others) comparison.found({ kind: "added", path: [...path, member], actual: member });
  if (isJsonObject(expected)) compareSource([expected, actual], comparison, [...path, kind]);
}

function compareSource([wanted, live]: readonly [JsonObject, JsonObject], comparison: VolumeComparison, path: readonly Step[]): void {
  compareMembers([wanted, live], SOURCE_DEFAULTS, comparison.found, path);
  checkMode(live, "defaultMode", comparison, path);
  compareItems([wanted, live], comparison, path);
  if (wanted["sources"] !== undefined) compareSources([wanted, live], comparison, [...path, "sources"]);
}

function checkMode(live: JsonObject, member: "defaultMode" | "mode", { found, reader }: VolumeComparison, path: readonly Step[]): void {
  const mode = live[member];
  if (typeof mode !== "number" || !isUnreadable(mode, reader)) return;
  found({
    kind: "changed",
    path: [...path, member],
    actual: mode,
    note: `with the mode 0${mode.toString(8)} the process cannot read the files`,
  });
}

/** Which keys become which files. Without a list, all of them do, each called as it is. */
function compareItems([wanted, live]: readonly [JsonObject, JsonObject], comparison: VolumeComparison, path: readonly Step[]): void {
  const [expected, actual] = [wanted, live].map((source) => groupBy(listAt(source, "items"), (item) => textAt(item, "path") ?? ""));
  if (expected === undefined || actual === undefined) return;
  const itemAt = (file: string): readonly Step[] => [...path, "items", file];
  for (const [file, [item = {}]] of expected) {
    const same = actual.get(file)?.at(-1);
    if (same === undefined) comparison.found({ kind: "missing", path: itemAt(file), expected: item });
    else compareMembers([item, same], { key: undefined }, comparison.found, itemAt(file));
  }
  for (const [file, items] of actual) {
    const item = items.at(-1) ?? {};
    if (expected.has(file)) checkMode(item, "mode", comparison, itemAt(file));
    else comparison.found({ kind: "added", path: itemAt(file), actual: { key: item["key"] ?? "", path: file } });
  }
}

/** The sources of a projected volume, by kind and name: their order is only a matter of which one wins a path that two write. */
function compareSources([wanted, live]: readonly [JsonObject, JsonObject], comparison: VolumeComparison, path: readonly Step[]): void {
  const [expected, actual] = [wanted, live].map((source) => groupBy(listAt(source, "sources"), nameOfSource));
  if (expected === undefined || actual === undefined) return;
  for (const [name, [source = {}]] of expected) {
    const at = [...path, name];
    const [only, ...more] = actual.get(name) ?? [];
    if (only === undefined) comparison.found({ kind: "missing", path: at, expected: source });
    else if (more.length > 0) comparison.found({ kind: "changed", path: at, expected: source, actual: [only, ...more] });
    else for (const kind of Object.keys(source)) compareProjection([source[kind], only[kind]], comparison, [...at, kind]);
  }
  for (const [name, sources] of actual) {
    if (!expected.has(name)) comparison.found({ kind: "added", path: [...path, name], actual: sources });
  }
}

function compareProjection([wanted, live]: readonly [unknown, unknown], comparison: VolumeComparison, path: readonly Step[]): void {
  if (!isJsonObject(wanted) || !isJsonObject(live)) return;
  compareMembers([wanted, live], SOURCE_DEFAULTS, comparison.found, path);
  compareItems([wanted, live], comparison, path);
}

/** The name of the object that a source takes; the kind where it takes none. */
function nameOfSource(source: JsonObject): string {
  const [kind = ""] = Object.keys(source);
  const of = source[kind];
  const name = isJsonObject(of) ? textAt(of, "name") : undefined;
  return name === undefined ? kind : kind === "secret" ? name : `${kind} ${name}`;
}
