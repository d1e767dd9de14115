// The engine over etcd. All commits compare the head that they were planned on, so that they have one order whoever
// makes them, revisions without gaps, and the tallies and the chain that go with them.
import { Buffer } from "node:buffer";
import { setMaxListeners } from "node:events";
import type { Engine } from "../engine.ts";
import { StoreError } from "../errors.ts";
import { renderHead } from "../head.ts";
import { type Draft, type Plan, planCommit, prepareCommit } from "../plan.ts";
import { renderLogEntry } from "../record.ts";
import type { CommitAnswer, EngineName, Head, Range, Snapshot, Verification, WatchMessage, WatchOptions } from "../store.ts";
import { Verifier } from "../verifier.ts";
import { CallError, toStoreError } from "./channel.ts";
import { type RequestOp, unchanged } from "./messages.ts";
import { readLogEntry, type SeenHead, type State } from "./state.ts";
import { readStored, renderStored } from "./stored.ts";
import { EtcdWatch } from "./watch.ts";

/** How long a commit tries, in calls' timeouts: others may win, a member may be away. */
const PATIENCE = 4;

/** An engine over one root in etcd; closes its channel. */
export class EtcdEngine implements Engine {
  readonly name: EngineName = "etcd";
  readonly #state: State;
  readonly #closing = new AbortController();
  /** Commits of one process go one by one: they would only push each other aside. */
  #turn: Promise<unknown> = Promise.resolve();
  #guess = 0;

  constructor(state: State) {
    this.#state = state;
    // Every watch listens.
    setMaxListeners(0, this.#closing.signal);
  }

  async readHead(): Promise<Head> {
    this.#refuseClosed();
    return (await this.#state.readHead()).head;
  }

  async read(range: Range, revision: number | undefined): Promise<Snapshot> {
    this.#refuseClosed();
    return this.#state.read(range, revision);
  }

  commit(draft: Draft): Promise<CommitAnswer> {
    const answer = this.#turn.then(() => this.#commit(draft));
    this.#turn = answer.catch(() => undefined);
    return answer;
  }

  async #commit(draft: Draft): Promise<CommitAnswer> {
    const deadline = Date.now() + PATIENCE * this.#state.channel.timeoutMs;
    for (let round = 0; ; round++) {
      this.#refuseClosed();
      const { seen, outcome } = await this.#plan(draft);
      if (outcome.kind !== "write") return outcome;
      if ((await this.#apply(outcome, seen, deadline)) === "done") {
        this.#guess = outcome.head.revision;
        return { kind: "committed", revision: outcome.head.revision, repeated: false };
      }
      if (Date.now() > deadline) throw new StoreError("unavailable", `other writers came first ${round + 1} times`);
      // Chance decides who comes first next time.
      await pause(Math.random() * Math.min(100, 2 ** round));
    }
  }

  /** Decides on what is there now. The revision is a guess until the head is read with the keys, and then mostly right. */
  async #plan(draft: Draft): Promise<{ readonly seen: SeenHead; readonly outcome: Plan | CommitAnswer }> {
    for (;;) {
      const prepared = prepareCommit(draft, this.#guess + 1);
      const { seen, records } = await this.#state.readKeys(prepared.keys);
      this.#guess = seen.head.revision;
      if (prepared.revision !== seen.head.revision + 1) continue;
      return { seen, outcome: planCommit(draft, prepared, { head: seen.head, recordOf: (key) => records.get(key) }) };
    }
  }

  /**
   * Writes a plan if the head is still the one that it was made on. A call without an answer is asked after until it is
   * known: while the head has not moved, the same write can be sent again; when it has, the log says whose write that was.
   */
  async #apply(plan: Plan, { modRevision }: SeenHead, deadline: number): Promise<"done" | "lost"> {
    const { names, channel } = this.#state;
    const request = { compare: [unchanged(names.head, modRevision)], success: this.#writes(plan) };
    let isOpen = false;
    for (;;) {
      try {
        if ((await channel.txn(request)).succeeded) return "done";
        return isOpen ? await this.#wasOurs(plan) : "lost";
      } catch (error) {
        if (!(error instanceof CallError)) throw error;
        // A refusal of the second try says nothing about the first.
        if (error.isCertain && !isOpen) throw toStoreError(error);
        isOpen = true;
        if (Date.now() > deadline) throw new StoreError("unknown", "etcd did not say whether the commit happened: repeat it", error);
        await pause(50);
      }
    }
  }

  async #wasOurs({ entry }: Plan): Promise<"done" | "lost"> {
    try {
      const written = await this.#state.readEntry(entry.revision);
      if (written !== undefined) return written.nonce === entry.nonce ? "done" : "lost";
      if ((await this.#state.readHead()).head.revision < entry.revision) return "lost";
    } catch (error) {
      throw new StoreError("unknown", "etcd did not say whether the commit happened: repeat it", error);
    }
    throw new StoreError("unknown", "the log that says whether the commit happened was compacted: repeat it");
  }

  #writes({ rows, bodies, entry, head }: Plan): readonly RequestOp[] {
    const { names } = this.#state;
    const put = (key: Buffer, value: string | Uint8Array): RequestOp => ({ requestPut: { key, value: Buffer.from(value) } });
    const drop = (key: Buffer): RequestOp => ({ requestDeleteRange: { key } });
    return [
      ...rows.map((row) => (row.value === null ? drop(names.record(row.key)) : put(names.record(row.key), renderStored(row)))),
      ...bodies.map(({ hash, bytes }) => (bytes === null ? drop(names.body(hash)) : put(names.body(hash), bytes))),
      put(names.entry(entry.revision), renderLogEntry(entry)),
      put(names.head, renderHead(head)),
    ];
  }

  watch(prefix: string, options: WatchOptions): AsyncIterable<WatchMessage> {
    this.#refuseClosed();
    return new EtcdWatch(this.#state, prefix, { ...options, closing: this.#closing.signal }).messages();
  }

  async compact(revision: number): Promise<void> {
    const { names, channel } = this.#state;
    for (;;) {
      this.#refuseClosed();
      const { head, modRevision } = await this.#state.readHead();
      if (revision <= head.compacted) return;
      const place = await this.#state.placeOf(revision, head);
      const older = { key: names.entry(0), rangeEnd: names.entry(revision) };
      const success = [
        { requestPut: { key: names.head, value: Buffer.from(renderHead({ ...head, compacted: revision })) } },
        { requestDeleteRange: older },
      ];
      try {
        if (!(await channel.txn({ compare: [unchanged(names.head, modRevision)], success })).succeeded) continue;
        await channel.compact(place);
        return;
      } catch (error) {
        // Somebody else, or etcd by itself, compacted further.
        if (error instanceof CallError && error.reason === "compacted") return;
        throw toStoreError(error);
      }
    }
  }

  async readBody(hash: string): Promise<Uint8Array | undefined> {
    this.#refuseClosed();
    try {
      const [kv] = (await this.#state.channel.range({ key: this.#state.names.body(hash) })).kvs;
      return kv === undefined ? undefined : new Uint8Array(kv.value);
    } catch (error) {
      throw toStoreError(error);
    }
  }

  async verify(): Promise<Verification> {
    this.#refuseClosed();
    const { names } = this.#state;
    const { head, readAt } = await this.#state.readHead();
    const verifier = new Verifier(head);
    const list = (part: "records/" | "log/" | "bodies/") => this.#state.list(names.range(part), readAt, head.revision);
    for (const { key, value } of await list("records/")) verifier.record(readStored(names.within("records/", key) ?? "", value));
    for (const { value } of await list("log/")) verifier.entry(readLogEntry(value));
    for (const { key } of await this.#state.list({ ...names.range("bodies/"), keysOnly: true }, readAt, head.revision)) {
      const [body] = await this.#state.list({ key }, readAt, head.revision);
      if (body !== undefined) verifier.body(names.within("bodies/", key) ?? "", body.value);
    }
    return verifier.finish();
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    await this.#turn;
    this.#closing.abort();
    this.#state.channel.close();
  }

  #refuseClosed(): void {
    if (this.#closing.signal.aborted) throw new StoreError("closed", "the store is closed");
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
