// Fingerprints: SHA-256 over canonical leaves. A module of its own, because loading node:crypto
// costs a starting process more than reading its configuration does; the runtime imports it late.
import { hash } from "node:crypto";
import { canonicalize, type JsonValue } from "./json.ts";
import { findCovering, type Leaf, leavesOf, type SecretReferences } from "./leaves.ts";

const PREFIX = "v1:sha256:";
const ROOT_DOMAIN = Buffer.from("veltrix-config-v1\0", "utf8");

/** `v1:sha256:` and 64 hex digits. */
export type Fingerprint = string;

/** The hashes of one resolved config. */
export interface Fingerprints {
  /** Over every leaf, secret references included. */
  readonly root: Fingerprint;
  /** Over the leaves that only a restart may change, and the secret references. */
  readonly restart: Fingerprint;
  /** Each leaf's own hash, by pointer, in the order of the pointers' bytes. */
  readonly leaves: { readonly [pointer: string]: Fingerprint };
}

/** The fingerprint of bytes as they are: of a delivered file. */
export function hashBytes(bytes: Uint8Array | string): Fingerprint {
  return PREFIX + hash("sha256", bytes, "hex");
}

/** `SHA-256(u32be(n) | pointer | u32be(m) | JCS(value))`; n and m count UTF-8 bytes. */
export function hashLeaf(leaf: Leaf): Fingerprint {
  const value = canonicalize(leaf.value, leaf.pointer);
  const n = Buffer.byteLength(leaf.pointer);
  const m = Buffer.byteLength(value);
  const input = Buffer.allocUnsafe(8 + n + m);
  input.writeUInt32BE(n, 0);
  input.write(leaf.pointer, 4);
  input.writeUInt32BE(m, 4 + n);
  input.write(value, 8 + n);
  return hashBytes(input);
}

/** `SHA-256("veltrix-config-v1" | 0x00 | the leaves' 32 bytes, ordered by pointer bytes)`. */
export function hashRoot(leaves: readonly Fingerprint[]): Fingerprint {
  const input = Buffer.allocUnsafe(ROOT_DOMAIN.length + 32 * leaves.length);
  ROOT_DOMAIN.copy(input);
  leaves.forEach((leaf, index) => input.write(leaf.slice(PREFIX.length), ROOT_DOMAIN.length + 32 * index, "hex"));
  return hashBytes(input);
}

/** What `fingerprintConfig` needs to know beside the value. */
export interface FingerprintOptions {
  readonly secrets?: SecretReferences;
  /** Pointers of the hot subtrees: their leaves are left out of the restart hash. */
  readonly hot?: readonly string[];
}

/**
 * All hashes of a resolved config as it is delivered.
 *
 * @throws NotCanonicalError when the value is not I-JSON.
 */
export function fingerprintConfig(value: JsonValue, options: FingerprintOptions = {}): Fingerprints {
  const hot = new Set(options.hot);
  const hashes: { [pointer: string]: Fingerprint } = {};
  const all: Fingerprint[] = [];
  const restart: Fingerprint[] = [];
  for (const leaf of leavesOf(value, options.secrets)) {
    const leafHash = hashLeaf(leaf);
    hashes[leaf.pointer] = leafHash;
    all.push(leafHash);
    if (hot.size === 0 || findCovering(leaf.pointer, hot) === undefined) restart.push(leafHash);
  }
  return { root: hashRoot(all), restart: hashRoot(restart), leaves: hashes };
}
