// The in-sync check: config.json against the hashes it was delivered with. Every hash is computed here: one that is
// believed would be the one to edit. Loads node:crypto, so a starting process imports it late.
import {
  compareLeaves,
  type ConfigProblem,
  type DriftFinding,
  type DriftSide,
  type HashesFile,
  hidesValue,
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
import { findForged } from "./forged-hashes.ts";
import { hidingOf } from "./hidden-keys.ts";

/** What is compared, and what may be shown. */
export interface Inspected {
  readonly configText: string;
  readonly value: JsonObject;
  readonly hashes: HashesFile;
  /** Values known from before: an expected value is shown where one of them has the expected hash. */
  readonly known: readonly JsonObject[];
  /** Pointers of which nothing may be shown, beside those with a reference to a secret. */
  readonly hidden: readonly string[];
  /** Pointers of the hot subtrees, where the contract of the hashes is known: then the restart hash is judged too. */
  readonly hot?: readonly string[] | undefined;
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
  const { value, hashes, known, hot } = inspected;
  const fingerprints = fingerprintConfig(value, { secrets: hashes.secrets, ...(hot === undefined ? {} : { hot }) });
  const look: Look = {
    inspected,
    values: valuesOf(value),
    known: known.map((values) => () => valuesOf(values)).map(once),
    isHidden: hidingOf([...inspected.hidden, ...Object.keys(hashes.secrets)]),
  };
  // A value where only a reference belongs shares its pointer with the reference, and no leaf tells of it.
  const pasted = new Set(Object.keys(hashes.secrets).filter((pointer) => look.values.has(pointer)));
  const differences = compareLeaves(hashes.leaves, fingerprints.leaves);
  const keys = differences.filter(({ pointer }) => !pasted.has(pointer));
  const findings = [...keys, ...[...pasted].map((pointer) => ({ pointer, kind: "added" as const }))].map((found) => toFinding(found, look));
  const forged = findForged(inspected, { ...fingerprints, isAsBuilt: differences.length === 0, isHiding: findings.some(hidesValue) });
  return { findings: [...findings, ...forged], root: fingerprints.root };
}

/** What one inspection looks things up in. */
interface Look {
  readonly inspected: Inspected;
  readonly values: ReadonlyMap<string, JsonValue>;
  readonly known: readonly (() => ReadonlyMap<string, JsonValue>)[];
  readonly isHidden: (pointer: string) => boolean;
}

function valuesOf(value: JsonObject): ReadonlyMap<string, JsonValue> {
  return new Map(leavesOf(value).map((leaf) => [leaf.pointer, leaf.value]));
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

function toFinding(difference: LeafDifference, { inspected, values, known, isHidden }: Look): DriftFinding {
  const { hashes, hidesLists = false } = inspected;
  const { pointer, kind, expected, actual } = difference;
  const value = values.get(pointer);
  const isList = hidesLists && value !== undefined && holdsObjects(value);
  // A key that was not built is one that nobody declared, as far as anybody here knows.
  const isNever = kind === "added" || isList || isHidden(pointer);
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
function recall(known: Look["known"], pointer: string, expected: string): JsonValue | undefined {
  for (const values of known) {
    const value = values().get(pointer);
    if (value !== undefined && hashLeaf({ pointer, value }) === expected) return value;
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

/** The hot subtrees of the contract that hashes were built from, where it is the one of this code. */
export function hotOf(definition: ServiceDefinition, hashes: HashesFile): readonly string[] | undefined {
  return hashes.contract === definition.contract ? definition.hot : undefined;
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
export function describeDrift(finding: DriftFinding, source: string): ConfigProblem {
  const { pointer, kind, fingerprint, expected, actual, service, environment } = finding;
  const what = fingerprint === undefined ? pointer : `the ${fingerprint} hash in veltrix.json`;
  const was = expected.hash === undefined ? "no such key" : expected.hash;
  const absent = kind === "missing" ? "no such key" : "not shown";
  const is = actual.value === undefined ? (actual.hash ?? absent) : JSON.stringify(actual.value);
  const message = `${what} is ${kind}: config.json does not match the veltrix.json beside it (expected ${was}, actual ${is})`;
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
