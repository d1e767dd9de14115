// Releases and the contracts that they are judged by: what is stored of them, and the chain of one service in one
// environment.
import { formatReleaseId, type JsonObject, parseReleaseId, type ReleaseId } from "@veltrix/protocol";
import { StoreError } from "../store/errors.ts";
import type { Store, StoredRecord } from "../store/store.ts";
import { isSealed, valueOf } from "./hash.ts";
import { contractKey, headKey, type Place, releaseKey, releasesPrefix } from "./keys.ts";

/** What a publisher sends of a release; the text of config.json is a blob, and secrets are references. */
export type ReleaseContents = {
  /** SHA-256 of the text of config.json, which was put as a blob. */
  readonly config: string;
  /** Fingerprint of the resolved config. */
  readonly root: string;
  /** What `veltrix.json` holds beside. */
  readonly hashes: JsonObject;
  /** Hash of the contract that it is judged by. */
  readonly contract: string;
  /** Pointers of keys, and which secret each is. */
  readonly secrets: { readonly [pointer: string]: string };
};

/** A release as it is stored, forever. */
export type Release = Place &
  ReleaseContents & {
    /** `<epoch>.<revision>`: the commit that published it. */
    readonly release: string;
    readonly author: string;
    readonly message: string;
    /** Of git; null where a person edited values at the service. */
    readonly commit: string | null;
    /** Milliseconds since 1970. */
    readonly at: number;
    /** The release before, and its hash; null in the first. */
    readonly previous: string | null;
    readonly previousHash: string | null;
    /** The release whose contents this one repeats; null where it has its own. */
    readonly rollbackOf: string | null;
    readonly hash: string;
  };

/** Which release is the newest. */
export interface ReleaseHead {
  readonly release: string;
  readonly hash: string;
}

/** A contract: its normalised text is a blob of this hash. */
export interface ContractRecord {
  readonly contract: string;
  readonly at: number;
}

/** Keeps the text of a contract; what is there already stays. Returns its hash. */
export async function putContract(store: Store, text: Uint8Array, now: number): Promise<string> {
  const contract = await store.putBlob(text);
  const record: ContractRecord = { contract, at: now };
  await store.commit({
    compare: [{ key: contractKey(contract), exists: false }],
    write: () => [{ kind: "put", key: contractKey(contract), value: JSON.stringify(record) }],
  });
  return contract;
}

/** The newest release of a service in an environment. */
export async function readHeadRelease(store: Store, place: Place): Promise<Release | undefined> {
  const [head] = (await store.read({ key: headKey(place) })).records;
  return head === undefined ? undefined : readRelease(store, place, valueOf<ReleaseHead>(head).release);
}

/** One release; undefined where there is none of this id. */
export async function readRelease(store: Store, place: Place, release: string): Promise<Release | undefined> {
  const id = parseReleaseId(release);
  if (id === undefined) return undefined;
  const [record] = (await store.read({ key: releaseKey(place, id) })).records;
  return record === undefined ? undefined : proveRelease(record, id);
}

function proveRelease(record: StoredRecord, id: ReleaseId): Release {
  const release = valueOf<Release>(record);
  if (isSealed(release) && release.release === formatReleaseId(id)) return release;
  throw new StoreError("corrupt", `release ${formatReleaseId(id)} does not have its hash`);
}

/** A history, newest first, and what is wrong with its chain, a line each. */
export interface History {
  readonly releases: readonly Release[];
  readonly wrong: readonly string[];
}

/** All releases of a service in an environment. */
export async function readHistory(store: Store, place: Place): Promise<History> {
  const { revision, records } = await store.read({ prefix: releasesPrefix(place) });
  const [head] = (await store.read({ keys: [headKey(place)] }, revision)).records;
  const releases = records.map((record) => valueOf<Release>(record));
  const wrong: string[] = [];
  let before: Release | undefined;
  for (const release of releases) {
    if (!isSealed(release)) wrong.push(`release ${release.release} does not have its hash`);
    if (release.previous !== (before?.release ?? null) || release.previousHash !== (before?.hash ?? null)) {
      wrong.push(`release ${release.release} does not follow ${before?.release ?? "nothing"}`);
    }
    before = release;
  }
  const end = head === undefined ? undefined : valueOf<ReleaseHead>(head);
  if (end?.release !== before?.release || end?.hash !== before?.hash) wrong.push("the newest release is not the one that the head names");
  return { releases: releases.toReversed(), wrong };
}

/** Hashes of all blobs that a record names: what a sweep must keep. */
export async function listNamedBlobs(store: Store): Promise<ReadonlySet<string>> {
  const { revision, records: releases } = await store.read({ prefix: "releases/" });
  const { records: contracts } = await store.read({ prefix: "contracts/" }, revision);
  return new Set([
    ...releases.map((record) => valueOf<Release>(record).config),
    ...contracts.map((record) => valueOf<ContractRecord>(record).contract),
  ]);
}
