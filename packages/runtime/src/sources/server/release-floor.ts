// The newest release ever seen: nothing older is taken. A rollback is a new, higher revision; so what is older, or the same
// with other values, is no release of ours.
import { compareReleases, type ConfigProblem, formatReleaseId, type ReleaseFile, type ReleaseId } from "@veltrix/protocol";
import { refused } from "./read-release.ts";

/** What a process has seen, and holds every release against. */
export class ReleaseFloor {
  readonly #label: string;
  #newest: { readonly id: ReleaseId; readonly root: string | undefined } | undefined;

  /** `label` is the place that releases come from, for messages. */
  constructor(label: string) {
    this.#label = label;
  }

  /** Begins at the newest of some releases. Only their order is taken: no file may argue with the service about what one holds. */
  beginAt(ids: readonly (ReleaseId | undefined)[]): void {
    const newest = ids
      .filter((id) => id !== undefined)
      .sort(compareReleases)
      .at(-1);
    if (newest !== undefined) this.#newest = { id: { epoch: newest.epoch, revision: newest.revision }, root: undefined };
  }

  /** Why a release is not taken; undefined for one that may be. */
  findOlder(release: ReleaseFile): ConfigProblem | undefined {
    if (this.#newest === undefined) return undefined;
    const label = this.#label;
    const { root } = release.hashes;
    const [is, was] = [formatReleaseId(release), formatReleaseId(this.#newest.id)];
    const order = compareReleases(release, this.#newest.id);
    const hint = "a rollback is published as a new revision; a store that was restored starts a higher epoch";
    if (order < 0) return refused(`is release ${is}, and this process has seen ${was}`, { label }, hint);
    const isOther = order === 0 && this.#newest.root !== undefined && this.#newest.root !== root;
    return isOther ? refused(`is release ${is} with other values than before`, { label }, hint) : undefined;
  }

  /** A release was taken. */
  raise(release: ReleaseFile): void {
    const { epoch, revision, hashes } = release;
    const order = this.#newest === undefined ? 1 : compareReleases(release, this.#newest.id);
    if (order >= 0) this.#newest = { id: { epoch, revision }, root: hashes.root };
  }
}
