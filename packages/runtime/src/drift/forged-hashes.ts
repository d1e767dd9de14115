// Hashes of a veltrix.json that are those of nothing: neither of the config.json beside it nor of its own leaves. An edit of
// config.json leaves them as they were built, and is told by its keys.
import {
  compareUtf8,
  type DriftFinding,
  type FingerprintName,
  findCovering,
  type HashesFile,
  type JsonObject,
  type ProcessHop,
  renderDelivered,
} from "@veltrix/protocol";
import { type Fingerprints, hashBytes, hashRoot } from "@veltrix/protocol/fingerprint";

/** What was delivered. */
export interface Delivered {
  readonly configText: string;
  readonly value: JsonObject;
  readonly hashes: HashesFile;
  /** Absent where the contract of the hashes is not known: then nobody can say which leaves the restart hash is of. */
  readonly hot?: readonly string[] | undefined;
}

/** The hashes of the values that are there. */
export interface Computed extends Pick<Fingerprints, "root" | "restart"> {
  /** Each leaf has the hash that it was built with. */
  readonly isAsBuilt: boolean;
  /** Nothing may be shown of some leaf, nor what it could be guessed from. */
  readonly isHiding: boolean;
}

/** One finding for each hash that is not of what it stands beside, by its name. */
export function findForged({ configText, value, hashes, hot }: Delivered, computed: Computed): readonly DriftFinding[] {
  const claimed = computed.isAsBuilt ? computed : combineLeaves(hashes, hot ?? []);
  const found: DriftFinding[] = [];
  const tell = (fingerprint: FingerprintName, actual: string): void => {
    const { service, environment } = hashes;
    const hop = "deployed-inconsistent" satisfies ProcessHop;
    found.push({
      service,
      environment,
      hop,
      kind: "changed",
      pointer: "",
      fingerprint,
      expected: { hash: hashes[fingerprint] },
      actual: computed.isHiding ? {} : { hash: actual },
    });
  };
  for (const name of hot === undefined ? (["root"] as const) : (["root", "restart"] as const))
    if (hashes[name] !== computed[name] && hashes[name] !== claimed?.[name]) tell(name, computed[name]);
  // Of values that were edited, nobody knows any more how they were written.
  const isSameValue = computed.isAsBuilt || hashes.root === computed.root;
  if (isSameValue && hashes.bytes !== hashBytes(configText)) {
    const written = hashBytes(renderDelivered(value));
    if (hashes.bytes !== written) tell("bytes", written);
  }
  return found;
}

const fingerprintPattern = /^v1:sha256:[0-9a-f]{64}$/;

/** What the leaves of a veltrix.json come to; undefined where one of them is no hash. */
function combineLeaves({ leaves }: HashesFile, hot: readonly string[]): Pick<Fingerprints, "root" | "restart"> | undefined {
  const ordered = Object.entries(leaves).sort(([a], [b]) => compareUtf8(a, b));
  if (!ordered.every(([, hash]) => fingerprintPattern.test(hash))) return undefined;
  const ancestors = new Set(hot);
  const restart = ordered.filter(([pointer]) => findCovering(pointer, ancestors) === undefined);
  const hashesOf = (entries: readonly (readonly [string, string])[]): readonly string[] => entries.map(([, hash]) => hash);
  return { root: hashRoot(hashesOf(ordered)), restart: hashRoot(hashesOf(restart)) };
}
