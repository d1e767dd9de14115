// What the comparisons of a pod's parts share: where they are, and how a difference becomes a finding.
import { canonicalize, type ClusterHop, type JsonObject, type JsonValue, isJsonObject } from "@veltrix/protocol";
import { hashBytes } from "@veltrix/protocol/fingerprint";
import type { ClusterFinding, KubernetesObject } from "@veltrix/protocol/kubernetes";
import { isOneWriter, type Step } from "../managed-fields.ts";
import { type WriteFinding, side } from "../write-finding.ts";

/** A part that differs. A side that is left out is not there, or must not be told. */
export interface Difference {
  readonly kind: "changed" | "missing" | "added";
  /** Steps from the top of the object. */
  readonly path: readonly Step[];
  readonly pointer?: string;
  readonly expected?: JsonValue | undefined;
  readonly actual?: JsonValue | undefined;
  /** Where it is the same whoever wrote it. */
  readonly hop?: ClusterHop;
  readonly note?: string;
}

/** Collects the differences of one workload. */
export class PodFindings {
  readonly list: ClusterFinding[] = [];
  readonly #live: KubernetesObject;
  readonly #annotation: readonly Step[];
  readonly #isOtherBuild: boolean;
  readonly #writeFinding: WriteFinding;

  /** `annotation`: where the restart fingerprint stands. `isOtherBuild`: it is not the one that was built. */
  constructor(
    live: KubernetesObject,
    annotation: readonly Step[],
    options: { readonly isOtherBuild: boolean; readonly writeFinding: WriteFinding },
  ) {
    this.#live = live;
    this.#annotation = annotation;
    this.#isOtherBuild = options.isOtherBuild;
    this.#writeFinding = options.writeFinding;
  }

  add({ kind, path, pointer = "", expected, actual, hop, note }: Difference): void {
    this.list.push(
      this.#writeFinding({
        hop: hop ?? this.#hopOf(kind, path),
        kind,
        pointer,
        path,
        expected: sideOf(expected),
        actual: sideOf(actual),
        ...(note === undefined ? {} : { note }),
      }),
    );
  }

  /** A part is of another build where its writer also wrote our annotation. What is not there has no writer: the annotation tells. */
  #hopOf(kind: Difference["kind"], path: readonly Step[]): ClusterHop {
    if (kind === "missing") return this.#isOtherBuild ? "restart-pending" : "edited-in-cluster";
    return isOneWriter(this.#live, path, this.#annotation) ? "not-applied" : "edited-in-cluster";
  }
}

function sideOf(value: JsonValue | undefined): ReturnType<typeof side> {
  if (value === undefined) return {};
  try {
    return side(hashBytes(typeof value === "string" ? value : canonicalize(value)), value);
  } catch {
    // Text that is not Unicode: no build wrote it, and it can be neither hashed nor acknowledged.
    return {};
  }
}

/** The objects of a list that is a member of `from`, those that are none left out. */
export function listAt(from: JsonValue | undefined, member: string): readonly JsonObject[] {
  const list = isJsonObject(from) && Object.hasOwn(from, member) ? from[member] : undefined;
  const items: readonly JsonValue[] = Array.isArray(list) ? list : [];
  return items.filter(isJsonObject);
}

/** A member that is a text; undefined where it is none. */
export function textAt(from: JsonObject, member: string): string | undefined {
  const value = Object.hasOwn(from, member) ? from[member] : undefined;
  return typeof value === "string" ? value : undefined;
}

/** The items of a list by the text of one member, in order. */
export function groupBy(items: readonly JsonObject[], keyOf: (item: JsonObject) => string | undefined): ReadonlyMap<string, JsonObject[]> {
  const groups = new Map<string, JsonObject[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [item]);
    else known.push(item);
  }
  return groups;
}

/** What the API server takes a member that is left out for. */
export type Defaults = { readonly [member: string]: JsonValue | undefined };

/** Tells each member of `defaults` that is not what it should be. Any other member may come from a newer server, and is no drift. */
export function compareMembers(
  [wanted, live]: readonly [JsonObject, JsonObject],
  defaults: Defaults,
  found: (difference: Difference) => void,
  path: readonly Step[],
): void {
  for (const [member, filledIn] of Object.entries(defaults)) {
    const expected = memberOf(wanted, member) ?? filledIn;
    const actual = memberOf(live, member) ?? filledIn;
    if (expected === actual) continue;
    const kind = actual === undefined ? "missing" : expected === undefined ? "added" : "changed";
    found({ kind, path: [...path, member], expected, actual });
  }
}

/** An empty text or list says nothing. */
function memberOf(from: JsonObject, member: string): JsonValue | undefined {
  const value = Object.hasOwn(from, member) ? from[member] : undefined;
  return value === "" || value === null || (Array.isArray(value) && value.length === 0) ? undefined : value;
}
