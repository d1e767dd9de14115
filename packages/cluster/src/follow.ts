// A list and the watch behind it, for as long as it is wanted: resumes where it was, lists again when that is
// too old (410), and waits longer after each failure in a row.
import { ClusterError } from "./errors.ts";
import type { Kind, Objects } from "./resources.ts";
import { pause } from "./pause.ts";
import { type Cluster, isUnknownKind, type Scope } from "./read.ts";

/** What is told on the way. */
export interface FollowHandler<K extends Kind> {
  readonly onList: (items: readonly Objects[K][]) => void;
  readonly onChange: (type: "ADDED" | "MODIFIED" | "DELETED", object: Objects[K]) => void;
  /** The server has taken the watch: what is known is what is there. */
  readonly onConnected: () => void;
  readonly onLost: (error: ClusterError) => void;
  /** The cluster has no such kind (yet): there are no objects of it. */
  readonly onUnknown?: () => void;
}

export interface FollowOptions extends Scope {
  readonly signal: AbortSignal;
  /** Milliseconds: the first wait, and the longest. */
  readonly backoff?: { readonly first: number; readonly longest: number };
  readonly idleMs?: number;
}

const BACKOFF = { first: 100, longest: 10_000 };
/** A watch that ends sooner is no success. */
const LASTING_MS = 1_000;

/** Runs until `signal` is aborted. */
export async function follow<K extends Kind>(cluster: Cluster, kind: K, options: FollowOptions, handler: FollowHandler<K>): Promise<void> {
  const { signal, backoff = BACKOFF, idleMs } = options;
  let resourceVersion: string | undefined;
  let failures = 0;
  while (!signal.aborted) {
    const start = performance.now();
    let failure: ClusterError | undefined;
    try {
      if (resourceVersion === undefined) {
        const listed = await cluster.list(kind, options);
        if (signal.aborted) return;
        handler.onList(listed.items);
        resourceVersion = listed.resourceVersion;
      }
      const watched = { ...options, resourceVersion, onOpen: handler.onConnected, ...(idleMs === undefined ? {} : { idleMs }) };
      for await (const { type, object } of cluster.watch(kind, watched)) {
        resourceVersion = object.metadata.resourceVersion ?? resourceVersion;
        if (type !== "BOOKMARK") handler.onChange(type, object);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ClusterError)) throw error;
      failure = error;
      // What happened since is lost: only a new list tells.
      if (error.kind === "gone") resourceVersion = undefined;
      if (isUnknownKind(kind, error)) {
        resourceVersion = undefined;
        failure = undefined;
        handler.onUnknown?.();
      }
    }
    failures = performance.now() - start > LASTING_MS ? 0 : failures + 1;
    if (failure !== undefined && failure.kind !== "gone") handler.onLost(failure);
    // A server ends a watch every few minutes, and that is no failure.
    if (failure === undefined && failures === 0) continue;
    const wait = Math.min(backoff.longest, backoff.first * 2 ** Math.min(failures, 20)) * (0.5 + Math.random() / 2);
    await pause(Math.max(wait, 1000 * (failure?.retryAfter ?? 0)), signal);
  }
}
