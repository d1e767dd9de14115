// The ConfigMap with config.json and veltrix.json against the one that was built, key by key.
//
// Three hashes of a key decide which hop lies: E as it was built, A of the value that is there, H as the
// veltrix.json beside it says. A = E: in sync (and where H differs, veltrix.json lies). A = H: the key agrees
// with its own build, which is another one. Else no build gave that value.
import {
  canonicalize,
  checkHashesFile,
  CONFIG_FILE,
  findCovering,
  HASHES_FILE,
  type HashesFile,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  leavesOf,
  pointersAbove,
} from "@veltrix/protocol";
import { compareContracts } from "@veltrix/protocol/contract-skew";
import { parseStrict } from "@veltrix/protocol/strict-json";
import { type Fingerprints, fingerprintConfig, hashBytes } from "@veltrix/protocol/fingerprint";
import {
  buildAnnotations,
  type ClusterFinding,
  type ConfigMap,
  type ExpectedConfigMap,
  type ExpectedService,
  FINGERPRINT_ANNOTATION,
} from "@veltrix/protocol/kubernetes";
import { compareMetadata, findAddedData, isMetadataSame, SECRET_IN_CLEAR } from "./compare-metadata.ts";
import { type WriteFinding, findingWriter, side } from "./write-finding.ts";
import { isOneWriter } from "./managed-fields.ts";

/** True when every byte that we deliver is there, and nothing else is. */
export function isObjectSame(expected: ExpectedConfigMap, live: ConfigMap): boolean {
  const { data = {}, binaryData } = live;
  if (binaryData !== undefined && Object.keys(binaryData).length > 0) return false;
  let count = 0;
  for (const name in expected.data) {
    if (data[name] !== expected.data[name]) return false;
    count++;
  }
  return Object.keys(data).length === count && isMetadataSame(expected, live);
}

/** What differs in the live ConfigMap; undefined members mean that it is not there. */
export interface ConfigComparison {
  readonly findings: readonly ClusterFinding[];
  /** The hashes of the build that the live object agrees with, where it agrees with one. */
  readonly build: HashesFile | undefined;
}

/** Compares the live `<service>-config`. */
export function compareConfig(expected: ExpectedService, live: ConfigMap): ConfigComparison {
  if (isObjectSame(expected.config, live)) return { findings: [], build: expected.hashes };
  const writeFinding = findingWriter(
    expected,
    { kind: "ConfigMap", namespace: expected.namespace, name: expected.config.metadata.name },
    live,
  );
  const hashes = readHashes(live, expected);
  const told = hashes.kind === "hashes" ? buildAnnotations(hashes.file) : undefined;
  const metadata = compareMetadata(expected.config, live, writeFinding, told);
  const data = [
    ...compareValues(expected, live, hashes, writeFinding),
    ...findAddedData(expected.config, live, writeFinding, expected.secretVariables),
  ];
  const isBuild = data.every(({ hop }) => hop === "not-applied") && hashes.kind === "hashes";
  const skew = hashes.kind === "hashes" ? describeSkew(hashes.file, expected.hashes) : undefined;
  const noted = data.map((finding) => (skew === undefined || finding.note !== undefined ? finding : { ...finding, note: skew }));
  return { findings: [...noted, ...metadata], build: isBuild ? hashes.file : undefined };
}

/** Which contract is older where two are in play: an image of the older one refuses the newer values. */
function describeSkew(live: HashesFile, built: HashesFile): string | undefined {
  const age = compareContracts(live, built);
  const [is, was] = [live.contractVersion, built.contractVersion];
  if (age === "same") return undefined;
  return age === "unordered"
    ? `contract-skew: deployed is another contract than was built, and both say ${was}`
    : `contract-skew: deployed is contract ${is}, ${age} than ${was}, which was built; roll out the code and the configuration of one build`;
}

type Hashes = { readonly kind: "hashes"; readonly file: HashesFile } | { readonly kind: "none"; readonly reason: string };

function readHashes(live: ConfigMap, { service, environment }: ExpectedService): Hashes {
  const text = live.data?.[HASHES_FILE];
  if (text === undefined) return { kind: "none", reason: "it is missing" };
  const checked = valueOf(text);
  const parsed = checkHashesFile(checked);
  if (parsed.kind === "malformed") return { kind: "none", reason: parsed.reason };
  const { file } = parsed;
  try {
    canonicalize(checked ?? null);
  } catch {
    return { kind: "none", reason: "it holds text that is not Unicode" };
  }
  if (file.service === service && file.environment === environment) return { kind: "hashes", file };
  return { kind: "none", reason: `it is that of ${file.service} in ${file.environment}` };
}

function compareValues(expected: ExpectedService, live: ConfigMap, hashes: Hashes, writeFinding: WriteFinding): ClusterFinding[] {
  const text = live.data?.[CONFIG_FILE];
  const findings: ClusterFinding[] = [];
  if (hashes.kind === "none") {
    const actual = live.data?.[HASHES_FILE];
    findings.push(
      writeFinding({
        hop: "deployed-inconsistent",
        kind: actual === undefined ? "missing" : "changed",
        path: ["data", HASHES_FILE],
        expected: side(hashBytes(expected.config.data[HASHES_FILE] ?? "")),
        actual: actual === undefined ? {} : side(hashBytes(actual)),
        note: hashes.reason,
      }),
    );
  }
  const value = text === undefined ? undefined : parseObject(text);
  const fingerprints = value === undefined ? undefined : tryFingerprint(value, hashes, expected);
  if (value === undefined || fingerprints === undefined) {
    const kind = text === undefined ? "missing" : "changed";
    const sides = { expected: side(expected.hashes.bytes), actual: text === undefined ? {} : side(hashBytes(text)) };
    const note = text === undefined ? "it is missing" : "it is not a JSON object with I-JSON values";
    return [...findings, writeFinding({ hop: "edited-in-cluster", kind, path: ["data", CONFIG_FILE], ...sides, note })];
  }
  const secrets = new Set([...expected.secrets, ...(hashes.kind === "hashes" ? Object.keys(hashes.file.secrets) : [])]);
  findings.push(...compareKeys({ expected, hashes, value, fingerprints, secrets: [...secrets], writeFinding }));
  if (findings.length === 0 && hashes.kind === "hashes") {
    findings.push(...compareOtherMembers(expected, live, hashes.file, fingerprints, writeFinding));
  }
  return findings;
}

/** The value that a process would read; undefined for what it refuses, whatever the reason is: the caller reports the file. */
function valueOf(text: string): JsonValue | undefined {
  const parsed = parseStrict(text);
  return parsed.kind === "value" ? parsed.value : undefined;
}

function parseObject(text: string): JsonObject | undefined {
  const value = valueOf(text);
  return isJsonObject(value) ? value : undefined;
}

function tryFingerprint(value: JsonObject, hashes: Hashes, { hashes: own }: ExpectedService): Fingerprints | undefined {
  try {
    return fingerprintConfig(value, { secrets: hashes.kind === "hashes" ? hashes.file.secrets : own.secrets });
  } catch {
    // A lone surrogate or a number that is none: the caller reports the file.
    return undefined;
  }
}

interface Compared {
  readonly expected: ExpectedService;
  readonly hashes: Hashes;
  readonly value: JsonObject;
  readonly fingerprints: Fingerprints;
  /** Pointers at and below which nothing may be shown. */
  readonly secrets: readonly string[];
  readonly writeFinding: WriteFinding;
}

function compareKeys({ expected, hashes, value, fingerprints, secrets, writeFinding }: Compared): ClusterFinding[] {
  const findings: ClusterFinding[] = [];
  const wanted = expected.hashes.leaves;
  const said = hashes.kind === "hashes" ? hashes.file.leaves : {};
  const expectedValues = valuesOf(expected.value);
  const actualValues = valuesOf(value);
  const [own, above] = [new Set(secrets), new Set(secrets.flatMap(pointersAbove))];
  const isWithinOne = (pointer: string): boolean => findCovering(pointer, own) !== undefined;
  const isSecret = (pointer: string): boolean => above.has(pointer) || isWithinOne(pointer);
  // A value where a reference belongs: somebody pasted a secret. Its hash would give a short one away.
  const pasted = new Set([...actualValues.keys()].filter(isWithinOne));
  for (const pointer of pasted) {
    findings.push(writeFinding({ hop: "edited-in-cluster", kind: "added", pointer, path: ["data", CONFIG_FILE], note: SECRET_IN_CLEAR }));
  }
  for (const pointer of new Set([...Object.keys(wanted), ...Object.keys(fingerprints.leaves), ...Object.keys(said)])) {
    if (pasted.has(pointer)) continue;
    const [e, a, h] = [hashAt(wanted, pointer), hashAt(fingerprints.leaves, pointer), hashAt(said, pointer)];
    const shown = !isSecret(pointer);
    const path = ["data", CONFIG_FILE];
    if (a === e) {
      if (hashes.kind === "none" || h === e) continue;
      const sides = { expected: side(e), actual: side(h) };
      findings.push(writeFinding({ hop: "deployed-inconsistent", kind: kindOf(e, h), pointer, path: ["data", HASHES_FILE], ...sides }));
      continue;
    }
    const isReference = a !== undefined && !actualValues.has(pointer);
    findings.push(
      writeFinding({
        hop: hashes.kind === "hashes" && a === h ? "not-applied" : isReference ? "deployed-inconsistent" : "edited-in-cluster",
        kind: kindOf(e, a),
        pointer,
        path,
        expected: side(e, shown ? expectedValues.get(pointer) : undefined),
        // What nobody declared may be anything, a password among them.
        actual: side(a, shown && e !== undefined ? actualValues.get(pointer) : undefined),
      }),
    );
  }
  return findings;
}

function kindOf(expected: string | undefined, actual: string | undefined): "missing" | "added" | "changed" {
  return actual === undefined ? "missing" : expected === undefined ? "added" : "changed";
}

function hashAt(hashes: { readonly [pointer: string]: string }, pointer: string): string | undefined {
  return Object.hasOwn(hashes, pointer) ? hashes[pointer] : undefined;
}

function valuesOf(value: JsonObject): ReadonlyMap<string, JsonValue> {
  return new Map(leavesOf(value).map((leaf) => [leaf.pointer, leaf.value]));
}

/** Members of veltrix.json beside the leaves. `bytes` may differ: the file may be written in another way. */
const MEMBERS = ["contract", "contractVersion", "policy", "restart", "root", "secrets"] as const;

/** The same keys and values with another contract, policy or hash beside them. */
function compareOtherMembers(
  { hashes: expected }: ExpectedService,
  live: ConfigMap,
  file: HashesFile,
  fingerprints: Fingerprints,
  writeFinding: WriteFinding,
): ClusterFinding[] {
  const differing = MEMBERS.filter((name) => canonicalize({ a: plain(file[name]) }) !== canonicalize({ a: plain(expected[name]) }));
  if (differing.length === 0) return [];
  const pick = (from: HashesFile): JsonObject => Object.fromEntries(differing.map((name) => [name, plain(from[name])]));
  const lies = file.root !== fingerprints.root || (file.contract === expected.contract && file.restart !== expected.restart);
  // Neither contract nor policy is proved by a hash; a build is applied as a whole, an edit is not.
  const isWhole = isOneWriter(live, ["data", HASHES_FILE], ["metadata", "annotations", FINGERPRINT_ANNOTATION]);
  const hop = lies ? "deployed-inconsistent" : isWhole ? "not-applied" : "edited-in-cluster";
  const [was, is] = [pick(expected), pick(file)];
  const sides = { expected: side(hashBytes(canonicalize(was)), was), actual: side(hashBytes(canonicalize(is)), is) };
  return [writeFinding({ hop, kind: "changed", path: ["data", HASHES_FILE], ...sides })];
}

/** An interface is not the open object that a JSON value is. */
function plain(member: string | object): string | JsonObject {
  return typeof member === "string" ? member : { ...member };
}
