// What an engine must do; everything that is the same for all of them stands before it, in record-store.ts and plan.ts.
import type { Draft } from "./plan.ts";
import type { CommitAnswer, EngineName, Head, Range, Snapshot, Verification, WatchMessage, WatchOptions } from "./store.ts";

/** An engine: it keeps records, bodies and a log, and does what it is told in one transaction. */
export interface Engine {
  readonly name: EngineName;
  readHead(): Promise<Head>;
  read(range: Range, revision: number | undefined): Promise<Snapshot>;
  commit(draft: Draft): Promise<CommitAnswer>;
  watch(prefix: string, options: WatchOptions): AsyncIterable<WatchMessage>;
  compact(revision: number): Promise<void>;
  readBody(hash: string): Promise<Uint8Array | undefined>;
  verify(): Promise<Verification>;
  close(): Promise<void>;
}

/** Called with a name before every call of an engine to what keeps its data; throws to play a fault. For tests. */
export type Failpoint = (call: string) => void;
