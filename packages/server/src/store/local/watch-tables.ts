// A watch of tables: reads on from its place whenever something was committed.
import { hashRow, type Row } from "../record.ts";
import { StoreError } from "../errors.ts";
import type { Change, WatchMessage, WatchOptions } from "../store.ts";
import type { Tables } from "./tables.ts";

/** Revisions that a watcher reads at once. */
const STEP = 256;

/** How a watch hears of its engine. */
export interface WatchHooks extends WatchOptions {
  /** Throws when the engine was stopped. */
  readonly refuseStopped: () => void;
  /** Calls `wake` after every change of the head; returns how to stop that. */
  readonly onChange: (wake: () => void) => () => void;
}

/** The messages of one watch; see {@link WatchMessage}. */
export async function* watchTables(
  tables: Tables,
  prefix: string,
  { after, signal, refuseStopped, onChange }: WatchHooks,
): AsyncGenerator<WatchMessage> {
  const bell = new Bell();
  const stop = onChange(() => bell.ring());
  const abort = (): void => bell.ring();
  signal?.addEventListener("abort", abort);
  try {
    let told = -1;
    for (let position = after; !isAborted(signal);) {
      refuseStopped();
      const { compacted, revision } = tables.head;
      if (position < compacted) return yield { kind: "too-old", oldest: compacted };
      if (position > revision) return yield { kind: "ahead", revision };
      const upTo = Math.min(revision, position + STEP);
      for (const message of groupByRevision(tables.changes(prefix, position, upTo))) {
        yield message;
        told = message.revision;
        if (isAborted(signal)) return;
      }
      position = upTo;
      if (position !== told && position === tables.head.revision) {
        yield { kind: "progress", revision: position };
        told = position;
      }
      if (position === tables.head.revision) await bell.wait();
    }
  } finally {
    stop();
    signal?.removeEventListener("abort", abort);
  }
}

/** Wakes one waiter; a ring that nobody waits for is kept. */
class Bell {
  #isRung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  async wait(): Promise<void> {
    if (!this.#isRung) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#isRung = false;
    this.#wake = undefined;
  }
}

function groupByRevision(rows: readonly Row[]): readonly (WatchMessage & { readonly kind: "changes" })[] {
  const groups: { kind: "changes"; revision: number; changes: Change[] }[] = [];
  for (const { key, revision, value, hash } of rows) {
    if (hashRow(key, revision, value) !== hash) throw new StoreError("corrupt", `the version ${revision} of ${key} does not have its hash`);
    if (groups.at(-1)?.revision !== revision) groups.push({ kind: "changes", revision, changes: [] });
    groups.at(-1)?.changes.push({ key, value, hash });
  }
  return groups;
}

/** Asked anew after every wait: the compiler takes a property that it once saw for a constant. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
