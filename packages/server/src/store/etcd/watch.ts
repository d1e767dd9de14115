// A watch in etcd that trusts no stream: every commit carries its log entry, so that a gap, a repetition or half a
// commit is seen, and read again; a silent stream is compared with the head.
import { StoreError } from "../errors.ts";
import type { LogEntry } from "../record.ts";
import type { Change, WatchMessage, WatchOptions } from "../store.ts";
import { CallError, toStoreError } from "./channel.ts";
import type { WatchEvent, WatchResponse } from "./messages.ts";
import { readLogEntry, type State } from "./state.ts";
import { proveStored } from "./stored.ts";

/** A stream that is silent for so long is compared with the head, in milliseconds. */
const PROBE_MS = 2000;
/** A commit that no stream gives whole is lost in etcd itself. */
const MOST_GAPS = 5;

/** The stream does not hold what it must: read on from the last commit that was whole. */
class Gap extends Error {}

export interface EtcdWatchOptions extends WatchOptions {
  /** Ends the watch with `closed`. */
  readonly closing: AbortSignal;
}

/** One watch. */
export class EtcdWatch {
  readonly #state: State;
  readonly #prefix: string;
  readonly #closing: AbortSignal;
  readonly #end: AbortSignal;
  #position: number;
  #told = -1;
  #gaps = 0;
  #isWaiting = false;

  constructor(state: State, prefix: string, { after, signal, closing }: EtcdWatchOptions) {
    this.#state = state;
    this.#prefix = prefix;
    this.#position = after;
    this.#closing = closing;
    this.#end = signal === undefined ? closing : AbortSignal.any([signal, closing]);
  }

  async *messages(): AsyncGenerator<WatchMessage> {
    for (let failures = 0; !this.#isOver();) {
      const before = this.#position;
      try {
        const { head, modRevision } = await this.#state.readHead();
        if (this.#position > head.revision) return yield { kind: "ahead", revision: head.revision };
        const place = this.#position === head.revision ? modRevision : await this.#state.placeOf(this.#position, head);
        if (this.#position === head.revision) yield* this.#progress();
        yield* this.#stream(place + 1);
      } catch (error) {
        if (error instanceof StoreError && error.code === "too-old") return yield { kind: "too-old", oldest: await this.#oldest() };
        this.#judge(error);
        failures = this.#position > before ? 0 : failures + 1;
        if (!this.#isOver()) await pause(Math.min(1000, 50 * 2 ** failures), this.#end);
      }
    }
    if (this.#closing.aborted) throw new StoreError("closed", "the store is closed");
  }

  #isOver(): boolean {
    return this.#end.aborted;
  }

  /** Lost connections and gaps are gone over again, everything else is told. */
  #judge(error: unknown): void {
    if (error instanceof Gap) {
      if (++this.#gaps > MOST_GAPS) throw new StoreError("corrupt", `etcd does not give the commit after ${this.#position} whole`, error);
      return;
    }
    if (error instanceof CallError && !(error.isCertain && error.reason === "other")) return;
    const told = toStoreError(error);
    if (told instanceof StoreError && told.code === "unavailable" && !(error instanceof CallError)) return;
    throw told;
  }

  async #oldest(): Promise<number> {
    for (;;) {
      try {
        return (await this.#state.readHead()).head.compacted;
      } catch (error) {
        if (!(error instanceof StoreError) || error.code !== "unavailable" || this.#isOver()) throw error;
        await pause(500, this.#end);
      }
    }
  }

  async *#stream(startRevision: number): AsyncGenerator<WatchMessage> {
    const deaf = new AbortController();
    const probe = this.#probe(deaf);
    try {
      const end = AbortSignal.any([this.#end, deaf.signal]);
      this.#isWaiting = true;
      for await (const response of this.#state.channel.watch(this.#state.names.range(), startRevision, end)) {
        this.#isWaiting = false;
        if (response.compactRevision > 0) throw new StoreError("too-old", `etcd compacted to ${response.compactRevision}`);
        if (response.canceled) throw new CallError(response.cancelReason, { isCertain: false, reason: "other" });
        yield* this.#commits(response);
        if (this.#isOver()) return;
        this.#isWaiting = true;
      }
    } finally {
      clearInterval(probe);
    }
  }

  /** Ends a stream that is behind the head twice in a row without a word. */
  #probe(deaf: AbortController): NodeJS.Timeout {
    let behind = -1;
    const look = async (): Promise<void> => {
      const position = this.#position;
      const { head } = await this.#state.readHead();
      if (!this.#isWaiting || head.revision <= position || this.#position !== position) behind = -1;
      else if (behind === position) deaf.abort();
      else behind = position;
    };
    return setInterval(() => void look().catch(() => undefined), PROBE_MS);
  }

  *#commits({ events }: WatchResponse): Generator<WatchMessage> {
    for (const group of groupByRevision(events)) {
      const entry = this.#entryOf(group);
      // Without an entry it is no commit (a compaction); one that is known comes again after a reconnect.
      if (entry === undefined || entry.revision <= this.#position) continue;
      if (entry.revision !== this.#position + 1) throw new Gap(`after ${this.#position} came ${entry.revision}`);
      const changes = this.#changes(entry, group);
      this.#position = entry.revision;
      this.#gaps = 0;
      if (changes.length === 0) continue;
      this.#told = entry.revision;
      yield { kind: "changes", revision: entry.revision, changes };
    }
    yield* this.#progress();
  }

  *#progress(): Generator<WatchMessage> {
    if (this.#told === this.#position) return;
    this.#told = this.#position;
    yield { kind: "progress", revision: this.#position };
  }

  #entryOf(group: readonly WatchEvent[]): LogEntry | undefined {
    const { names } = this.#state;
    const event = group.find(({ type, kv }) => type === "PUT" && names.within("log/", kv.key) !== undefined);
    return event === undefined ? undefined : readLogEntry(event.kv.value);
  }

  /** All changes of a commit, each proved by the entry; those under the prefix are given. */
  #changes(entry: LogEntry, group: readonly WatchEvent[]): readonly Change[] {
    const events = new Map(group.map((event) => [this.#state.names.within("records/", event.kv.key), event]));
    return entry.changes.flatMap(({ key, hash, deleted }) => {
      const event = events.get(key);
      if (event === undefined || (event.type === "DELETE") !== deleted) throw new Gap(`commit ${entry.revision} came without ${key}`);
      if (!deleted && proveStored(key, event.kv.value).hash !== hash) throw new StoreError("corrupt", `${key} is not what the log says`);
      if (!key.startsWith(this.#prefix)) return [];
      return { key, hash, value: deleted ? null : proveStored(key, event.kv.value).value };
    });
  }
}

function groupByRevision(events: readonly WatchEvent[]): readonly (readonly WatchEvent[])[] {
  const groups: WatchEvent[][] = [];
  for (const event of events) {
    const last = groups.at(-1);
    if (last?.[0]?.kv.modRevision === event.kv.modRevision) last.push(event);
    else groups.push([event]);
  }
  return groups;
}

async function pause(ms: number, end: AbortSignal): Promise<void> {
  if (end.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      end.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    end.addEventListener("abort", done);
  });
}
