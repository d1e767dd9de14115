// What differs between two configurations, and which of it a running process cannot take.
import {
  canonicalize,
  type DriftFinding,
  type DriftSide,
  type HashesFile,
  type ProcessHop,
  findCovering,
  isJsonObject,
  type JsonObject,
  type Leaf,
  leavesOf,
  type SecretReferences,
  valueAt,
} from "@veltrix/protocol";
import { hashLeaf } from "@veltrix/protocol/fingerprint";
import { hidingOf } from "./hidden-keys.ts";

/** Values with the references to their secrets. */
export interface Compared {
  readonly value: JsonObject;
  readonly secrets: SecretReferences;
  /** The hashes that came with them, where there are any. */
  readonly proof?: { readonly hashes: Pick<HashesFile, "leaves"> } | undefined;
}

/** Pointers of the leaves that are not the same in both, secrets by their references. */
export function changedKeys(before: Compared, after: Compared): readonly string[] {
  const old = leavesByPointer(before);
  const young = leavesByPointer(after);
  const differs = [...new Set([...old.keys(), ...young.keys()])].filter(
    (pointer) => canonicalLeaf(old.get(pointer)) !== canonicalLeaf(young.get(pointer)),
  );
  // An empty object that gets members, or loses its last, is an object in both: its members speak for it.
  return differs.filter((pointer) => !(isJsonObject(valueAt(before.value, pointer)) && isJsonObject(valueAt(after.value, pointer))));
}

function leavesByPointer({ value, secrets }: Compared): ReadonlyMap<string, Leaf> {
  return new Map(leavesOf(value, secrets).map((leaf) => [leaf.pointer, leaf]));
}

function canonicalLeaf(leaf: Leaf | undefined): string | undefined {
  return leaf === undefined ? undefined : canonicalize(leaf.value);
}

/** Those changes that a running process cannot take: outside the hot subtrees, of secrets, of where a hot subtree hangs. */
export function restartKeys(keys: readonly string[], hot: readonly string[], before: Compared, after: Compared): readonly string[] {
  const ancestors = new Set(hot);
  const isHot = (pointer: string): boolean => findCovering(pointer, ancestors) !== undefined;
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
  const isHidden = hidingOf([...hidden, ...Object.keys(held.secrets), ...Object.keys(delivered.secrets)]);
  return changedKeys(held, delivered).map((pointer) => {
    // What came to be refused and is new to this process may be what nobody declared.
    const isNew = hop === "not-loaded" && !actual.has(pointer);
    const isNever = isNew || isHidden(pointer);
    const [wanted, has] = [expected.get(pointer), actual.get(pointer)];
    const kind = wanted === undefined ? "added" : has === undefined ? "missing" : "changed";
    return {
      service,
      environment,
      hop,
      kind,
      pointer,
      expected: sideOf(wanted, isNever || !isBuilt(delivered, pointer)),
      actual: sideOf(has, isNever || !isBuilt(held, pointer)),
    };
  });
}

/** False for a key that somebody added after the build: nobody here knows who declared it. */
function isBuilt({ proof }: Compared, pointer: string): boolean {
  return proof === undefined || Object.hasOwn(proof.hashes.leaves, pointer);
}

// A hash of what should have been secret is as good as the secret, where there are few to try.
function sideOf(leaf: Leaf | undefined, isNever: boolean): DriftSide {
  return leaf === undefined || isNever ? {} : { hash: hashLeaf(leaf), value: leaf.value };
}
