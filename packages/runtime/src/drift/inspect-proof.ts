// The in-sync check: config.json against the hashes it was delivered with. One hash over the bytes decides;
// leaves are compared only when it differs. Loads node:crypto, so a starting process imports it late.
import {
  compareLeaves,
  type ConfigProblem,
  type DriftFinding,
  type DriftSide,
  type HashesFile,
  holdsObjects,
  type JsonObject,
  type JsonValue,
  type LeafDifference,
  leavesOf,
  type ProcessHop,
  type SecretReferences,
} from "@veltrix/protocol";
import { fingerprintConfig, hashLeaf } from "@veltrix/protocol/fingerprint";
import type { ServiceDefinition } from "../contract/definition.ts";
import { isHidden } from "./hidden-keys.ts";
import { isUntouched } from "./untouched.ts";

/** What is compared, and what may be shown. */
export interface Inspected {
  readonly configText: string;
  readonly value: JsonObject;
  readonly hashes: HashesFile;
  /** Values known from before: an expected value is shown where one of them has the expected hash. */
  readonly known: readonly JsonObject[];
  /** Pointers of which nothing may be shown, beside those with a reference to a secret. */
  readonly hidden: readonly string[];
  /** Hides the lists in which only a contract could tell what is declared. */
  readonly hidesLists?: boolean;
}

/** Findings of the hop `deployed-inconsistent`, and the root of the values that are really there. */
export interface ProofInspection {
  readonly findings: readonly DriftFinding[];
  readonly root: string;
}

/** Compares delivered values with the hashes beside them. A file that is only written differently has no findings. */
export function inspectProof(inspected: Inspected): ProofInspection {
  const { configText, value, hashes } = inspected;
  if (isUntouched(configText, hashes)) return { findings: [], root: hashes.root };
  const { leaves, root } = fingerprintConfig(value, { secrets: hashes.secrets });
  const values = new Map(leavesOf(value).map((leaf) => [leaf.pointer, leaf.value]));
  // A value where only a reference belongs shares its pointer with the reference, and no leaf tells of it.
  const pasted: LeafDifference[] = Object.keys(hashes.secrets)
    .filter((pointer) => values.has(pointer))
    .map((pointer) => ({ pointer, kind: "added" }));
  const differences = compareLeaves(hashes.leaves, leaves).filter(({ pointer }) => !pasted.some((found) => found.pointer === pointer));
  return { findings: [...differences, ...pasted].map((difference) => toFinding(difference, inspected, values)), root };
}

function toFinding(difference: LeafDifference, inspected: Inspected, values: ReadonlyMap<string, JsonValue>): DriftFinding {
  const { hashes, known, hidden, hidesLists = false } = inspected;
  const { pointer, kind, expected, actual } = difference;
  const value = values.get(pointer);
  const isList = hidesLists && value !== undefined && holdsObjects(value);
  // A key that was not built is one that nobody declared, as far as anybody here knows.
  const isNever = kind === "added" || isList || isHidden(pointer, [...hidden, ...Object.keys(hashes.secrets)]);
  const before = isNever || expected === undefined ? undefined : recall(known, pointer, expected);
  // The hash of a reference gives nothing away; that of a text that stands in its place does.
  const isReference = value === undefined;
  return {
    service: hashes.service,
    environment: hashes.environment,
    hop: "deployed-inconsistent" satisfies ProcessHop,
    kind,
    pointer,
    expected: side(expected, before),
    actual: isNever && !isReference ? {} : side(actual, value),
  };
}

/** The value at `pointer` in whatever is known and has the hash that is expected. */
function recall(known: readonly JsonObject[], pointer: string, expected: string): JsonValue | undefined {
  for (const value of known) {
    const leaf = leavesOf(value).find((candidate) => candidate.pointer === pointer);
    if (leaf !== undefined && hashLeaf(leaf) === expected) return leaf.value;
  }
  return undefined;
}

function side(hash: string | undefined, value: JsonValue | undefined): DriftSide {
  return { ...(hash === undefined ? {} : { hash }), ...(value === undefined ? {} : { value }) };
}

/** A key that holds something else than was delivered. */
export interface Replaced {
  readonly pointer: string;
  readonly delivered: JsonValue;
  readonly value: JsonValue;
}

/** One finding per override that is set. */
export function findOverridden(overridden: readonly Replaced[], service: string, environment: string): readonly DriftFinding[] {
  return overridden.map(({ pointer, delivered, value }) => ({
    service,
    environment,
    hop: "overridden" satisfies ProcessHop,
    kind: "changed",
    pointer,
    expected: { hash: hashLeaf({ pointer, value: delivered }), value: delivered },
    actual: { hash: hashLeaf({ pointer, value }), value },
  }));
}

/** A finding when the values were built from another contract than the code. */
export function findContractSkew(definition: ServiceDefinition, hashes: HashesFile): readonly DriftFinding[] {
  if (hashes.contract === definition.contract) return [];
  const { service, environment } = hashes;
  const expected = { hash: definition.contract, value: definition.contractVersion };
  const actual = { hash: hashes.contract, value: hashes.contractVersion };
  return [{ service, environment, hop: "contract-skew" satisfies ProcessHop, kind: "changed", pointer: "", expected, actual }];
}

/** Root fingerprint of values and the references to their secrets. */
export function rootOf(value: JsonObject, secrets: SecretReferences): string {
  return fingerprintConfig(value, { secrets }).root;
}

/** A finding as a reason to refuse. */
export function describeDrift({ pointer, kind, expected, actual, service, environment }: DriftFinding, source: string): ConfigProblem {
  const was = expected.hash === undefined ? "no such key" : expected.hash;
  const absent = kind === "missing" ? "no such key" : "not shown";
  const is = actual.value === undefined ? (actual.hash ?? absent) : JSON.stringify(actual.value);
  const message = `${pointer} is ${kind}: config.json does not match the veltrix.json beside it (expected ${was}, actual ${is})`;
  return {
    code: "VX5010",
    pointer,
    message,
    hint: `run \`${driftCommand(source, service, environment)}\`, and deploy what \`veltrix build\` wrote`,
    source,
  };
}

/** The command that shows what differs. */
export function driftCommand(dir: string | undefined, service: string, environment: string): string {
  const folder = dir === undefined ? "" : ` mount ${/^[-\w./]+$/.test(dir) ? dir : `'${dir.replaceAll("'", "'\\''")}'`}`;
  return `veltrix drift${folder} --service ${service} --env ${environment}`;
}
