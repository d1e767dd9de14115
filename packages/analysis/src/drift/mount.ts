// The findings of one mount: what it says against itself, and where it holds another build than the schemas give.
import { hashesFileOf } from "@veltrix/compiler";
import {
  canonicalize,
  compareLeaves,
  type DriftFinding,
  type DriftReport,
  type DriftSide,
  type HashesFile,
  holdsObjects,
  findCovering,
  type JsonObject,
  type JsonValue,
  type LeafDifference,
  leavesOf,
  pointersAbove,
} from "@veltrix/protocol";
import { fingerprintConfig } from "@veltrix/protocol/fingerprint";
import type { ServiceConfig } from "../service-config.ts";

/** The two files of a mount, read and parsed. */
export interface Mount {
  readonly value: JsonObject;
  readonly hashes: HashesFile;
}

/** Adds to what a mount says against itself (`own`) what of it is not what was built. */
export function compareMount(mount: Mount, built: ServiceConfig, own: DriftReport): DriftReport {
  const known = new Set(own.findings.map(({ pointer }) => pointer));
  // A key on which the mount contradicts itself is told as that, whatever was built.
  const older = findOlder(mount, built).filter(({ pointer }) => !known.has(pointer));
  return { ...own, expectedRoot: built.config.fingerprints.root, findings: [...own.findings, ...older] };
}

/** Keys of which the mount holds another build than the schemas give. */
function findOlder(mount: Mount, built: ServiceConfig): readonly DriftFinding[] {
  const { value, hashes } = mount;
  const { config } = built;
  // Hashed here, not believed: veltrix.json may be what was edited.
  const { leaves } = fingerprintConfig(value, { secrets: hashes.secrets });
  const declared = new Set(built.service.contract.keys.filter(({ secret }) => !secret).map(({ pointer }) => pointer));
  const secrets = [
    ...Object.keys(hashes.secrets),
    ...Object.keys(config.secrets),
    ...built.service.contract.keys.filter(({ secret }) => secret).map(({ pointer }) => pointer),
  ];
  const [known, above] = [new Set(secrets), new Set(secrets.flatMap(pointersAbove))];
  const isSecret = (pointer: string): boolean => above.has(pointer) || findCovering(pointer, known) !== undefined;
  const compared = { expected: valuesOf(config.value), actual: valuesOf(value), isSecret, declared };
  const findings = compareLeaves(config.fingerprints.leaves, leaves).map((difference) => toFinding(difference, compared, mount));
  return findings.length > 0 ? findings : findOtherHashes(mount, built);
}

interface ComparedValues {
  /** Of leaves, by their pointers. */
  readonly expected: ReadonlyMap<string, JsonValue>;
  readonly actual: ReadonlyMap<string, JsonValue>;
  /** True where no value may be shown. */
  readonly isSecret: (pointer: string) => boolean;
  /** Pointers of the keys that the contract declares by name. */
  readonly declared: ReadonlySet<string>;
}

function toFinding({ pointer, kind, expected, actual }: LeafDifference, values: ComparedValues, { hashes }: Mount): DriftFinding {
  const isSecret = values.isSecret(pointer);
  return {
    service: hashes.service,
    environment: hashes.environment,
    hop: "not-applied",
    kind,
    pointer,
    expected: side(expected, isSecret ? undefined : values.expected, pointer),
    actual: actualSide(actual, values, { pointer, isSecret, isBuilt: expected !== undefined }),
  };
}

interface ActualKey {
  readonly pointer: string;
  readonly isSecret: boolean;
  readonly isBuilt: boolean;
}

/** What the mount holds. What nobody declared may be a secret, and the hash of a short one is as good as its text. */
function actualSide(hash: string | undefined, { actual, declared }: ComparedValues, { pointer, isSecret, isBuilt }: ActualKey): DriftSide {
  const value = actual.get(pointer);
  // The hash of a reference gives nothing away.
  if (hash === undefined || value === undefined) return hash === undefined ? {} : { hash };
  const isDeclared = isBuilt || declared.has(pointer);
  return isSecret || !isDeclared || holdsObjects(value) ? {} : { hash, value };
}

function side(hash: string | undefined, values: ReadonlyMap<string, JsonValue> | undefined, pointer: string): DriftSide {
  if (hash === undefined) return {};
  const value = values?.get(pointer);
  return value === undefined ? { hash } : { hash, value };
}

function valuesOf(value: JsonObject): ReadonlyMap<string, JsonValue> {
  return new Map(leavesOf(value).map((leaf) => [leaf.pointer, leaf.value]));
}

/** The same values with another contract, policy or version beside them. */
function findOtherHashes({ hashes }: Mount, { service, config }: ServiceConfig): readonly DriftFinding[] {
  const expected = hashesFileOf(service, config);
  const members = ["contract", "contractVersion", "policy", "root", "restart"] as const;
  const differing = members.filter(
    (name) => canonicalize({ value: plain(expected[name]) }) !== canonicalize({ value: plain(hashes[name]) }),
  );
  if (differing.length === 0) return [];
  const pick = (from: typeof expected): JsonObject => Object.fromEntries(differing.map((name) => [name, plain(from[name])]));
  const common = { service: hashes.service, environment: hashes.environment, hop: "not-applied", kind: "changed", pointer: "" } as const;
  return [{ ...common, expected: { value: pick(expected) }, actual: { value: pick(hashes) } }];
}

/** An interface is not the open object that a JSON value is. */
function plain(member: string | object): string | JsonObject {
  return typeof member === "string" ? member : { ...member };
}
