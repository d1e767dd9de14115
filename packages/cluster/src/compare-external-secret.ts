// An ExternalSecret against the one that was built: what we wrote, and what else decides which value pods get.
// What the operator and its CRD fill in is theirs. It holds names of secrets; what could hold a value is never told.
import { canonicalize, isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import { hashBytes } from "@veltrix/protocol/fingerprint";
import {
  type ClusterFinding,
  type ExpectedExternalSecret,
  type ExpectedService,
  type ExternalSecret,
  FINGERPRINT_ANNOTATION,
} from "@veltrix/protocol/kubernetes";
import { compareMetadata, foreignBuildOf, type BuildAnnotations } from "./compare-metadata.ts";
import { type WriteFinding, findingWriter, side } from "./write-finding.ts";
import { isOneWriter } from "./managed-fields.ts";

/** Members that we may write. `external-secrets.io/v1`: apis/externalsecrets/v1/externalsecret_types.go. */
const WRITTEN = ["refreshInterval", "secretStoreRef/name", "secretStoreRef/kind", "target/name", "target/creationPolicy"] as const;
const WRITTEN_OF_ENTRY = ["remoteRef/key", "remoteRef/property"] as const;

/**
 * Members that we leave out, and that change which value is fetched, how it is decoded or what becomes of it, each with
 * what the CRD fills in. Any other member that we did not write may come from a newer CRD, and is no drift.
 */
const DECISIVE: Defaults = {
  dataFrom: undefined,
  refreshPolicy: "Periodic",
  "target/deletionPolicy": "Retain",
  "target/immutable": false,
  "target/manifest": undefined,
  "target/template": undefined,
};
const DECISIVE_OF_ENTRY: Defaults = {
  sourceRef: undefined,
  "remoteRef/version": undefined,
  "remoteRef/conversionStrategy": "Default",
  "remoteRef/decodingStrategy": "None",
  "remoteRef/metadataPolicy": "None",
};

type Defaults = { readonly [path: string]: string | boolean | undefined };

/** May hold a value in the clear, and the hash of a short one gives it away. */
const UNTOLD: ReadonlySet<string> = new Set(["target/template", "target/manifest"]);

/** Compares one live ExternalSecret. `build`: the annotations of the build that the ConfigMap beside it agrees with. */
export function compareExternalSecret(
  expected: ExpectedService,
  wanted: ExpectedExternalSecret,
  live: ExternalSecret,
  build: BuildAnnotations,
): readonly ClusterFinding[] {
  const name = { kind: "ExternalSecret", namespace: wanted.metadata.namespace, name: wanted.metadata.name };
  const writeFinding = findingWriter(expected, name, live);
  const other = foreignBuildOf(live, wanted.metadata.annotations);
  const isApplied = (owned: readonly string[], isThere: boolean): boolean =>
    isThere ? isOneWriter(live, owned, ["metadata", "annotations", FINGERPRINT_ANNOTATION]) : other.isOther;
  const compare = comparison(writeFinding, isApplied);
  const spec = isJsonObject(live.spec) ? live.spec : {};
  return [
    ...compare(wanted.spec, spec, { at: ["spec"], written: WRITTEN, decisive: DECISIVE }),
    ...compareEntries(entriesOf(wanted.spec), spec["data"], { writeFinding, compare, isApplied }),
    ...compareMetadata(wanted, live, writeFinding, other.annotations ?? build),
  ];
}

/** What tells an ExternalSecret that is not there; undefined of one whose text nobody should see a hash of. */
export function hashOfSpec(spec: unknown): string | undefined {
  if (!isJsonObject(spec) || [...UNTOLD].some((path) => memberAt(spec, path) !== undefined)) return undefined;
  return hashOf(spec);
}

interface Members {
  /** Where both sides stand in the object. */
  readonly at: readonly string[];
  /** The field by which the API server knows the writer, where that is not each member's own. */
  readonly owned?: readonly string[];
  readonly written: readonly string[];
  readonly decisive: Defaults;
}

type Compare = (wanted: JsonObject, live: JsonObject, members: Members) => ClusterFinding[];
type IsApplied = (owned: readonly string[], isThere: boolean) => boolean;

function comparison(writeFinding: WriteFinding, isApplied: IsApplied): Compare {
  return (wanted, live, { at, owned, written, decisive }) => {
    const names = [...written.map((path) => [path, undefined] as const), ...Object.entries(decisive)];
    return names.flatMap(([path, filledIn]): readonly ClusterFinding[] => {
      const [expected, actual] = [memberAt(wanted, path) ?? filledIn, memberAt(live, path)];
      if (isSame(path, expected, actual) || (actual === undefined && memberAt(wanted, path) === undefined)) return [];
      const field = [...at, ...path.split("/")];
      const kind = actual === undefined ? "missing" : expected === undefined ? "added" : "changed";
      const hop = isApplied(owned ?? field, actual !== undefined) ? "not-applied" : "edited-in-cluster";
      return [
        writeFinding({
          hop,
          kind,
          path: field,
          ...(owned === undefined ? {} : { owned }),
          expected: expected === undefined ? {} : side(hashOf(expected), expected),
          ...(UNTOLD.has(path)
            ? { note: "it may hold a secret in the clear, and is not told" }
            : { actual: side(hashOf(actual), kind === "changed" && typeof actual !== "object" ? actual : undefined) }),
        }),
      ];
    });
  };
}

interface Entries {
  readonly writeFinding: WriteFinding;
  readonly compare: Compare;
  readonly isApplied: IsApplied;
}

/** The API server knows one writer of the whole list. */
const LIST = ["spec", "data"];

/** Entries go by their `secretKey`, whatever their order. */
function compareEntries(wanted: ReadonlyMap<string, JsonObject>, live: JsonValue | undefined, tools: Entries): ClusterFinding[] {
  const { writeFinding, compare, isApplied } = tools;
  const byKey = new Map<string, JsonObject[]>();
  const list: readonly JsonValue[] = Array.isArray(live) ? live : [];
  list.forEach((item, index) => {
    const entry = isJsonObject(item) ? item : {};
    const key = typeof entry["secretKey"] === "string" ? entry["secretKey"] : String(index);
    byKey.set(key, [...(byKey.get(key) ?? []), entry]);
  });
  const hop = (isThere: boolean): "not-applied" | "edited-in-cluster" => (isApplied(LIST, isThere) ? "not-applied" : "edited-in-cluster");
  const findings: ClusterFinding[] = [];
  for (const [key, entry] of wanted) {
    const path = [...LIST, key];
    const same = byKey.get(key) ?? [];
    const [only] = same;
    if (only === undefined) {
      findings.push(writeFinding({ hop: hop(false), kind: "missing", path, owned: LIST, expected: side(hashOf(entry), entry) }));
    } else if (same.length > 1) {
      const note = `${same.length} entries have this secretKey, and the last one counts`;
      const sides = { expected: side(hashOf(entry), entry), actual: side(hashOf(same)) };
      findings.push(writeFinding({ hop: hop(true), kind: "changed", path, owned: LIST, ...sides, note }));
    } else findings.push(...compare(entry, only, { at: path, owned: LIST, written: WRITTEN_OF_ENTRY, decisive: DECISIVE_OF_ENTRY }));
  }
  for (const [key, entries] of byKey) {
    if (wanted.has(key)) continue;
    findings.push(writeFinding({ hop: hop(true), kind: "added", path: [...LIST, key], owned: LIST, actual: side(hashOf(entries)) }));
  }
  return findings;
}

function entriesOf(spec: JsonObject): ReadonlyMap<string, JsonObject> {
  const data = spec["data"];
  const entries = Array.isArray(data) ? data.filter(isJsonObject) : [];
  return new Map(entries.map((entry) => [String(entry["secretKey"]), entry]));
}

/** The member at `path`, whose steps are parted by `/`. What is empty says nothing. */
function memberAt(from: JsonObject, path: string): JsonValue | undefined {
  let at: JsonValue | undefined = from;
  for (const step of path.split("/")) at = isJsonObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  const isEmpty = at === null || at === "" || (typeof at === "object" && Object.keys(at).length === 0);
  return isEmpty ? undefined : at;
}

function isSame(path: string, expected: JsonValue | undefined, actual: JsonValue | undefined): boolean {
  if (expected === undefined || actual === undefined || typeof expected !== typeof actual) return expected === actual;
  if (path === "refreshInterval") return nanoseconds(expected) === nanoseconds(actual);
  return hashOf(expected) === hashOf(actual);
}

const UNITS: { readonly [unit: string]: number } = { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, m: 6e10, h: 3.6e12 };

/** A duration as Go reads it: `1h` and `1h0m0s` are one. Anything else is itself. */
function nanoseconds(value: JsonValue): JsonValue {
  if (typeof value !== "string" || !/^(\d+(\.\d+)?(ns|us|µs|μs|ms|s|m|h))+$/.test(value)) return value;
  let sum = 0;
  for (const [, amount, , unit = ""] of value.matchAll(/(\d+(\.\d+)?)(ns|us|µs|μs|ms|s|m|h)/g)) sum += Number(amount) * (UNITS[unit] ?? 0);
  return sum;
}

function hashOf(value: JsonValue | readonly JsonValue[] | undefined): string | undefined {
  if (value === undefined) return undefined;
  // A text by its bytes, as everywhere else.
  if (typeof value === "string") return hashBytes(value);
  try {
    return hashBytes(canonicalize(value));
  } catch {
    // Nothing that a build wrote: the finding goes without a hash.
    return undefined;
  }
}
