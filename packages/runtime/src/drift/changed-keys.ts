// What differs between two configurations, and which of it a running process cannot take.
import {
  canonicalize,
  type DriftFinding,
  type DriftSide,
  type ProcessHop,
  isJsonObject,
  isWithin,
  type JsonObject,
  type Leaf,
  leavesOf,
  type SecretReferences,
  valueAt,
} from "@veltrix/protocol";
import { hashLeaf } from "@veltrix/protocol/fingerprint";

/** Values with the references to their secrets. */
export interface Compared {
  readonly value: JsonObject;
  readonly secrets: SecretReferences;
}

/** Pointers of the leaves that are not the same in both, secrets by their references. */
export function changedKeys(before: Compared, after: Compared): readonly string[] {
  const old = leavesByPointer(before);
  const young = leavesByPointer(after);
  const differs = [...new Set([...old.keys(), ...young.keys()])].filter(
    (pointer) => textOf(old.get(pointer)) !== textOf(young.get(pointer)),
  );
  // An empty object that gets members, or loses its last, is an object in both: its members speak for it.
  return differs.filter((pointer) => !(isJsonObject(valueAt(before.value, pointer)) && isJsonObject(valueAt(after.value, pointer))));
}

function leavesByPointer({ value, secrets }: Compared): ReadonlyMap<string, Leaf> {
  return new Map(leavesOf(value, secrets).map((leaf) => [leaf.pointer, leaf]));
}

function textOf(leaf: Leaf | undefined): string | undefined {
  return leaf === undefined ? undefined : canonicalize(leaf.value);
}

/** Those changes that a running process cannot take: outside the hot subtrees, of secrets, of where a hot subtree hangs. */
export function restartKeys(keys: readonly string[], hot: readonly string[], before: Compared, after: Compared): readonly string[] {
  const isHot = (pointer: string): boolean => hot.some((ancestor) => isWithin(pointer, ancestor));
  const isSecret = (pointer: string): boolean => Object.hasOwn(before.secrets, pointer) || Object.hasOwn(after.secrets, pointer);
  const moved = hot
    .map((pointer) => pointer.slice(0, pointer.lastIndexOf("/")))
    .filter((parent) => isJsonObject(valueAt(before.value, parent)) !== isJsonObject(valueAt(after.value, parent)));
  return [...new Set([...keys.filter((key) => !isHot(key) || isSecret(key)), ...moved])].sort();
}

/** Whose findings they are. */
export interface FindingOptions {
  readonly hop: ProcessHop;
  readonly service: string;
  readonly environment: string;
  /** Pointers whose values are never shown. */
  readonly hidden: readonly string[];
}

/** One finding per key that `delivered` and `held` do not have in common. */
export function findBehind(
  held: Compared,
  delivered: Compared,
  { hop, service, environment, hidden }: FindingOptions,
): readonly DriftFinding[] {
  const expected = leavesByPointer(delivered);
  const actual = leavesByPointer(held);
  const secret = [...hidden, ...Object.keys(held.secrets), ...Object.keys(delivered.secrets)];
  return changedKeys(held, delivered).map((pointer) => {
    const isHidden = secret.some((ancestor) => isWithin(pointer, ancestor));
    const [wanted, has] = [expected.get(pointer), actual.get(pointer)];
    const kind = wanted === undefined ? "added" : has === undefined ? "missing" : "changed";
    return { service, environment, hop, kind, pointer, expected: sideOf(wanted, isHidden), actual: sideOf(has, isHidden) };
  });
}

// A hash of what should have been secret is as good as the secret, where there are few to try.
function sideOf(leaf: Leaf | undefined, isHidden: boolean): DriftSide {
  return leaf === undefined || isHidden ? {} : { hash: hashLeaf(leaf), value: leaf.value };
}
