// Publishing: a new release by compare-and-set, once per idempotency key, in one commit with the head and the audit.
import { formatReleaseId, type JsonObject } from "@veltrix/protocol";
import { StoreError } from "../store/errors.ts";
import { blobKey } from "../store/keys.ts";
import type { Store, StoredRecord } from "../store/store.ts";
import type { Actor } from "./audit.ts";
import { type Change, makeChange, type View } from "./change.ts";
import { seal, valueOf } from "./hash.ts";
import { contractKey, headKey, isLabel, type Place, releaseKey, releasesPrefix } from "./keys.ts";
import { readRelease, type Release, type ReleaseContents, type ReleaseHead } from "./release.ts";

const HASH = /^[0-9a-f]{64}$/;

/** What every new release is asked for with. */
export interface NewRelease extends Place {
  /** The release that the publisher saw as the newest; null: there is none. */
  readonly ifMatch: string | null;
  readonly idempotencyKey: string;
  readonly actor: Actor;
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A release with contents of its own. Its config and its contract were put before. */
export interface PublishRequest extends NewRelease {
  readonly contents: ReleaseContents;
  readonly commit: string | null;
}

/** A release that repeats an older one. */
export interface RollbackRequest extends NewRelease {
  readonly to: string;
  readonly reason: string;
}

/** Why there is no new release. */
export type PublishRefusal =
  /** Another release is the newest: both sides must be looked at. */
  | { readonly kind: "moved"; readonly head: string | null }
  | { readonly kind: "unknown-contract" | "unknown-config" | "unknown-release" | "invalid-name" }
  /** After a restore or a migration an operator must let the service go on. */
  | { readonly kind: "frozen" };

/** What became of it. */
export type PublishAnswer =
  | { readonly kind: "published"; readonly release: Release; readonly repeated: boolean }
  | { readonly kind: "refused"; readonly refusal: PublishRefusal };

/** Publishes contents; fails with a StoreError (`receipt-reused` where the idempotency key was used for something else). */
export function publish(store: Store, request: PublishRequest): Promise<PublishAnswer> {
  const { contents, commit } = request;
  return addRelease(store, request, { action: "publish", contents, commit, rollbackOf: null, reason: null });
}

/** Publishes the contents of an older release again, under a new and higher revision. */
export async function rollBack(store: Store, request: RollbackRequest): Promise<PublishAnswer> {
  const { to, reason } = request;
  if (!isPlace(request)) return refuse({ kind: "invalid-name" });
  // Releases never change: what is read now is what will be repeated.
  const release = await readRelease(store, request, to);
  if (release === undefined) return refuse({ kind: "unknown-release" });
  const { config, root, hashes, contract, secrets, commit } = release;
  return addRelease(store, request, {
    action: "rollback",
    contents: { config, root, hashes, contract, secrets },
    commit,
    rollbackOf: to,
    reason,
  });
}

interface Source {
  readonly action: "publish" | "rollback";
  readonly contents: ReleaseContents;
  readonly commit: string | null;
  readonly rollbackOf: string | null;
  readonly reason: string | null;
}

async function addRelease(store: Store, request: NewRelease, source: Source): Promise<PublishAnswer> {
  if (!isPlace(request)) return refuse({ kind: "invalid-name" });
  const { service, environment, ifMatch, idempotencyKey, now, message, actor } = request;
  const { contract, config } = source.contents;
  if (!HASH.test(contract)) return refuse({ kind: "unknown-contract" });
  if (!HASH.test(config)) return refuse({ kind: "unknown-config" });
  const asked: JsonObject = { ...source, contents: { ...source.contents }, ifMatch, message, subject: actor.subject };
  const answer = await makeChange<PublishRefusal>({
    store,
    now,
    keys: [headKey(request), contractKey(contract)],
    present: [blobKey(config)],
    idempotency: { key: idempotencyKey, scope: `${source.action} ${service} ${environment}`, request: asked },
    decide: (view) => {
      const head = headOf(view.get(headKey(request)));
      const refusal = findRefusal(view, { ifMatch, head, contract, config });
      if (refusal !== undefined) return { kind: "refuse", refusal };
      return { kind: "change", write: (revision) => writeRelease(request, source, { head, epoch: view.epoch, revision }) };
    },
  });
  return answer.kind === "refused" ? refuse(answer.refusal) : tell(store, request, answer);
}

function refuse(refusal: PublishRefusal): PublishAnswer {
  return { kind: "refused", refusal };
}

function isPlace({ service, environment }: Place): boolean {
  return isLabel(service) && isLabel(environment);
}

function headOf(record: StoredRecord | undefined): ReleaseHead | undefined {
  return record === undefined ? undefined : valueOf<ReleaseHead>(record);
}

interface Asked {
  readonly ifMatch: string | null;
  readonly head: ReleaseHead | undefined;
  readonly contract: string;
  readonly config: string;
}

function findRefusal(view: View, { ifMatch, head, contract, config }: Asked): PublishRefusal | undefined {
  if (view.isFrozen) return { kind: "frozen" };
  if ((head?.release ?? null) !== ifMatch) return { kind: "moved", head: head?.release ?? null };
  if (view.get(contractKey(contract)) === undefined) return { kind: "unknown-contract" };
  return view.get(blobKey(config)) === undefined ? { kind: "unknown-config" } : undefined;
}

interface Where {
  readonly head: ReleaseHead | undefined;
  readonly epoch: number;
  readonly revision: number;
}

function writeRelease(request: NewRelease, source: Source, { head, epoch, revision }: Where): Change {
  const { service, environment, actor, message, now } = request;
  const id = { epoch, revision };
  const release: Release = seal({
    service,
    environment,
    release: formatReleaseId(id),
    ...source.contents,
    author: actor.subject,
    message,
    commit: source.commit,
    at: now,
    previous: head?.release ?? null,
    previousHash: head?.hash ?? null,
    rollbackOf: source.rollbackOf,
  });
  const key = releaseKey(request, id);
  const newest: ReleaseHead = { release: release.release, hash: release.hash };
  const { root, hash } = release;
  return {
    operations: [
      { kind: "put", key, value: JSON.stringify(release) },
      { kind: "put", key: headKey(request), value: JSON.stringify(newest) },
    ],
    deed: {
      action: source.action,
      target: key,
      actor,
      ...(source.reason === null ? {} : { reason: source.reason }),
      before: head === undefined ? null : { release: head.release, hash: head.hash },
      after: { release: release.release, hash, root },
    },
  };
}

/** The release of a commit, also of one that was made long ago, in an earlier epoch perhaps. */
async function tell(
  store: Store,
  place: Place,
  { revision, repeated }: { readonly revision: number; readonly repeated: boolean },
): Promise<PublishAnswer> {
  const { records } = await store.read({ prefix: releasesPrefix(place) });
  const record = records.find((one) => one.revision === revision);
  if (record === undefined) throw new StoreError("corrupt", `revision ${revision} published no release of ${place.service}`);
  return { kind: "published", release: valueOf<Release>(record), repeated };
}
