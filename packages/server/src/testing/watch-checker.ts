// The six properties that etcd gives its watches, checked on what watchers were told against what was committed:
// ordered, unique, reliable, atomic, resumable, bookmarkable.
import type { Operation, Store, WatchMessage } from "../store/store.ts";
import type { Random } from "./random.ts";

/** What was committed, by revision. */
export type Committed = ReadonlyMap<number, readonly Operation[]>;

/** What one watcher went through: messages of connections, each from a bookmark, and lists where it was too old. */
export type Step =
  | { readonly kind: "connected"; readonly after: number }
  | { readonly kind: "message"; readonly message: WatchMessage }
  | { readonly kind: "listed"; readonly revision: number; readonly values: { readonly [key: string]: string } };

/** Watches a prefix until all up to `until()` was told, with connections that end at random; goes on from its bookmark. */
export async function watchWithReconnects(
  store: () => Store,
  prefix: string,
  { random, until }: { readonly random: Random; readonly until: () => number },
): Promise<readonly Step[]> {
  const steps: Step[] = [];
  let bookmark = 0;
  while (bookmark < until()) {
    steps.push({ kind: "connected", after: bookmark });
    let left = 1 + random.below(200);
    for await (const message of store().watch(prefix, { after: bookmark })) {
      steps.push({ kind: "message", message });
      if (message.kind === "ahead") throw new Error(`ahead of ${message.revision}`);
      if (message.kind === "too-old") {
        const { revision, records } = await store().read({ prefix });
        steps.push({ kind: "listed", revision, values: Object.fromEntries(records.map(({ key, value }) => [key, value])) });
        bookmark = revision;
        break;
      }
      bookmark = message.revision;
      if (--left === 0 || bookmark >= until()) break;
    }
  }
  return steps;
}

/** What was wrong, as lines; and how many changes were delivered. */
export function checkWatch(
  steps: readonly Step[],
  prefix: string,
  committed: Committed,
): { readonly wrong: readonly string[]; readonly events: number } {
  const wrong: string[] = [];
  const truth = replay(committed, prefix);
  let events = 0;
  let told = 0;
  /** All revisions in (after, upTo) must have had nothing for this watcher. */
  const expectNothing = (after: number, upTo: number): void => {
    for (let revision = after + 1; revision < upTo; revision++) {
      if ((truth.changes.get(revision)?.size ?? 0) > 0) wrong.push(`reliable: revision ${revision} was not told`);
    }
  };
  for (const step of steps) {
    if (step.kind === "connected") {
      if (step.after !== told) wrong.push(`resumable: resumed after ${step.after}, told ${told}`);
    } else if (step.kind === "listed") {
      if (JSON.stringify(step.values) !== JSON.stringify(truth.states.get(step.revision) ?? {}))
        wrong.push(`list: revision ${step.revision}`);
      told = step.revision;
    } else if (step.message.kind === "changes") {
      const { revision, changes } = step.message;
      if (revision <= told) wrong.push(`ordered, unique, bookmarkable: ${revision} after ${told}`);
      expectNothing(told, revision);
      const expected = [...(truth.changes.get(revision) ?? [])];
      if (JSON.stringify(changes.map(({ key, value }) => [key, value])) !== JSON.stringify(expected))
        wrong.push(`atomic: revision ${revision}`);
      events += changes.length;
      told = revision;
    } else if (step.message.kind === "progress") {
      if (step.message.revision < told) wrong.push(`bookmarkable: progress ${step.message.revision} after ${told}`);
      expectNothing(told, step.message.revision + 1);
      told = step.message.revision;
    }
  }
  return { wrong, events };
}

interface Truth {
  readonly changes: ReadonlyMap<number, ReadonlyMap<string, string | null>>;
  readonly states: ReadonlyMap<number, { readonly [key: string]: string }>;
}

/** What commits did under a prefix: deletes of what was not there did nothing. */
function replay(committed: Committed, prefix: string): Truth {
  const changes = new Map<number, Map<string, string | null>>();
  const states = new Map<number, { readonly [key: string]: string }>();
  const state = new Map<string, string>();
  let snapshot: { readonly [key: string]: string } = {};
  for (const revision of [...committed.keys()].sort((a, b) => a - b)) {
    const did = new Map<string, string | null>();
    for (const operation of [...(committed.get(revision) ?? [])].sort((a, b) => (a.key < b.key ? -1 : 1))) {
      if (!operation.key.startsWith(prefix)) continue;
      if (operation.kind === "put") {
        state.set(operation.key, operation.value);
        did.set(operation.key, operation.value);
      } else if (state.delete(operation.key)) did.set(operation.key, null);
    }
    changes.set(revision, did);
    if (did.size > 0) snapshot = Object.fromEntries([...state].sort(([a], [b]) => (a < b ? -1 : 1)));
    states.set(revision, snapshot);
  }
  return { changes, states };
}
